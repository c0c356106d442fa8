"""Lay down the first schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from callcenter.store import base
from callcenter.store.append_only import append_only, changeable, changeable_again

revision = '0001'
down_revision = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


APPEND_ONLY = ("ticket_event", "personal_access", "admin_act")
TABLES = ("ticket_event", "ticket_clock", "survey", "notice", "webhook_delivery", "ticket", "import_row", "calendar_day", "work_case", "webhook", "ticket_text", "petitioner", "personal_access", "outbox", "open311_token", "number_sequence", "import_batch", "idempotency_key", "daily_root", "catalogue_version", "calendar_version", "attachment", "api_key", "admin_act", "account")
"""Children before their parents."""


def upgrade() -> None:
    """Lay down the first schema."""
    op.create_table('account',
    sa.Column('login', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('roles', sa.String(length=120), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('active', sa.Boolean(name='active'), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', base.Utc(timezone=True), nullable=True),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('created_at', base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('login', name=op.f('pk_account'))
    )
    op.create_table('admin_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', base.Utc(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_admin_act'))
    )
    op.create_index(op.f('ix_admin_act_at'), 'admin_act', ['at'])

    op.create_table('api_key',
    sa.Column('key_id', sa.String(length=40), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('roles', sa.String(length=120), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('requests_per_minute', sa.Integer(), nullable=False),
    sa.Column('created_at', base.Utc(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.Column('expires_at', base.Utc(timezone=True), nullable=True),
    sa.Column('revoked_at', base.Utc(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key_id', name=op.f('pk_api_key')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_api_key_key_hash'))
    )
    op.create_table('attachment',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_attachment'))
    )
    op.create_table('calendar_version',
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('first_year', sa.Integer(), nullable=False),
    sa.Column('last_year', sa.Integer(), nullable=False),
    sa.Column('published_at', base.Utc(timezone=True), nullable=False),
    sa.Column('approved_by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_calendar_version'))
    )
    op.create_index(op.f('ix_calendar_version_published_at'), 'calendar_version', ['published_at'])

    op.create_table('catalogue_version',
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('loaded_at', base.Utc(timezone=True), nullable=False),
    sa.Column('loaded_by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_catalogue_version'))
    )
    op.create_index(op.f('ix_catalogue_version_loaded_at'), 'catalogue_version', ['loaded_at'])

    op.create_table('daily_root',
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('events', sa.Integer(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('prev_root', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_daily_root'))
    )
    op.create_table('idempotency_key',
    sa.Column('scope', sa.String(length=120), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('response', sa.Text(), nullable=True),
    sa.Column('created_at', base.Utc(timezone=True), nullable=False),
    sa.Column('expires_at', base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_index(op.f('ix_idempotency_key_expires_at'), 'idempotency_key', ['expires_at'])

    op.create_table('import_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('started_at', base.Utc(timezone=True), nullable=False),
    sa.Column('started_by', sa.String(length=80), nullable=False),
    sa.Column('finished_at', base.Utc(timezone=True), nullable=True),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('created', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('repeated', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    op.create_table('number_sequence',
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('scope', name=op.f('pk_number_sequence'))
    )
    op.create_table('open311_token',
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('ticket', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_open311_token')),
    sa.UniqueConstraint('ticket', name=op.f('uq_open311_token_ticket'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('aggregate', sa.String(length=40), nullable=False),
    sa.Column('aggregate_seq', sa.Integer(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('created_at', base.Utc(timezone=True), nullable=False),
    sa.Column('available_at', base.Utc(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('claimed_by', sa.String(length=80), nullable=True),
    sa.Column('claimed_until', base.Utc(timezone=True), nullable=True),
    sa.Column('done_at', base.Utc(timezone=True), nullable=True),
    sa.Column('dead_at', base.Utc(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('topic', 'aggregate', 'aggregate_seq', name=op.f('uq_outbox_topic_aggregate_aggregate_seq'))
    )
    op.create_index(op.f('ix_outbox_done_at_dead_at_available_at'), 'outbox', ['done_at', 'dead_at', 'available_at'])

    op.create_table('personal_access',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('at', base.Utc(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('ticket', sa.String(length=20), nullable=True),
    sa.Column('petitioner', sa.String(length=20), nullable=True),
    sa.Column('fields', sa.String(length=120), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_personal_access'))
    )
    op.create_index(op.f('ix_personal_access_at'), 'personal_access', ['at'])

    op.create_table('petitioner',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('phone_lookup', sa.LargeBinary(), nullable=True),
    sa.Column('email_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('email_lookup', sa.LargeBinary(), nullable=True),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('consent', sa.Text(), nullable=False),
    sa.Column('created_at', base.Utc(timezone=True), nullable=False),
    sa.Column('retain_until', base.Utc(timezone=True), nullable=False),
    sa.Column('erased_at', base.Utc(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petitioner'))
    )
    op.create_index(op.f('ix_petitioner_email_lookup'), 'petitioner', ['email_lookup'])
    op.create_index(op.f('ix_petitioner_phone_lookup'), 'petitioner', ['phone_lookup'])
    op.create_index(op.f('ix_petitioner_retain_until'), 'petitioner', ['retain_until'])

    op.create_table('ticket_text',
    sa.Column('ticket', sa.String(length=20), nullable=False),
    sa.Column('body_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('retain_until', base.Utc(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('ticket', name=op.f('pk_ticket_text'))
    )
    op.create_table('webhook',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('kinds', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(name='active'), nullable=False),
    sa.Column('created_at', base.Utc(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook'))
    )
    op.create_table('work_case',
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('service', sa.String(length=60), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('area', sa.String(length=40), nullable=True),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('opened_at', base.Utc(timezone=True), nullable=False),
    sa.Column('opened_by', sa.String(length=80), nullable=False),
    sa.Column('closed_at', base.Utc(timezone=True), nullable=True),
    sa.Column('closed_by', sa.String(length=80), nullable=True),
    sa.Column('resolution', sa.Text(), nullable=True),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by IS NULL)', name=op.f('ck_work_case_closed_by_somebody')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_work_case'))
    )
    op.create_table('calendar_day',
    sa.Column('version', sa.String(length=64), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['version'], ['calendar_version.version'], name=op.f('fk_calendar_day_version_calendar_version')),
    sa.PrimaryKeyConstraint('version', 'day', name=op.f('pk_calendar_day'))
    )
    op.create_table('import_row',
    sa.Column('batch', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('row_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('ticket', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['batch'], ['import_batch.id'], name=op.f('fk_import_row_batch_import_batch')),
    sa.PrimaryKeyConstraint('batch', 'row', name=op.f('pk_import_row'))
    )
    op.create_index(op.f('ix_import_row_row_hash'), 'import_row', ['row_hash'])

    op.create_table('ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('service', sa.String(length=60), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('attributes', sa.Text(), nullable=False),
    sa.Column('lat', sa.Double(), nullable=True),
    sa.Column('lon', sa.Double(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('address_id', sa.String(length=80), nullable=True),
    sa.Column('zipcode', sa.String(length=20), nullable=True),
    sa.Column('area', sa.String(length=40), nullable=True),
    sa.Column('petitioner', sa.String(length=20), nullable=True),
    sa.Column('external_ref', sa.String(length=120), nullable=True),
    sa.Column('public', sa.Boolean(name='public'), nullable=False),
    sa.Column('media_url', sa.Text(), nullable=True),
    sa.Column('opened_by', sa.String(length=80), nullable=False),
    sa.Column('submitted_at', base.Utc(timezone=True), nullable=False),
    sa.Column('updated_at', base.Utc(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('state_since', base.Utc(timezone=True), nullable=False),
    sa.Column('accepted_at', base.Utc(timezone=True), nullable=True),
    sa.Column('clock_from', base.Utc(timezone=True), nullable=True),
    sa.Column('period_qty', sa.Integer(), nullable=True),
    sa.Column('period_unit', sa.String(length=12), nullable=True),
    sa.Column('legal_basis', sa.Text(), nullable=True),
    sa.Column('goal_minutes', sa.Integer(), nullable=True),
    sa.Column('calendar', sa.String(length=64), nullable=True),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('hops', sa.Integer(), nullable=False),
    sa.Column('officer', sa.String(length=80), nullable=True),
    sa.Column('cooperating_unit', sa.String(length=60), nullable=True),
    sa.Column('team', sa.String(length=60), nullable=True),
    sa.Column('extensions', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('resolved_at', base.Utc(timezone=True), nullable=True),
    sa.Column('notified_at', base.Utc(timezone=True), nullable=True),
    sa.Column('closed_at', base.Utc(timezone=True), nullable=True),
    sa.Column('closings', sa.Integer(), nullable=False),
    sa.Column('reopenings', sa.Integer(), nullable=False),
    sa.Column('work_case', sa.String(length=20), nullable=True),
    sa.Column('statutory_due_at', base.Utc(timezone=True), nullable=True),
    sa.Column('promised_due_at', base.Utc(timezone=True), nullable=True),
    sa.Column('on_time', sa.Boolean(name='on_time'), nullable=True),
    sa.Column('working_minutes', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_ticket_closed_at')),
    sa.CheckConstraint("channel IN ('phone120', 'voc', 'admin119', 'online_consult', 'observation', 'patrol', 'monitor', 'open311', 'visit')", name=op.f('ck_ticket_channel')),
    sa.CheckConstraint("state IN ('submitted', 'accepted', 'routed', 'in_progress', 'supplement', 'cooperating', 'council', 'field', 'resolved', 'notified', 'closed')", name=op.f('ck_ticket_state')),
    sa.CheckConstraint('extensions BETWEEN 0 AND 2', name=op.f('ck_ticket_extensions')),
    sa.ForeignKeyConstraint(['work_case'], ['work_case.code'], name=op.f('fk_ticket_work_case_work_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('channel', 'external_ref', name=op.f('uq_ticket_channel_external_ref')),
    sa.UniqueConstraint('number', name=op.f('uq_ticket_number'))
    )
    op.create_index(op.f('ix_ticket_lat_lon'), 'ticket', ['lat', 'lon'])
    op.create_index(op.f('ix_ticket_petitioner'), 'ticket', ['petitioner'])
    op.create_index(op.f('ix_ticket_service_submitted_at'), 'ticket', ['service', 'submitted_at'])
    op.create_index(op.f('ix_ticket_state_statutory_due_at'), 'ticket', ['state', 'statutory_due_at'])
    op.create_index(op.f('ix_ticket_submitted_at'), 'ticket', ['submitted_at'])
    op.create_index(op.f('ix_ticket_unit_state_statutory_due_at'), 'ticket', ['unit', 'state', 'statutory_due_at'])
    op.create_index(op.f('ix_ticket_updated_at_id'), 'ticket', ['updated_at', 'id'])
    op.create_index(op.f('ix_ticket_work_case'), 'ticket', ['work_case'])

    op.create_table('webhook_delivery',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('webhook', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outbox', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', base.Utc(timezone=True), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['webhook'], ['webhook.id'], name=op.f('fk_webhook_delivery_webhook_webhook')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_delivery'))
    )
    op.create_index(op.f('ix_webhook_delivery_webhook_at'), 'webhook_delivery', ['webhook', 'at'])

    op.create_table('notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ticket', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('cause_seq', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('template', sa.String(length=40), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('officer', sa.String(length=80), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', base.Utc(timezone=True), nullable=False),
    sa.Column('sent_at', base.Utc(timezone=True), nullable=True),
    sa.Column('provider_ref', sa.String(length=200), nullable=True),
    sa.Column('failure', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['ticket'], ['ticket.number'], name=op.f('fk_notice_ticket_ticket')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('ticket', 'kind', 'cause_seq', 'channel', name=op.f('uq_notice_ticket_kind_cause_seq_channel'))
    )
    op.create_index(op.f('ix_notice_state_created_at'), 'notice', ['state', 'created_at'])

    op.create_table('survey',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ticket', sa.String(length=20), nullable=False),
    sa.Column('closing', sa.Integer(), nullable=False),
    sa.Column('sampled', sa.Boolean(name='sampled'), nullable=False),
    sa.Column('service', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('officer', sa.String(length=80), nullable=True),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('closed_at', base.Utc(timezone=True), nullable=False),
    sa.Column('expires_at', base.Utc(timezone=True), nullable=False),
    sa.Column('answered_at', base.Utc(timezone=True), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.CheckConstraint('(score IS NULL) = (answered_at IS NULL)', name=op.f('ck_survey_answered')),
    sa.CheckConstraint('score BETWEEN 1 AND 5', name=op.f('ck_survey_score')),
    sa.ForeignKeyConstraint(['ticket'], ['ticket.number'], name=op.f('fk_survey_ticket_ticket')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('ticket', 'closing', name=op.f('uq_survey_ticket_closing'))
    )
    op.create_index(op.f('ix_survey_answered_at'), 'survey', ['answered_at'])
    op.create_index(op.f('ix_survey_closed_at'), 'survey', ['closed_at'])

    op.create_table('ticket_clock',
    sa.Column('ticket', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('started_at', base.Utc(timezone=True), nullable=False),
    sa.Column('due_at', base.Utc(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('stopped_at', base.Utc(timezone=True), nullable=True),
    sa.Column('used_minutes', sa.Integer(), nullable=True),
    sa.Column('margin_minutes', sa.Integer(), nullable=True),
    sa.Column('period_qty', sa.Integer(), nullable=False),
    sa.Column('period_unit', sa.String(length=12), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('calendar_version', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['ticket'], ['ticket.number'], name=op.f('fk_ticket_clock_ticket_ticket')),
    sa.PrimaryKeyConstraint('ticket', 'kind', 'n', name=op.f('pk_ticket_clock'))
    )
    op.create_index(op.f('ix_ticket_clock_state_due_at'), 'ticket_clock', ['state', 'due_at'])

    op.create_table('ticket_event',
    sa.Column('ticket', sa.String(length=20), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('at', base.Utc(timezone=True), nullable=False),
    sa.Column('recorded_at', base.Utc(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=80), nullable=False),
    sa.Column('actor_roles', sa.String(length=120), nullable=False),
    sa.Column('actor_unit', sa.String(length=60), nullable=True),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('request_id', sa.String(length=64), nullable=True),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('seq >= 1', name=op.f('ck_ticket_event_seq')),
    sa.ForeignKeyConstraint(['ticket'], ['ticket.number'], name=op.f('fk_ticket_event_ticket_ticket')),
    sa.PrimaryKeyConstraint('ticket', 'seq', name=op.f('pk_ticket_event'))
    )
    op.create_index(op.f('ix_ticket_event_kind_at'), 'ticket_event', ['kind', 'at'])
    op.create_index(op.f('ix_ticket_event_recorded_at'), 'ticket_event', ['recorded_at'])
    for table in APPEND_ONLY:
        append_only(table)


def downgrade() -> None:
    """Take it back."""
    for table in APPEND_ONLY:
        changeable(table)
    for table in TABLES:
        op.drop_table(table)
    changeable_again()
