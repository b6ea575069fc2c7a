"""The table of discrepancies. Quantities are millionths of the base unit; times are milliseconds."""

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Discrepancy(Base):
    """What a person must look at. Provisional until the watermark of its location passes, then firm."""

    __tablename__ = "discrepancy"
    __table_args__ = (
        Index("ix_discrepancy_subject", "kind", "subject"),
        Index("ix_discrepancy_state", "closed_at", "firm_at"),
        Index("ix_discrepancy_other_operation_id", "other_operation_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(255))
    """What it is about, written so that the same state of the book always gives the same text."""
    operation_id: Mapped[str | None] = mapped_column(String(36), index=True)
    other_operation_id: Mapped[str | None] = mapped_column(String(36))
    cause_id: Mapped[str | None] = mapped_column(String(36), index=True)
    """The operation whose arrival brought it to light: its verdict names it."""
    item_id: Mapped[int | None] = mapped_column(Integer, index=True)
    lot: Mapped[str] = mapped_column(String(64), default="")
    serial: Mapped[str] = mapped_column(String(64), default="")
    location_id: Mapped[int | None] = mapped_column(Integer, index=True)
    quantity: Mapped[int] = mapped_column(BigInteger, default=0)
    effective_at: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[int] = mapped_column(BigInteger)
    firm_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_by: Mapped[str] = mapped_column(String(36), default="")
    """Empty while open; ``facts`` when later facts explained it; else the user's id."""
    resolution: Mapped[str] = mapped_column(String(255), default="")
