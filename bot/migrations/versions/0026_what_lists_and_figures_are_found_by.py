"""what lists and figures are found by"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.create_index('ix_ticket_askers_rated', ['rated_at'], unique=False, sqlite_where=sa.text('rated_at IS NOT NULL'), postgresql_where=sa.text('rated_at IS NOT NULL'))

    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ticket_clocks_stopped'))
        batch_op.create_index('ix_ticket_clocks_stopped', ['kind', 'stopped_at', 'started_at'], unique=False)

    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.create_index('ix_tickets_state', ['state'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('tickets', schema=None) as batch_op:
        batch_op.drop_index('ix_tickets_state')

    with op.batch_alter_table('ticket_clocks', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_clocks_stopped')
        batch_op.create_index(batch_op.f('ix_ticket_clocks_stopped'), ['kind', 'stopped_at'], unique=False)

    with op.batch_alter_table('ticket_askers', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_askers_rated', sqlite_where=sa.text('rated_at IS NOT NULL'), postgresql_where=sa.text('rated_at IS NOT NULL'))

