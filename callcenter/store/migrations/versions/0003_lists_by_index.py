"""Give every list of tickets its index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OLD = {
    'ix_ticket_state_statutory_due_at': ['state', 'statutory_due_at'],
    'ix_ticket_unit_state_statutory_due_at': ['unit', 'state', 'statutory_due_at'],
    'ix_ticket_submitted_at': ['submitted_at'],
    'ix_ticket_service_submitted_at': ['service', 'submitted_at'],
}
NEW = {
    'ix_ticket_submitted_at_id': ['submitted_at', 'id'],
    'ix_ticket_unit_updated_at_id_service_channel_area': ['unit', 'updated_at', 'id', 'service', 'channel', 'area'],
    'ix_ticket_officer_updated_at_id': ['officer', 'updated_at', 'id'],
    'ix_ticket_service_updated_at_id_unit_channel_area': ['service', 'updated_at', 'id', 'unit', 'channel', 'area'],
    'ix_ticket_channel_updated_at_id_unit_service_area': ['channel', 'updated_at', 'id', 'unit', 'service', 'area'],
    'ix_ticket_area_updated_at_id_unit_service_channel': ['area', 'updated_at', 'id', 'unit', 'service', 'channel'],
}
OPEN_ONLY = {
    'ix_ticket_open_due': ['statutory_due_at', 'id'],
    'ix_ticket_open_unit_due': ['unit', 'statutory_due_at', 'id'],
    'ix_ticket_open_updated': ['updated_at', 'id'],
}
SHAPE_OF_A_YEAR = {
    'ix_ticket_updated_at_id': '200000 2 1',
    'ix_ticket_submitted_at_id': '200000 2 1',
    'ix_ticket_unit_updated_at_id_service_channel_area': '200000 10000 2 1 1 1 1',
    'ix_ticket_officer_updated_at_id': '200000 1500 2 1',
    'ix_ticket_service_updated_at_id_unit_channel_area': '200000 7000 2 1 1 1 1',
    'ix_ticket_channel_updated_at_id_unit_service_area': '200000 22000 2 1 1 1 1',
    'ix_ticket_area_updated_at_id_unit_service_channel': '200000 5500 2 1 1 1 1',
    'ix_ticket_petitioner': '200000 3',
    'ix_ticket_work_case': '200000 3',
    'ix_ticket_lat_lon': '200000 4 2',
    'sqlite_autoindex_ticket_1': '200000 22000 20000',
    'sqlite_autoindex_ticket_2': '200000 1',
    'ix_ticket_open_due': '4000 3 1',
    'ix_ticket_open_unit_due': '4000 200 3 1',
    'ix_ticket_open_updated': '4000 2 1',
}
"""Rows in each index and rows alike in its first columns: what ANALYZE would find at the end of a year.

SQLite chooses an index by them and never looks by itself; PostgreSQL keeps its own. The two nameless
ones are those of the unique (channel, external_ref) and of the number.
"""


def upgrade() -> None:
    """Give every list of tickets its index."""
    for name in OLD:
        op.drop_index(op.f(name), 'ticket')
    for name, columns in NEW.items():
        op.create_index(op.f(name), 'ticket', columns)
    for name, columns in OPEN_ONLY.items():
        still_open = sa.text('closed_at IS NULL')
        op.create_index(op.f(name), 'ticket', columns, sqlite_where=still_open, postgresql_where=still_open)
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('ANALYZE sqlite_schema')
        shape = sa.text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('ticket', :idx, :stat)")
        op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'ticket'")
        op.get_bind().execute(shape, [{'idx': idx, 'stat': stat} for idx, stat in SHAPE_OF_A_YEAR.items()])


def downgrade() -> None:
    """Take it back."""
    for name in (*OPEN_ONLY, *NEW):
        op.drop_index(op.f(name), 'ticket')
    for name, columns in OLD.items():
        op.create_index(op.f(name), 'ticket', columns)
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'ticket'")
