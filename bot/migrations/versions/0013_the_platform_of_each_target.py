"""the platform of each target"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('notice_targets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channel', sa.String(length=32), server_default='', nullable=False))
        batch_op.drop_index(batch_op.f('ix_notice_targets_state'))
        batch_op.create_index('ix_notice_targets_next', ['state', 'notice_id', 'channel', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('notice_targets', schema=None) as batch_op:
        batch_op.drop_index('ix_notice_targets_next')
        batch_op.create_index(batch_op.f('ix_notice_targets_state'), ['state', 'notice_id', 'id'], unique=False)
        batch_op.drop_column('channel')

