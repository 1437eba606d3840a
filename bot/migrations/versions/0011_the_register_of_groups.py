"""the register of groups"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('group_register',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('conversation', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('policy', sa.String(length=32), nullable=False),
    sa.Column('named_by', sa.String(length=200), nullable=True),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('welcome', sa.Text(), nullable=True),
    sa.Column('welcomed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('edits', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_register')),
    sa.UniqueConstraint('conversation', name=op.f('uq_group_register_conversation'))
    )
    with op.batch_alter_table('group_register', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_register_named_at'), ['named_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_register_told_at'), ['told_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('group_register', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_register_told_at'))
        batch_op.drop_index(batch_op.f('ix_group_register_named_at'))

    op.drop_table('group_register')
