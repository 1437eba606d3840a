"""lanes of what is said, pauses"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pauses',
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=100), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('channel', 'account', name=op.f('pk_pauses'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=32), server_default='', nullable=False))
        batch_op.add_column(sa.Column('lane', sa.Integer(), server_default='0', nullable=False))
        batch_op.drop_index(batch_op.f('ix_outbox_state'))
        batch_op.create_index('ix_outbox_next', ['state', 'channel', 'lane', 'due'], unique=False)

    sqlite = op.get_bind().dialect.name == 'sqlite'
    channel = "substr(conversation, 1, instr(conversation, ':') - 1)" if sqlite else "split_part(conversation, ':', 1)"
    op.execute(f"UPDATE outbox SET channel = {channel}")
    op.execute("UPDATE outbox SET lane = 2, due = coalesce(due, created_at) WHERE kind = 'notice'")


def downgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_next')
        batch_op.create_index(batch_op.f('ix_outbox_state'), ['state', 'due'], unique=False)
        batch_op.drop_column('lane')
        batch_op.drop_column('channel')

    op.drop_table('pauses')
