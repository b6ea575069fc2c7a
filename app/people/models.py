"""Tables of people and devices. Times are whole milliseconds since 1970, UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    true,
)
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
    all_sites: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """Whether every site is open, also those to come; else those of ``user_site`` alone."""

    @property
    def invited(self) -> bool:
        """Whether the person has not come in yet: there is no password to sign in with."""
        return not self.password_hash


class UserSite(Base):
    """A site that a person without ``all_sites`` may see."""

    __tablename__ = "user_site"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"), primary_key=True, index=True)


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


class AuditEntry(Base):
    """One change that somebody made: who, what, to which thing, and how it stood before and after."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("actor_kind IN ('person','device','token','system')", name="actor_kind"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_user_id", "user_id", "at"),
        Index("ix_audit_entry_subject", "subject_kind", "subject_id", "at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    actor_kind: Mapped[str] = mapped_column(String(8))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    """The person behind it, also where a device or a token acted for them."""
    actor: Mapped[str] = mapped_column(String(120), default="")
    """What people call the one who acted, as it was called then."""
    address: Mapped[str] = mapped_column(String(64), default="")
    action: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[str] = mapped_column(String(64))
    subject_name: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[str] = mapped_column(Text, default="{}")
    """JSON of the values that changed, as they were; never a secret."""
    after: Mapped[str] = mapped_column(Text, default="{}")
    trace: Mapped[str] = mapped_column(String(64), default="")
    """The request, as the log names it."""


class SavedView(Base):
    """A named search, order and choice of filters of one list; a person's own, or shown to all."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("user_id", "page", "name"),
        Index("ix_saved_view_page", "page"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(80))
    """The endpoint of the list."""
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(2000))
    """What stands behind the question mark of the list's address."""
    is_shared: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class DefaultView(Base):
    """The view with which a list opens for a person."""

    __tablename__ = "default_view"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(String(80), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"), index=True)


class HiddenColumns(Base):
    """The columns of one list that a person has put away."""

    __tablename__ = "hidden_columns"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[str] = mapped_column(String(80), primary_key=True)
    names: Mapped[str] = mapped_column(String(1000))
    """Their names, with blanks between them."""


class EntryLink(Base):
    """A link that opens the door once, so that a person can choose a password; the row holds its digest."""

    __tablename__ = "entry_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class SecondFactor(Base):
    """What a person proves beside the password: six digits that their own app makes of a shared secret."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(255), default="")
    """Sealed with the server's secret key; empty while only the time of grace runs."""
    confirmed_at: Mapped[int | None] = mapped_column(BigInteger)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    """The half minute of the last code that was taken: none of it or before is taken again."""
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    """Until when the person may come in without one where it is required."""


class RecoveryCode(Base):
    """A code that stands once for the second factor; the row holds its digest."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class PersonalToken(Base):
    """What a program shows to act for a person, within a scope and until a day; the row holds its digest."""

    __tablename__ = "personal_token"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(8))
    """The last signs, by which its owner knows it again."""
    scopes: Mapped[str] = mapped_column(String(255))
    """Words with a space between."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)
    used_from: Mapped[str] = mapped_column(String(64), default="")
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)
