"""Let lists of one agent's or one queue's calls walk an index in their order."""

from collections.abc import Sequence

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Let lists of one agent's or one queue's calls walk an index in their order."""
    op.drop_index(op.f("ix_leg_day_queue"), "leg")
    op.drop_index(op.f("ix_leg_day_agent"), "leg")
    op.create_index(op.f("ix_leg_queue_day_arrived"), "leg", ["queue", "day", "arrived"])
    op.create_index(op.f("ix_leg_agent_day_arrived"), "leg", ["agent", "day", "arrived"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index(op.f("ix_leg_agent_day_arrived"), "leg")
    op.drop_index(op.f("ix_leg_queue_day_arrived"), "leg")
    op.create_index(op.f("ix_leg_day_agent"), "leg", ["day", "agent"])
    op.create_index(op.f("ix_leg_day_queue"), "leg", ["day", "queue"])
