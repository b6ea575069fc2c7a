"""Settings that are decided in the office."""

import sqlalchemy as sa
from alembic import op

revision = '0010_settings'
down_revision = '0009_item_fields'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('setting',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_setting'))
    )


def downgrade() -> None:
    op.drop_table('setting')
