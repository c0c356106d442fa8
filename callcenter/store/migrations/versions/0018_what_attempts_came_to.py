"""Keep of every leg for which campaign it was dialled, and what came of the attempt."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_DIALLED = sa.text("campaign IS NOT NULL")


def upgrade() -> None:
    """Know it of legs from now on; `callcenter rebuild` reads off what was told before."""
    op.add_column("leg", sa.Column("campaign", sa.String(400)))
    op.add_column("leg", sa.Column("disposition", sa.SmallInteger()))
    op.create_index(
        "ix_leg_of_campaign",
        "leg",
        ["day", "campaign", "disposition"],
        sqlite_where=_DIALLED,
        postgresql_where=_DIALLED,
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_leg_of_campaign", "leg")
    op.drop_column("leg", "disposition")
    op.drop_column("leg", "campaign")
