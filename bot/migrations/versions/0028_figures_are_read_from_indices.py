"""figures are read from indices"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_askers_home_id'))
        batch_op.create_index('ix_ticket_askers_home', ['home_id', 'state', 'rating', 'undelivered_at', 'ticket_id'], unique=False)

    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_clocks_running'))
        batch_op.create_index('ix_ticket_clocks_promised', ['started_at', 'kind', 'stopped_at', 'due', 'breached_at', 'paused_at', 'ticket_id'], unique=False)

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_tickets_opened_at'))
        batch_op.drop_index(batch_op.f('ix_tickets_state'))
        batch_op.create_index('ix_tickets_state', ['state', 'opened_at'], unique=False)
        batch_op.create_index('ix_tickets_opened', ['opened_at', 'reopened', 'topic', 'ticket_class'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index('ix_tickets_opened')
        batch_op.drop_index('ix_tickets_state')
        batch_op.create_index(batch_op.f('ix_tickets_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_tickets_opened_at'), ['opened_at'], unique=False)

    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_clocks_promised')
        batch_op.create_index(batch_op.f('ix_ticket_clocks_running'), ['kind', 'started_at', 'stopped_at'], unique=False)

    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_askers_home')
        batch_op.create_index(batch_op.f('ix_ticket_askers_home_id'), ['home_id'], unique=False)

