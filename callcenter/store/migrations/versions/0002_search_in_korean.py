"""Search in Korean."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from callcenter.store.search import indexed, searchable

revision = '0002'
down_revision = '0001'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

KEPT = sa.table('ticket_search', sa.column('ticket'), sa.column('text'))


def upgrade() -> None:
    """Search in Korean."""
    op.create_table('ticket_search',
    sa.Column('ticket', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['ticket'], ['ticket.id'], name=op.f('fk_ticket_search_ticket_ticket')),
    sa.PrimaryKeyConstraint('ticket', name=op.f('pk_ticket_search'))
    )
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(
            "CREATE VIRTUAL TABLE ticket_grams USING fts5(grams, content='', columnsize=0, "
            "tokenize='unicode61 remove_diacritics 0')"
        )
        adding = sa.text('INSERT INTO ticket_grams(rowid, grams) VALUES (:ticket, :phrase)')
    else:
        op.execute('CREATE TABLE ticket_grams (ticket bigint PRIMARY KEY, grams text[] NOT NULL)')
        op.execute('CREATE INDEX ix_ticket_grams_grams ON ticket_grams USING gin (grams)')
        adding = sa.text('INSERT INTO ticket_grams(ticket, grams) VALUES (:ticket, :set)')
    for rows in _known():
        op.get_bind().execute(sa.insert(KEPT), rows)
        op.get_bind().execute(adding, [_grams(row) for row in rows])


def downgrade() -> None:
    """Take it back."""
    op.execute('DROP TABLE ticket_grams')
    op.drop_table('ticket_search')


def _known() -> Iterator[list[dict[str, object]]]:
    """Give the tickets there are, with their lines, piece by piece."""
    part = sa.text('SELECT id, number, title, body, address FROM ticket WHERE id > :last ORDER BY id LIMIT 1000')
    rows = op.get_bind().execute(part, {'last': 0}).all()
    while rows:
        yield [
            {
                'ticket': row.id,
                'text': searchable(
                    number=row.number, title=row.title, body=row.body, address=row.address
                ),
            }
            for row in rows
        ]
        rows = op.get_bind().execute(part, {'last': rows[-1].id}).all()


def _grams(row: dict[str, object]) -> dict[str, object]:
    pieces = indexed(str(row['text']))
    if op.get_bind().dialect.name == 'sqlite':
        return {'ticket': row['ticket'], 'phrase': ' '.join(pieces)}
    return {'ticket': row['ticket'], 'set': sorted(set(pieces))}
