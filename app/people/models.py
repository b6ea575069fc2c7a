"""Tables of people and devices. Times are whole milliseconds since 1970, UTC."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class User(Base):
    """A person who may sign in. Role: administrator, manager, operator or viewer."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("role IN ('administrator','manager','operator','viewer')", name="role"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[int] = mapped_column(BigInteger)
    disabled_at: Mapped[int | None] = mapped_column(BigInteger)


class SignIn(Base):
    """A server-side session: the cookie holds a random token, this row its hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(255), default="")


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


class DeviceEpoch(Base):
    """How far one device's sequence of one epoch has been applied; a push locks this row."""

    __tablename__ = "device_epoch"
    __table_args__ = (Index("ix_device_epoch_device_id", "device_id"),)

    device_id: Mapped[str] = mapped_column(ForeignKey("device.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    applied_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    effective_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """Effective time of the last applied operation: a device's time never runs backwards."""
