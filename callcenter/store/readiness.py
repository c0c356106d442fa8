"""Whether the database answers, and whether its schema is this version's."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from callcenter.store import migrate
from callcenter.store.unit_of_work import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What the database says of itself."""

    dialect: str
    version: str
    revision: str | None
    """`None` where no migration has ever run."""
    expected: str

    @property
    def at_head(self) -> bool:
        """Say whether every migration has run, and none of a later version."""
        return self.revision == self.expected


async def readiness(store: Store) -> Readiness:
    """Ask the database; whatever keeps it from answering is raised as it comes."""
    dialect = store.database.dialect
    question = "SELECT sqlite_version()" if dialect == "sqlite" else "SHOW server_version"
    async with store.reading() as uow:
        version = (await uow.connection.execute(text(question))).scalar_one()
        try:
            query = text("SELECT version_num FROM alembic_version")
            revision = (await uow.connection.execute(query)).scalar_one_or_none()
        except DBAPIError:
            revision = None
    return Readiness(
        dialect=dialect, version=str(version), revision=revision, expected=migrate.head()
    )
