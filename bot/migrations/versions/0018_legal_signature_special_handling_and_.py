"""legal signature special handling and two indexes"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ticket_drafts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('signing_unit', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('signed_by', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('signed_by_name', sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.add_column(sa.Column('special', sa.Text(), nullable=True))
        batch_op.create_index('ix_tickets_desk_topic', ['desk', 'topic', 'state'], unique=False)
        batch_op.create_index('ix_tickets_offered', ['offered_to', 'state'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index('ix_tickets_offered')
        batch_op.drop_index('ix_tickets_desk_topic')
        batch_op.drop_column('special')

    with op.batch_alter_table('ticket_drafts', schema=None) as batch_op:
        batch_op.drop_column('signed_at')
        batch_op.drop_column('signed_by_name')
        batch_op.drop_column('signed_by')
        batch_op.drop_column('signing_unit')

