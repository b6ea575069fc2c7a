"""Tables of devices: invitations, sites, epochs, and the PINs by which people switch on one."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Device(Base):
    """One installation of the floor app. ``id`` is the UUID the device made for itself."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    credential_hash: Mapped[str] = mapped_column(String(64), unique=True)
    credential_expires_at: Mapped[int] = mapped_column(BigInteger)
    enrolled_at: Mapped[int] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
    stolen_at: Mapped[int | None] = mapped_column(BigInteger)
    contact_at: Mapped[int | None] = mapped_column(BigInteger)
    app_version: Mapped[str] = mapped_column(String(40), default="")
    agent: Mapped[str] = mapped_column(String(255), default="")
    pending: Mapped[int] = mapped_column(Integer, default=0)
    """Unsent operations at the last contact."""
    oldest_unsent_at: Mapped[int | None] = mapped_column(BigInteger)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    retired_at: Mapped[int | None] = mapped_column(BigInteger)
    """Taken out of use for good: what it had not sent is lost, and its places are counted anew."""
    all_sites: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """Whether it works wherever its person may; else in the sites of ``device_site`` alone."""


class DeviceEpoch(Base):
    """How far one device's sequence of one epoch has been applied; a push locks this row."""

    __tablename__ = "device_epoch"
    __table_args__ = (Index("ix_device_epoch_device_id", "device_id"),)

    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    applied_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    effective_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """Effective time of the last applied operation: a device's time never runs backwards."""


class DeviceInvite(Base):
    """A one-time code by which a phone becomes a device; the table keeps the code's digest alone."""

    __tablename__ = "device_invite"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    """What the device is to be called; empty: the phone names itself."""
    sites: Mapped[str] = mapped_column(String(1000), default="")
    """Ids of the sites it is for, with commas between; empty: all that its person may see."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
    used_at: Mapped[int | None] = mapped_column(BigInteger)
    device_id: Mapped[str | None] = mapped_column(ForeignKey("device.id"))


class DeviceSite(Base):
    """A site that a device without ``all_sites`` works in."""

    __tablename__ = "device_site"

    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), primary_key=True, index=True)


class UserPin(Base):
    """What proves a person's PIN on a shared device: a slow salted hash, never the PIN."""

    __tablename__ = "user_pin"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    verifier: Mapped[str] = mapped_column(String(64))
    """PBKDF2 with SHA-256, 32 bytes, in hex."""
    rounds: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[int] = mapped_column(BigInteger)
