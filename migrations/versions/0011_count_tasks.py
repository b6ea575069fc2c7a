"""Count tasks: places that somebody is asked to count again."""

import sqlalchemy as sa
from alembic import op

revision = '0011_count_tasks'
down_revision = '0010_settings'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('count_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('location_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('lot', sa.String(length=64), nullable=False),
    sa.Column('discrepancy_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=255), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('cancelled_at', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_count_task'))
    )
    op.create_index(op.f('ix_count_task_discrepancy_id'), 'count_task', ['discrepancy_id'])
    op.create_index('ix_count_task_open', 'count_task', ['cancelled_at', 'asked_at'])


def downgrade() -> None:
    op.drop_table('count_task')
