"""gaps in hearing"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('gaps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=100), nullable=False),
    sa.Column('began', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noticed', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('alert', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gaps'))
    )
    with op.batch_alter_table('gaps', schema=None) as batch_op:
        batch_op.create_index('ix_gaps_account', ['channel', 'account', 'ended'], unique=False)

    op.create_table('hearings',
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('account', sa.String(length=100), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('channel', 'account', name=op.f('pk_hearings'))
    )


def downgrade() -> None:
    op.drop_table('hearings')
    with op.batch_alter_table('gaps', schema=None) as batch_op:
        batch_op.drop_index('ix_gaps_account')

    op.drop_table('gaps')
