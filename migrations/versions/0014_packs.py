"""Packs: units that hold several base units, their factors over time, their barcodes."""

import sqlalchemy as sa
from alembic import op

revision = '0014_packs'
down_revision = '0013_site_state'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pack',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=16), nullable=False),
    sa.Column('archived_at', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_pack_item_id_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pack')),
    sa.UniqueConstraint('item_id', 'name', name=op.f('uq_pack_item_id_name'))
    )
    op.create_table('pack_factor',
    sa.Column('pack_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.BigInteger(), nullable=False),
    sa.Column('factor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('factor > 0', name=op.f('ck_pack_factor_factor')),
    sa.ForeignKeyConstraint(['pack_id'], ['pack.id'], name=op.f('fk_pack_factor_pack_id_pack'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pack_id', 'valid_from', name=op.f('pk_pack_factor'))
    )
    with op.batch_alter_table('item_barcode', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pack_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_item_barcode_pack_id_pack'), 'pack', ['pack_id'], ['id'], ondelete='CASCADE')
        batch_op.create_index(op.f('ix_item_barcode_pack_id'), ['pack_id'])
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('posted_quantity', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.drop_column('posted_quantity')
    with op.batch_alter_table('item_barcode', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_item_barcode_pack_id'))
        batch_op.drop_constraint(op.f('fk_item_barcode_pack_id_pack'), type_='foreignkey')
        batch_op.drop_column('pack_id')
    op.drop_table('pack_factor')
    op.drop_table('pack')
