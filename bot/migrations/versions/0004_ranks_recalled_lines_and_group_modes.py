"""Ranks, recalled lines and group modes"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('group_modes',
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('policy', sa.String(length=32), nullable=True),
    sa.Column('set_by', sa.String(length=200), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('conversation', name=op.f('pk_group_modes'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rank', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('recalls', sa.String(length=200), nullable=True))

    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_spoken', ['conversation', 'created_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_spoken')

    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_column('recalls')
        batch_op.drop_column('rank')

    op.drop_table('group_modes')
