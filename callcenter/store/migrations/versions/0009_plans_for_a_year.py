"""Let reports, duplicates and exports find their way through a year of tickets."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

SHAPE_OF_A_YEAR = {
    'ticket': {'ix_ticket_open_place': '4000 4 2'},
    'ticket_event': {
        'sqlite_autoindex_ticket_event_1': '1500000 8 1',
        'ix_ticket_event_kind_at': '1500000 50000 2',
        'ix_ticket_event_recorded_at': '1500000 3',
    },
    'ticket_clock': {
        'sqlite_autoindex_ticket_clock_1': '1200000 6 2 1',
        'ix_ticket_clock_state_due_at': '1200000 240000 4',
    },
}
"""As in 0003, for SQLite, which does not look by itself."""


def upgrade() -> None:
    """Let reports, duplicates and exports find their way through a year of tickets."""
    op.drop_index(op.f('ix_ticket_lat_lon'), 'ticket')
    op.drop_index(op.f('ix_survey_closed_at'), 'survey')
    op.drop_index(op.f('ix_survey_invited'), 'survey')
    op.drop_index(op.f('ix_ticket_fact_judged'), 'ticket_fact')
    still_open, judged, invited = sa.text('closed_at IS NULL'), sa.text('tenths IS NOT NULL'), sa.text('sampled')
    op.create_index(op.f('ix_survey_invited'), 'survey', ['unit', 'service', 'score', 'closed_at', 'sampled'], sqlite_where=invited, postgresql_where=invited)
    op.create_index(op.f('ix_ticket_open_place'), 'ticket', ['lat', 'lon'], sqlite_where=still_open, postgresql_where=still_open)
    op.create_index(op.f('ix_ticket_fact_judged'), 'ticket_fact', ['unit', 'service', 'tenths', 'stopped'], sqlite_where=judged, postgresql_where=judged)
    if op.get_bind().dialect.name == 'sqlite':
        _forget()
        shape = sa.text('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)')
        op.get_bind().execute(shape, [
            {'tbl': tbl, 'idx': idx, 'stat': stat}
            for tbl, indexes in SHAPE_OF_A_YEAR.items()
            for idx, stat in indexes.items()
        ])


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name == 'sqlite':
        _forget()
    op.drop_index(op.f('ix_ticket_open_place'), 'ticket')
    op.drop_index(op.f('ix_ticket_fact_judged'), 'ticket_fact')
    op.drop_index(op.f('ix_survey_invited'), 'survey')
    judged, invited = sa.text('minutes IS NOT NULL'), sa.text('sampled')
    op.create_index(op.f('ix_survey_invited'), 'survey', ['unit', 'service', 'score', 'closed_at'], sqlite_where=invited, postgresql_where=invited)
    op.create_index(op.f('ix_ticket_fact_judged'), 'ticket_fact', ['unit', 'service', 'tenths', 'stopped'], sqlite_where=judged, postgresql_where=judged)
    op.create_index(op.f('ix_survey_closed_at'), 'survey', ['closed_at'])
    op.create_index(op.f('ix_ticket_lat_lon'), 'ticket', ['lat', 'lon'])


def _forget() -> None:
    gone = sa.text('DELETE FROM sqlite_stat1 WHERE idx = :idx')
    op.get_bind().execute(gone, [{'idx': idx} for indexes in SHAPE_OF_A_YEAR.values() for idx in indexes])
