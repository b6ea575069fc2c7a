"""Columns of lists that people have put away."""

import sqlalchemy as sa
from alembic import op

revision = '0012_columns'
down_revision = '0011_count_tasks'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hidden_columns',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(length=80), nullable=False),
    sa.Column('names', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_hidden_columns_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'page', name=op.f('pk_hidden_columns'))
    )


def downgrade() -> None:
    op.drop_table('hidden_columns')
