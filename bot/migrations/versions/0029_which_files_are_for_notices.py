"""which files are for notices"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('files', schema=None) as batch_op:
        batch_op.add_column(sa.Column('listed', sa.Boolean(), server_default=sa.true(), nullable=False))
    files = sa.table('files', sa.column('name', sa.String), sa.column('listed', sa.Boolean))
    op.execute(files.update().where(files.c.name.like('问题处置建议书-%.docx')).values(listed=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table('files', schema=None) as batch_op:
        batch_op.drop_column('listed')
