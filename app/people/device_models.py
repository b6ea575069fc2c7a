"""Tables around devices: invitations to enrol one, its sites, and the PINs by which people switch on it."""

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


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
