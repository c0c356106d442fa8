"""Let daily roots only grow, as the events they seal."""

from collections.abc import Sequence

from callcenter.store.append_only import append_only, changeable

revision = '0006'
down_revision = '0005'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Let daily roots only grow, as the events they seal."""
    append_only("daily_root")


def downgrade() -> None:
    """Take it back."""
    changeable("daily_root")
