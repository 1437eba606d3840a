"""Watches know what was offered"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('watch', sa.Integer(), nullable=True))
    with op.batch_alter_table('watches', schema=None) as batch_op:
        batch_op.add_column(sa.Column('offered', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('watches', schema=None) as batch_op:
        batch_op.drop_column('offered')

    with op.batch_alter_table('choices', schema=None) as batch_op:
        batch_op.drop_column('watch')
