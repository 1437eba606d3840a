"""A draft keeps how it clears"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ticket_drafts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('clears', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('ticket_drafts', schema=None) as batch_op:
        batch_op.drop_column('clears')
