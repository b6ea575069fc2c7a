"""Imports of every kind, with a journal of what each did.

Revision ID: 0007
Revises: 0006_keys
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006_keys"
branch_labels = None
depends_on = None

KEPT = (
    "id, user_id, file_name, bytes, encoding, delimiter, columns, mode, rows_total, rows_done, created_count,"
    " updated_count, unchanged_count, error_count, faulty_count, warning_count, message, created_at, finished_at"
)
HEAD = '{"header": [], "preview": [], "sheets": [], "separator": "", "doubt": null, "rows": 0}'
STATES = "'uploaded','checking','checked','importing','done','failed'"


def named():
    return [
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
    ]


def read_as():
    return [
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("delimiter", sa.String(length=1), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
    ]


def counted():
    names = ("rows_total", "rows_done", "created_count", "updated_count", "unchanged_count", "error_count")
    return [
        sa.Column("mode", sa.String(length=6), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*names, "faulty_count", "warning_count")),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
    ]


def upgrade():
    op.create_table(
        "table_import",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        *named(),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        *read_as(),
        sa.Column("head", sa.Text(), nullable=False),
        *counted(),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_count", sa.Integer(), nullable=False),
        sa.Column("kept_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES},'undoing','undone')", name=op.f("ck_table_import_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_import")),
    )
    op.create_index("ix_table_import_created_at", "table_import", ["created_at"])
    op.create_index(op.f("ix_table_import_kind"), "table_import", ["kind"])
    op.create_table(
        "import_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=7), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("former", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=6), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("act IN ('created','changed')", name=op.f("ck_import_entry_act")),
        sa.CheckConstraint("outcome IN ('','undone','kept')", name=op.f("ck_import_entry_outcome")),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["table_import.id"],
            name=op.f("fk_import_entry_import_id_table_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_entry")),
    )
    op.create_index("ix_import_entry_import_id", "import_entry", ["import_id", "outcome", "id"])
    op.create_index("ix_import_entry_subject", "import_entry", ["subject"])
    op.execute(
        f"INSERT INTO table_import ({KEPT}, state, kind, format, sheet, head, undone_count, kept_count)"
        f" SELECT {KEPT}, state, 'items', 'csv', '', '{HEAD.replace(':', chr(92) + ':')}', 0, 0 FROM item_import"
    )
    op.drop_table("item_import")


def downgrade():
    op.create_table(
        "item_import",
        sa.Column("id", sa.String(length=32), nullable=False),
        *named(),
        sa.Column("state", sa.String(length=10), nullable=False),
        *read_as(),
        *counted(),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_item_import_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_import")),
    )
    op.create_index("ix_item_import_created_at", "item_import", ["created_at"])
    was = "CASE WHEN state IN ('undoing','undone') THEN 'done' ELSE state END"
    op.execute(
        f"INSERT INTO item_import ({KEPT}, state) SELECT {KEPT}, {was} FROM table_import"
        " WHERE kind = 'items' AND format = 'csv'"
    )
    op.drop_table("import_entry")
    op.drop_table("table_import")
