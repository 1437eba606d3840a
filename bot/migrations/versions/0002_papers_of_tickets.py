"""papers of tickets"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('members',
    sa.Column('person', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('enterprise', sa.String(length=200), nullable=True),
    sa.Column('asker_type', sa.String(length=32), nullable=True),
    sa.Column('tier', sa.String(length=32), nullable=True),
    sa.Column('region', sa.String(length=64), nullable=True),
    sa.Column('coordinator', sa.String(length=200), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('person', name=op.f('pk_members'))
    )
    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_members_enterprise'), ['enterprise'], unique=False)

    op.create_table('ticket_clusters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=64), nullable=False),
    sa.Column('desk', sa.String(length=200), nullable=True),
    sa.Column('tickets', sa.JSON(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('open', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_clusters'))
    )
    with op.batch_alter_table('ticket_clusters', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_clusters_topic'), ['topic'], unique=False)

    op.create_table('ticket_benefits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('yuan', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('noted_by', sa.String(length=200), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_benefits_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_benefits'))
    )
    with op.batch_alter_table('ticket_benefits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_benefits_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_consultations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('opened_by', sa.String(length=200), nullable=False),
    sa.Column('opened_by_name', sa.String(length=100), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('conclusion', sa.Text(), nullable=True),
    sa.Column('concluded_by', sa.String(length=200), nullable=True),
    sa.Column('concluded_by_name', sa.String(length=100), nullable=True),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_consultations_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_consultations'))
    )
    with op.batch_alter_table('ticket_consultations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_consultations_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_dispositions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('disposition', sa.String(length=32), nullable=False),
    sa.Column('basis', sa.Text(), nullable=True),
    sa.Column('explanation', sa.Text(), nullable=True),
    sa.Column('alternative', sa.Text(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('tracking', sa.Text(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_dispositions_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_dispositions'))
    )
    with op.batch_alter_table('ticket_dispositions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_dispositions_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_by', sa.String(length=200), nullable=False),
    sa.Column('written_by_name', sa.String(length=100), nullable=False),
    sa.Column('written_by_number', sa.String(length=32), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('needs_second', sa.Boolean(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_drafts_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_drafts'))
    )
    with op.batch_alter_table('ticket_drafts', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_drafts_open', ['ticket_id', 'settled_at'], unique=False)

    op.create_table('ticket_milestones',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.String(length=200), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=200), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_milestones_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_milestones'))
    )
    with op.batch_alter_table('ticket_milestones', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_milestones_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_praise',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('volunteer', sa.String(length=200), nullable=True),
    sa.Column('volunteer_name', sa.String(length=100), nullable=True),
    sa.Column('form', sa.String(length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('giver', sa.String(length=200), nullable=False),
    sa.Column('noted_by', sa.String(length=200), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_praise_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_praise'))
    )
    with op.batch_alter_table('ticket_praise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_praise_ticket_id'), ['ticket_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_praise_volunteer'), ['volunteer'], unique=False)

    op.create_table('ticket_task_forces',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(length=200), nullable=False),
    sa.Column('head_name', sa.String(length=100), nullable=False),
    sa.Column('members', sa.JSON(), nullable=False),
    sa.Column('formed_by', sa.String(length=200), nullable=False),
    sa.Column('formed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dissolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_task_forces_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_task_forces'))
    )
    with op.batch_alter_table('ticket_task_forces', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_task_forces_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_units',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('named_by', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_units_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_units'))
    )
    with op.batch_alter_table('ticket_units', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_units_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_extensions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('clock_id', sa.Integer(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('due_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_after', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by', sa.String(length=200), nullable=False),
    sa.Column('asked_by_name', sa.String(length=100), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('granted', sa.Boolean(), nullable=True),
    sa.Column('decided_by', sa.String(length=200), nullable=True),
    sa.Column('decided_by_name', sa.String(length=100), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['clock_id'], ['ticket_clocks.id'], name=op.f('fk_ticket_extensions_clock_id_ticket_clocks')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_extensions_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_extensions'))
    )
    with op.batch_alter_table('ticket_extensions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_extensions_clock_id'), ['clock_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_extensions_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_opinions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('who_name', sa.String(length=100), nullable=False),
    sa.Column('unit', sa.String(length=64), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['ticket_consultations.id'], name=op.f('fk_ticket_opinions_consultation_id_ticket_consultations')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_opinions_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_opinions'))
    )
    with op.batch_alter_table('ticket_opinions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_opinions_consultation_id'), ['consultation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_opinions_ticket_id'), ['ticket_id'], unique=False)

    op.create_table('ticket_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('asker_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('assignee', sa.String(length=200), nullable=True),
    sa.Column('assignee_name', sa.String(length=100), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=200), nullable=True),
    sa.Column('done_by_name', sa.String(length=100), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['asker_id'], ['ticket_askers.id'], name=op.f('fk_ticket_tasks_asker_id_ticket_askers')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_tasks_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_tasks'))
    )
    with op.batch_alter_table('ticket_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_tasks_asker_id'), ['asker_id'], unique=False)
        batch_op.create_index('ix_ticket_tasks_open', ['done_at', 'due'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_tasks_remind_at'), ['remind_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_tasks_ticket_id'), ['ticket_id'], unique=False)

    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('enterprise', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('asker_type', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('tier', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('region', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('contact', sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column('by_hand', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('told_how', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('later_rating', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('later_word', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('later_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_ticket_askers_enterprise'), ['enterprise'], unique=False)

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=32), server_default='question', nullable=False))
        batch_op.add_column(sa.Column('channel', sa.String(length=32), server_default='group', nullable=False))
        batch_op.add_column(sa.Column('entry', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('reach', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('difficulty', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('complexity', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('cross_unit', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('region', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('external_number', sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column('external_from', sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column('external_due', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('unit', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('offered_unit', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('returned', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('disposition', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('outcome', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('tracked_since', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('word_every_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('word_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_tickets_external_number'), ['external_number'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_topic'), ['topic'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_word_due_at'), ['word_due_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tickets_word_due_at'))
        batch_op.drop_index(batch_op.f('ix_tickets_topic'))
        batch_op.drop_index(batch_op.f('ix_tickets_external_number'))
        batch_op.drop_column('word_due_at')
        batch_op.drop_column('word_every_days')
        batch_op.drop_column('tracked_since')
        batch_op.drop_column('outcome')
        batch_op.drop_column('disposition')
        batch_op.drop_column('returned')
        batch_op.drop_column('offered_unit')
        batch_op.drop_column('unit')
        batch_op.drop_column('external_due')
        batch_op.drop_column('external_from')
        batch_op.drop_column('external_number')
        batch_op.drop_column('region')
        batch_op.drop_column('cross_unit')
        batch_op.drop_column('complexity')
        batch_op.drop_column('difficulty')
        batch_op.drop_column('reach')
        batch_op.drop_column('entry')
        batch_op.drop_column('channel')
        batch_op.drop_column('kind')

    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_askers_enterprise'))
        batch_op.drop_column('later_at')
        batch_op.drop_column('later_word')
        batch_op.drop_column('later_rating')
        batch_op.drop_column('reminded_at')
        batch_op.drop_column('told_how')
        batch_op.drop_column('told_at')
        batch_op.drop_column('by_hand')
        batch_op.drop_column('contact')
        batch_op.drop_column('region')
        batch_op.drop_column('tier')
        batch_op.drop_column('asker_type')
        batch_op.drop_column('enterprise')

    with op.batch_alter_table('ticket_tasks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_tasks_ticket_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_tasks_remind_at'))
        batch_op.drop_index('ix_ticket_tasks_open')
        batch_op.drop_index(batch_op.f('ix_ticket_tasks_asker_id'))

    op.drop_table('ticket_tasks')
    with op.batch_alter_table('ticket_opinions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_opinions_ticket_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_opinions_consultation_id'))

    op.drop_table('ticket_opinions')
    with op.batch_alter_table('ticket_extensions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_extensions_ticket_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_extensions_clock_id'))

    op.drop_table('ticket_extensions')
    with op.batch_alter_table('ticket_units', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_units_ticket_id'))

    op.drop_table('ticket_units')
    with op.batch_alter_table('ticket_task_forces', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_task_forces_ticket_id'))

    op.drop_table('ticket_task_forces')
    with op.batch_alter_table('ticket_praise', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_praise_volunteer'))
        batch_op.drop_index(batch_op.f('ix_ticket_praise_ticket_id'))

    op.drop_table('ticket_praise')
    with op.batch_alter_table('ticket_milestones', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_milestones_ticket_id'))

    op.drop_table('ticket_milestones')
    with op.batch_alter_table('ticket_drafts', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_drafts_open')

    op.drop_table('ticket_drafts')
    with op.batch_alter_table('ticket_dispositions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_dispositions_ticket_id'))

    op.drop_table('ticket_dispositions')
    with op.batch_alter_table('ticket_consultations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_consultations_ticket_id'))

    op.drop_table('ticket_consultations')
    with op.batch_alter_table('ticket_benefits', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_benefits_ticket_id'))

    op.drop_table('ticket_benefits')
    with op.batch_alter_table('ticket_clusters', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_clusters_topic'))

    op.drop_table('ticket_clusters')
    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_members_enterprise'))

    op.drop_table('members')
