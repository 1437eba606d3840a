"""Clocks are found by their ticket"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_clocks_of_ticket', ['ticket_id', 'kind', 'stopped_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_clocks_of_ticket')

