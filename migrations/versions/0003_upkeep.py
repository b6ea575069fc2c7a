"""upkeep."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('upkeep_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('started_at', sa.BigInteger(), nullable=False),
    sa.Column('finished_at', sa.BigInteger(), nullable=False),
    sa.Column('sound', sa.Boolean(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('backup','check')", name=op.f('ck_upkeep_run_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upkeep_run'))
    )
    with op.batch_alter_table('upkeep_run', schema=None) as batch_op:
        batch_op.create_index('ix_upkeep_run_kind', ['kind', 'finished_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('upkeep_run', schema=None) as batch_op:
        batch_op.drop_index('ix_upkeep_run_kind')
    op.drop_table('upkeep_run')
