"""What a message or a reason says is kept as a key with its values, for readers of any language."""

import json

import sqlalchemy as sa
from alembic import op

revision = '0016_sentences'
down_revision = '0015_tidy'
branch_labels = None
depends_on = None

ADDED = (('count_task', 'reason'), ('quarantine', 'message'))


def upgrade() -> None:
    for table, column in ADDED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(f'{column}_key', sa.String(40), server_default='', nullable=False))
            batch_op.add_column(sa.Column(f'{column}_values', sa.Text(), server_default='', nullable=False))
    op.execute(sa.text(FROM_KINDS))
    retired = sa.text("UPDATE count_task SET reason_key = 'recount_retired', reason_values = :said WHERE id = :id")
    connection = op.get_bind()
    for task, name in connection.execute(sa.text(RETIRED)).all():
        said = json.dumps({'name': name}, ensure_ascii=False, separators=(',', ':'))
        connection.execute(retired, {'id': task, 'said': said})


def downgrade() -> None:
    for table, column in ADDED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(f'{column}_values')
            batch_op.drop_column(f'{column}_key')


FROM_KINDS = """
UPDATE count_task SET reason_key = 'kind_' || (SELECT d.kind FROM discrepancy d WHERE d.id = count_task.discrepancy_id)
WHERE EXISTS (SELECT 1 FROM discrepancy d WHERE d.id = count_task.discrepancy_id AND d.kind <> 'lost_ops')"""
RETIRED = """
SELECT t.id, v.name FROM count_task t JOIN discrepancy d ON d.id = t.discrepancy_id
JOIN device v ON d.subject = v.id || '|' || CAST(t.location_id AS VARCHAR)
WHERE d.kind = 'lost_ops'"""
"""The places of a device that was taken out of use: its name is found by what the discrepancy is about."""
