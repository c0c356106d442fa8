"""A trigger on both databases puts every ticket that is written into `ticket_stale`.

Called by migrations; a later migration that copies `ticket` on SQLite calls `marked` again, since a copied
table loses its triggers.
"""

from typing import Final

from alembic import op

_MARK: Final = "INSERT INTO ticket_stale (ticket) VALUES (NEW.id);"
_SQLITE: Final = (
    f"CREATE TRIGGER ticket_stale_on_insert AFTER INSERT ON ticket BEGIN {_MARK} END",
    f"CREATE TRIGGER ticket_stale_on_update AFTER UPDATE ON ticket BEGIN {_MARK} END",
)
_FUNCTION: Final = (
    "CREATE FUNCTION ticket_goes_stale() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {_MARK} RETURN NULL; END $$"
)
_TRIGGER: Final = (
    "CREATE TRIGGER ticket_stale_on_write AFTER INSERT OR UPDATE ON ticket "
    "FOR EACH ROW EXECUTE FUNCTION ticket_goes_stale()"
)


def marked() -> None:
    """Mark every ticket that is written from here on."""
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else (_FUNCTION, _TRIGGER):
        op.execute(statement)


def unmarked() -> None:
    """Mark no ticket any more."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ticket_stale_on_insert")
        op.execute("DROP TRIGGER ticket_stale_on_update")
        return
    op.execute("DROP TRIGGER ticket_stale_on_write ON ticket")
    op.execute("DROP FUNCTION ticket_goes_stale()")
