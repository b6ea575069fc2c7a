"""Upkeep: the nightly tidying is written down beside backups and checks."""

import sqlalchemy as sa
from alembic import op

revision = '0015_tidy'
down_revision = '0014_packs'
branch_labels = None
depends_on = None

NAME = 'ck_upkeep_run_kind'
FORMER_JOB = 'people.forget_old_sign_ins'
"""Recurred before; its work is part of the tidying now."""


def upgrade() -> None:
    with op.batch_alter_table('upkeep_run', schema=None) as batch_op:
        batch_op.drop_constraint(op.f(NAME), type_='check')
        batch_op.create_check_constraint(op.f(NAME), "kind IN ('backup','check','tidy')")
    op.execute(sa.text('DELETE FROM job WHERE name = :name').bindparams(name=FORMER_JOB))


def downgrade() -> None:
    op.execute("DELETE FROM upkeep_run WHERE kind = 'tidy'")
    with op.batch_alter_table('upkeep_run', schema=None) as batch_op:
        batch_op.drop_constraint(op.f(NAME), type_='check')
        batch_op.create_check_constraint(op.f(NAME), "kind IN ('backup','check')")
