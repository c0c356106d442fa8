"""Keep sums for reports."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from callcenter.store.stale import marked, unmarked

revision = '0004'
down_revision = '0003'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ROW = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
COUNTS = (
    'received', 'closed', 'judged', 'on_time', 'minutes', 'gone_overdue', 'no_longer_overdue', 'hops', 'hops_0',
    'hops_1', 'hops_2', 'hops_3', 'hops_4', 'taken', 'taken_minutes', 'dispatched', 'arrived', 'arrival_minutes',
    'fixed', 'needs_work', 'nothing_found',
)


def upgrade() -> None:
    """Keep sums for reports."""
    op.create_table('ticket_stale',
    sa.Column('id', ROW, autoincrement=True, nullable=False),
    sa.Column('ticket', ROW, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_stale'))
    )
    op.create_table('ticket_fact',
    sa.Column('ticket', ROW, autoincrement=False, nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('service', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('received', sa.String(length=10), nullable=False),
    sa.Column('closed', sa.String(length=10), nullable=True),
    sa.Column('due', sa.String(length=10), nullable=True),
    sa.Column('stopped', sa.String(length=10), nullable=True),
    sa.Column('on_time', sa.Boolean(name='on_time'), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('tenths', sa.Integer(), nullable=True),
    sa.Column('hops', sa.Integer(), nullable=False),
    sa.Column('taken_minutes', sa.Integer(), nullable=True),
    sa.Column('visits', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['ticket'], ['ticket.id'], name=op.f('fk_ticket_fact_ticket_ticket')),
    sa.PrimaryKeyConstraint('ticket', name=op.f('pk_ticket_fact'))
    )
    op.create_index(op.f('ix_ticket_fact_unit_received_due_closed'), 'ticket_fact', ['unit', 'received', 'due', 'closed'])
    judged = sa.text('minutes IS NOT NULL')
    op.create_index(op.f('ix_ticket_fact_judged'), 'ticket_fact', ['unit', 'service', 'tenths', 'stopped'], sqlite_where=judged, postgresql_where=judged)
    op.create_table('report_cell',
    sa.Column('scope', sa.String(length=60), nullable=False),
    sa.Column('head', sa.String(length=10), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('value', sa.String(length=60), nullable=False),
    *(sa.Column(count, sa.BigInteger(), nullable=False) for count in COUNTS),
    sa.PrimaryKeyConstraint('scope', 'head', 'day', 'value', name=op.f('pk_report_cell'))
    )
    op.execute('INSERT INTO ticket_stale (ticket) SELECT id FROM ticket')
    marked()


def downgrade() -> None:
    """Take it back."""
    unmarked()
    for table in ('report_cell', 'ticket_fact', 'ticket_stale'):
        op.drop_table(table)
