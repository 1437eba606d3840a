"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('entry_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_versions')),
    sa.UniqueConstraint('entry', 'version', name=op.f('uq_entry_versions_entry'))
    )
    op.create_table('inbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('sender', sa.String(length=200), nullable=False),
    sa.Column('sender_name', sa.String(length=100), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('mentions_bot', sa.Boolean(), nullable=False),
    sa.Column('quotes', sa.String(length=200), nullable=True),
    sa.Column('attachments', sa.JSON(), nullable=False),
    sa.Column('account', sa.String(length=100), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('key', name=op.f('uq_inbox_key'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_message_id', ['conversation', 'message_id'], unique=False)
        batch_op.create_index('ix_inbox_speaker', ['conversation', 'sender', 'id'], unique=False)
        batch_op.create_index('ix_inbox_unhandled', ['id'], unique=False, sqlite_where=sa.text('handled_at IS NULL'), postgresql_where=sa.text('handled_at IS NULL'))

    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('mention', sa.JSON(), nullable=False),
    sa.Column('quote', sa.String(length=200), nullable=True),
    sa.Column('caused_by', sa.Integer(), nullable=True),
    sa.Column('ticket', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('due', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('resent', sa.Boolean(), nullable=False),
    sa.Column('claimed_by', sa.String(length=64), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('platform_id', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_caused_by'), ['caused_by'], unique=False)
        batch_op.create_index('ix_outbox_platform_id', ['conversation', 'platform_id'], unique=False)
        batch_op.create_index('ix_outbox_state', ['state', 'due'], unique=False)
        batch_op.create_index('ix_outbox_ticket', ['ticket'], unique=False)

    op.create_table('tickets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('origin', sa.String(length=32), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('topic', sa.String(length=64), nullable=False),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('ticket_class', sa.String(length=32), nullable=False),
    sa.Column('importance', sa.String(length=32), nullable=False),
    sa.Column('urgency', sa.String(length=32), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=False),
    sa.Column('community', sa.String(length=200), nullable=False),
    sa.Column('community_name', sa.String(length=100), nullable=False),
    sa.Column('desk', sa.String(length=200), nullable=True),
    sa.Column('first_responder', sa.String(length=200), nullable=True),
    sa.Column('handler', sa.String(length=200), nullable=True),
    sa.Column('handler_name', sa.String(length=100), nullable=True),
    sa.Column('offered_to', sa.String(length=200), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_by', sa.String(length=200), nullable=True),
    sa.Column('signature', sa.String(length=120), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('material_requests', sa.Integer(), nullable=False),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('merged_into', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['merged_into'], ['tickets.id'], name=op.f('fk_tickets_merged_into_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tickets'))
    )
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_index('ix_tickets_desk_state', ['desk', 'state'], unique=False)
        batch_op.create_index('ix_tickets_handler', ['handler', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_merged_into'), ['merged_into'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_opened_at'), ['opened_at'], unique=False)

    op.create_table('choices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('person', sa.String(length=200), nullable=False),
    sa.Column('inbox_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('entries', sa.JSON(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_choices_inbox_id_inbox')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_choices'))
    )
    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.create_index('ix_choices_person', ['conversation', 'person', 'id'], unique=False)

    op.create_table('decisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inbox_id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('sender', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('reason', sa.String(length=64), nullable=False),
    sa.Column('entry', sa.String(length=64), nullable=True),
    sa.Column('ticket', sa.Integer(), nullable=True),
    sa.Column('confidence', sa.Double(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('duration_ms', sa.Double(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_decisions_inbox_id_inbox')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions')),
    sa.UniqueConstraint('inbox_id', name=op.f('uq_decisions_inbox_id'))
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_decided_at'), ['decided_at'], unique=False)
        batch_op.create_index('ix_decisions_entry', ['conversation', 'entry', 'decided_at'], unique=False)
        batch_op.create_index('ix_decisions_sender', ['conversation', 'sender', 'decided_at'], unique=False)

    op.create_table('ticket_askers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('home_id', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('inbox_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('awaited', sa.String(length=32), nullable=True),
    sa.Column('awaited_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_promise', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undelivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rating_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rating', sa.String(length=32), nullable=True),
    sa.Column('rating_reason', sa.Text(), nullable=True),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pressed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['answer_promise'], ['outbox.id'], name=op.f('fk_ticket_askers_answer_promise_outbox')),
    sa.ForeignKeyConstraint(['home_id'], ['tickets.id'], name=op.f('fk_ticket_askers_home_id_tickets')),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_ticket_askers_inbox_id_inbox')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_askers_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_askers'))
    )
    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_askers_answer_promise'), ['answer_promise'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_askers_home_id'), ['home_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_askers_inbox_id'), ['inbox_id'], unique=False)
        batch_op.create_index('ix_ticket_askers_person', ['person', 'conversation'], unique=False)
        batch_op.create_index('ix_ticket_askers_state', ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_askers_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_clocks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('warn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('breach_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('breached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_clocks_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_clocks'))
    )
    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_clocks_breach', ['breach_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_clocks_ticket_id'), ['ticket_id'], unique=False)
        batch_op.create_index('ix_ticket_clocks_warn', ['warn_at'], unique=False)

    op.create_table('ticket_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('who_name', sa.String(length=100), nullable=False),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('inbox_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_events_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_events'))
    )
    with op.batch_alter_table('ticket_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_events_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('watches',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inbox_id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('person', sa.String(length=200), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('answered_by', sa.String(length=200), nullable=True),
    sa.Column('due', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_watches_inbox_id_inbox')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watches'))
    )
    with op.batch_alter_table('watches', schema=None) as batch_op:
        batch_op.create_index('ix_watches_conversation', ['conversation', 'state'], unique=False)
        batch_op.create_index('ix_watches_state', ['state', 'due'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('watches', schema=None) as batch_op:
        batch_op.drop_index('ix_watches_state')
        batch_op.drop_index('ix_watches_conversation')

    op.drop_table('watches')
    with op.batch_alter_table('ticket_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_events_ticket_id'))

    op.drop_table('ticket_events')
    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_clocks_warn')
        batch_op.drop_index(batch_op.f('ix_ticket_clocks_ticket_id'))
        batch_op.drop_index('ix_ticket_clocks_breach')

    op.drop_table('ticket_clocks')
    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_askers_ticket_id'))
        batch_op.drop_index('ix_ticket_askers_state')
        batch_op.drop_index('ix_ticket_askers_person')
        batch_op.drop_index(batch_op.f('ix_ticket_askers_inbox_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_askers_home_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_askers_answer_promise'))

    op.drop_table('ticket_askers')
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index('ix_decisions_sender')
        batch_op.drop_index('ix_decisions_entry')
        batch_op.drop_index(batch_op.f('ix_decisions_decided_at'))

    op.drop_table('decisions')
    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.drop_index('ix_choices_person')

    op.drop_table('choices')
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tickets_opened_at'))
        batch_op.drop_index(batch_op.f('ix_tickets_merged_into'))
        batch_op.drop_index('ix_tickets_handler')
        batch_op.drop_index('ix_tickets_desk_state')

    op.drop_table('tickets')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_ticket')
        batch_op.drop_index('ix_outbox_state')
        batch_op.drop_index('ix_outbox_platform_id')
        batch_op.drop_index(batch_op.f('ix_outbox_caused_by'))

    op.drop_table('outbox')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_unhandled', sqlite_where=sa.text('handled_at IS NULL'), postgresql_where=sa.text('handled_at IS NULL'))
        batch_op.drop_index('ix_inbox_speaker')
        batch_op.drop_index('ix_inbox_message_id')

    op.drop_table('inbox')
    op.drop_table('entry_versions')
