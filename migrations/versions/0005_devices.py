"""Devices: invitations, sites, retirement, and PINs of people who share one."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004_views'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.add_column(sa.Column('retired_at', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('all_sites', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table('device_invite',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('sites', sa.String(length=1000), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('used_at', sa.BigInteger(), nullable=True),
    sa.Column('device_id', sa.String(length=36), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_invite_device_id_device')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_device_invite_user_id_user')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_device_invite')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_device_invite_code_hash'))
    )
    op.create_index(op.f('ix_device_invite_expires_at'), 'device_invite', ['expires_at'])
    op.create_index(op.f('ix_device_invite_user_id'), 'device_invite', ['user_id'])
    op.create_table('device_site',
    sa.Column('device_id', sa.String(length=36), nullable=False),
    sa.Column('location_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['device_id'], ['device.id'], name=op.f('fk_device_site_device_id_device')),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_device_site_location_id_location')),
    sa.PrimaryKeyConstraint('device_id', 'location_id', name=op.f('pk_device_site'))
    )
    op.create_index(op.f('ix_device_site_location_id'), 'device_site', ['location_id'])
    op.create_table('user_pin',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('verifier', sa.String(length=64), nullable=False),
    sa.Column('rounds', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_user_pin_user_id_user')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_user_pin'))
    )


def downgrade() -> None:
    op.drop_table('user_pin')
    op.drop_table('device_site')
    op.drop_table('device_invite')
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_column('all_sites')
        batch_op.drop_column('retired_at')
