"""keeping the base"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('entry_corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('given', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sa.String(length=200), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_corrections'))
    )
    with op.batch_alter_table('entry_corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_corrections_entry'), ['entry'], unique=False)

    op.create_table('entry_digests',
    sa.Column('monday', sa.Date(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('monday', name=op.f('pk_entry_digests'))
    )
    op.create_table('entry_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry', sa.String(length=64), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('base', sa.Integer(), nullable=True),
    sa.Column('retires', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('hands', sa.JSON(), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('batch', sa.String(length=64), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.String(length=200), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verdict', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_drafts'))
    )
    with op.batch_alter_table('entry_drafts', schema=None) as batch_op:
        batch_op.create_index('ix_entry_drafts_batch', ['batch'], unique=False)
        batch_op.create_index('ix_entry_drafts_state', ['state'], unique=False)

    op.create_table('entry_heard',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_heard'))
    )
    op.create_table('entry_phrasings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry', sa.String(length=64), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('plain', sa.String(length=500), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_phrasings')),
    sa.UniqueConstraint('entry', 'plain', name=op.f('uq_entry_phrasings_entry'))
    )
    with op.batch_alter_table('entry_phrasings', schema=None) as batch_op:
        batch_op.create_index('ix_entry_phrasings_state', ['state'], unique=False)

    op.create_table('entry_review_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_review_tasks')),
    sa.UniqueConstraint('entry', 'kind', 'day', name=op.f('uq_entry_review_tasks_entry'))
    )
    with op.batch_alter_table('entry_review_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_review_tasks_closed_at'), ['closed_at'], unique=False)

    op.create_table('entry_lessons',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=True),
    sa.Column('learnt_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['entry_drafts.id'], name=op.f('fk_entry_lessons_draft_id_entry_drafts')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_entry_lessons_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_entry_lessons'))
    )
    with op.batch_alter_table('entry_lessons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_lessons_draft_id'), ['draft_id'], unique=False)

    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('chosen', sa.String(length=64), nullable=True))

    with op.batch_alter_table('entry_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reviewed_by', sa.String(length=200), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('entry_versions', schema=None) as batch_op:
        batch_op.drop_column('reviewed_by')

    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.drop_column('chosen')

    with op.batch_alter_table('entry_lessons', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_lessons_draft_id'))

    op.drop_table('entry_lessons')
    with op.batch_alter_table('entry_review_tasks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_review_tasks_closed_at'))

    op.drop_table('entry_review_tasks')
    with op.batch_alter_table('entry_phrasings', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_phrasings_state')

    op.drop_table('entry_phrasings')
    op.drop_table('entry_heard')
    with op.batch_alter_table('entry_drafts', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_drafts_state')
        batch_op.drop_index('ix_entry_drafts_batch')

    op.drop_table('entry_drafts')
    op.drop_table('entry_digests')
    with op.batch_alter_table('entry_corrections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_corrections_entry'))

    op.drop_table('entry_corrections')
