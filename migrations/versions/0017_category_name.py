"""Items: the active ones of a category by name, as the list shows them."""

import sqlalchemy as sa
from alembic import op

revision = '0017_category_name'
down_revision = '0016_sentences'
branch_labels = None
depends_on = None

ACTIVE = sa.text('archived_at IS NULL AND survivor_id IS NULL')


def upgrade() -> None:
    columns = ['category', 'sort_name', 'id']
    op.create_index('ix_item_category_name', 'item', columns, sqlite_where=ACTIVE, postgresql_where=ACTIVE)


def downgrade() -> None:
    op.drop_index('ix_item_category_name', table_name='item')
