"""The table of what could not be posted. Times are milliseconds."""

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Quarantine(Base):
    """An operation that could not be posted, verbatim, until a person decides."""

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    operation_id: Mapped[str] = mapped_column(String(64), index=True)
    device_id: Mapped[str] = mapped_column(String(36))
    epoch: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(24))
    message: Mapped[str] = mapped_column(String(255), default="")
    """In English, as the device was told."""
    effective_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """Where it stands in the order once it is released; computed at receipt."""
    uncertainty_ms: Mapped[int] = mapped_column(Integer, default=0)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(32))
    recorded_at: Mapped[int] = mapped_column(BigInteger)
    decided_at: Mapped[int | None] = mapped_column(BigInteger)
    decided_by: Mapped[int | None] = mapped_column(Integer)
    decision: Mapped[str] = mapped_column(String(12), default="")
    """released, amended or discarded."""
    note: Mapped[str] = mapped_column(String(255), default="")
    proposed_at: Mapped[int | None] = mapped_column(BigInteger)
    """When somebody proposed to discard it: a second person confirms, or the proposal is withdrawn."""
    proposed_by: Mapped[int | None] = mapped_column(Integer)
    proposed_note: Mapped[str] = mapped_column(String(255), default="", server_default="")
    message_key: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What the message says, for readers of any language; empty for what was held before it was kept."""
    message_values: Mapped[str] = mapped_column(Text, default="", server_default="")
    """JSON: what stands in it."""
