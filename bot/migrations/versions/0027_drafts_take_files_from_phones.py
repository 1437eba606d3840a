"""drafts take files from phones"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('upload_key', sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f('ix_notices_upload_key'), ['upload_key'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notices_upload_key'))
        batch_op.drop_column('upload_key')
