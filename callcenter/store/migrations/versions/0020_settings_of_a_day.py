"""Find what was changed at a switch on a day without looking at all it told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_IS_SETTING = sa.text("kind = 'source.reconfigured'")


def upgrade() -> None:
    """Index the few events that say so."""
    op.create_index(
        "ix_telephony_event_setting",
        "telephony_event",
        ["day"],
        sqlite_where=_IS_SETTING,
        postgresql_where=_IS_SETTING,
    )


def downgrade() -> None:
    """Look at everything again."""
    op.drop_index("ix_telephony_event_setting", "telephony_event")
