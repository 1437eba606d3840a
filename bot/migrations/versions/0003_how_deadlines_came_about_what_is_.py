"""How deadlines came about, what is supervised, what is done once"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('done_once',
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_done_once'))
    )
    with op.batch_alter_table('done_once', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_done_once_at'), ['at'], unique=False)

    op.create_table('ticket_supervisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_by', sa.String(length=200), nullable=False),
    sa.Column('started_by_name', sa.String(length=100), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminders', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.String(length=200), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_ticket_supervisions_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_supervisions'))
    )
    with op.batch_alter_table('ticket_supervisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_supervisions_remind_at'), ['remind_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_ticket_supervisions_ticket_id'), ['ticket_id'], unique=False)

    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('limit', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('counted_from', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('pauses', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('spare_minutes', sa.Integer(), nullable=True))
        batch_op.create_index('ix_ticket_clocks_paused', ['paused_at'], unique=False, sqlite_where=sa.text('paused_at IS NOT NULL AND stopped_at IS NULL'), postgresql_where=sa.text('paused_at IS NOT NULL AND stopped_at IS NULL'))
        batch_op.create_index('ix_ticket_clocks_running', ['kind', 'started_at', 'stopped_at'], unique=False)
        batch_op.create_index('ix_ticket_clocks_stopped', ['kind', 'stopped_at'], unique=False)
        batch_op.create_index('ix_ticket_clocks_unmeasured', ['id'], unique=False, sqlite_where=sa.text('stopped_at IS NOT NULL AND spare_minutes IS NULL'), postgresql_where=sa.text('stopped_at IS NOT NULL AND spare_minutes IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_clocks_unmeasured', sqlite_where=sa.text('stopped_at IS NOT NULL AND spare_minutes IS NULL'), postgresql_where=sa.text('stopped_at IS NOT NULL AND spare_minutes IS NULL'))
        batch_op.drop_index('ix_ticket_clocks_stopped')
        batch_op.drop_index('ix_ticket_clocks_running')
        batch_op.drop_index('ix_ticket_clocks_paused', sqlite_where=sa.text('paused_at IS NOT NULL AND stopped_at IS NULL'), postgresql_where=sa.text('paused_at IS NOT NULL AND stopped_at IS NULL'))
        batch_op.drop_column('spare_minutes')
        batch_op.drop_column('pauses')
        batch_op.drop_column('counted_from')
        batch_op.drop_column('limit')

    with op.batch_alter_table('ticket_supervisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_supervisions_ticket_id'))
        batch_op.drop_index(batch_op.f('ix_ticket_supervisions_remind_at'))

    op.drop_table('ticket_supervisions')
    with op.batch_alter_table('done_once', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_done_once_at'))

    op.drop_table('done_once')
