"""Keep of everybody drawn for a round by which way their link went, and when."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from callcenter.store import base

revision = "0021"
down_revision = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COLUMNS: dict[str, Any] = {
    "way": sa.String(8),
    "written_at": base.Utc(),
    "sent_at": base.Utc(),
    "provider_ref": sa.String(200),
    "failure": sa.Text(),
}


def upgrade() -> None:
    """Nobody's link was sent before."""
    for name, kind in _COLUMNS.items():
        op.add_column("survey_invitation", sa.Column(name, kind))


def downgrade() -> None:
    """Forget it."""
    for name in reversed(_COLUMNS):
        op.drop_column("survey_invitation", name)
