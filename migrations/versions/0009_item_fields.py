"""Photographs of items, and fields that administrators add to them."""

import sqlalchemy as sa
from alembic import op

revision = '0009_item_fields'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('item_photo',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_photo_item_id_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_item_photo')),
    sa.UniqueConstraint('name', name=op.f('uq_item_photo_name'))
    )
    op.create_table('item_field',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('unit', sa.String(length=16), nullable=False),
    sa.Column('choices', sa.Text(), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('archived_at', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("kind IN ('text','number','date','choice','boolean')", name=op.f('ck_item_field_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_field')),
    sa.UniqueConstraint('name', name=op.f('uq_item_field_name'))
    )
    op.create_table('item_value',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('field_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['field_id'], ['item_field.id'], name=op.f('fk_item_value_field_id_item_field'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['item_id'], ['item.id'], name=op.f('fk_item_value_item_id_item'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id', 'field_id', name=op.f('pk_item_value'))
    )
    op.create_index(op.f('ix_item_value_field_id'), 'item_value', ['field_id'])


def downgrade() -> None:
    op.drop_table('item_value')
    op.drop_table('item_field')
    op.drop_table('item_photo')
