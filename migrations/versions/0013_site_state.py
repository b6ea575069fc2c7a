"""What is kept of each site: the checksum of its stock, and how often places came or went."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = '0013_site_state'
down_revision = '0012_columns'
branch_labels = None
depends_on = None

STANDING = """
SELECT s.item_id, s.lot, s.location_id, s.quantity, l.site_id FROM stock_level s
JOIN location l ON l.id = s.location_id WHERE s.quantity <> 0 AND l.site_id IS NOT NULL"""


def upgrade() -> None:
    table = op.create_table('site_state',
    sa.Column('site_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('stock_checksum', sa.BigInteger(), nullable=False),
    sa.Column('layout', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('site_id', name=op.f('pk_site_state'))
    )
    sums = Counter()
    for row in op.get_bind().execute(sa.text(STANDING)):
        sums[row.site_id] += part(row)
    rows = [{'site_id': site, 'stock_checksum': total, 'layout': 0} for site, total in sums.items()]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_table('site_state')


def part(row) -> int:
    """FNV-1a, 32 bits, of a row of stock, as every device adds it up."""
    sign, (whole, rest) = '-' * (row.quantity < 0), divmod(abs(row.quantity), 1_000_000)
    decimals = f'.{rest:06}'.rstrip('0') if rest else ''
    value = 0x811C9DC5
    for byte in f'{row.item_id}|{row.lot}|{row.location_id}|{sign}{whole}{decimals}'.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
