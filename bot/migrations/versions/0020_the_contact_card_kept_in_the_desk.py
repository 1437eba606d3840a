"""the contact card kept in the desk"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('card_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('does', sa.Text(), nullable=False),
    sa.Column('head', sa.String(length=100), nullable=False),
    sa.Column('phone', sa.String(length=100), nullable=False),
    sa.Column('review_by', sa.Date(), nullable=True),
    sa.Column('gone', sa.Boolean(), nullable=False),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('by_name', sa.String(length=100), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sa.String(length=200), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_card_entries'))
    )
    with op.batch_alter_table('card_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_card_entries_approved_at'), ['approved_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_card_entries_name'), ['name'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('card_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_card_entries_name'))
        batch_op.drop_index(batch_op.f('ix_card_entries_approved_at'))

    op.drop_table('card_entries')
