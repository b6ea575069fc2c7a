"""Saved views of lists."""

import sqlalchemy as sa
from alembic import op

revision = '0004_views'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_view',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('query', sa.String(length=2000), nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_saved_view_user_id_user'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('user_id', 'page', 'name', name=op.f('uq_saved_view_user_id_page_name'))
    )
    op.create_index('ix_saved_view_page', 'saved_view', ['page'])
    op.create_table('default_view',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('page', sa.String(length=80), nullable=False),
    sa.Column('view_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_default_view_user_id_user'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['view_id'], ['saved_view.id'], name=op.f('fk_default_view_view_id_saved_view'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'page', name=op.f('pk_default_view'))
    )
    op.create_index(op.f('ix_default_view_view_id'), 'default_view', ['view_id'])


def downgrade() -> None:
    op.drop_table('default_view')
    op.drop_table('saved_view')
