"""parts of units, questions that came again"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ticket_tasks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('unit', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('text', sa.Text(), nullable=True))

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('again_of', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_tickets_again_of'), ['again_of'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tickets_again_of'))
        batch_op.drop_column('again_of')

    with op.batch_alter_table('ticket_tasks', schema=None) as batch_op:
        batch_op.drop_column('text')
        batch_op.drop_column('unit')

