"""contacts a colleague knows"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_by', sa.String(length=200), nullable=True))
    # Of whom no company was told in a chat, the workbook told it. The others wait for a colleague: 核实联系人.
    op.execute(
        "UPDATE contacts SET confirmed_by = 'sheet' WHERE person NOT IN "
        "(SELECT person FROM members WHERE enterprise IS NOT NULL)"
    )


def downgrade() -> None:
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_column('confirmed_by')
