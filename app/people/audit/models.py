"""The table of the audit trail. Times are whole milliseconds since 1970, UTC."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


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
