"""The table of count tasks. Times are milliseconds."""

from sqlalchemy import (
    BigInteger,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class CountTask(Base):
    """A place that somebody is asked to count: done by the first count of it that happened later."""

    __tablename__ = "count_task"
    __table_args__ = (Index("ix_count_task_open", "cancelled_at", "asked_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    location_id: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[int | None] = mapped_column(Integer)
    """None for everything that stands there."""
    lot: Mapped[str] = mapped_column(String(64), default="")
    discrepancy_id: Mapped[int | None] = mapped_column(Integer, index=True)
    reason: Mapped[str] = mapped_column(String(255), default="")
    """In the language of who asked, for phones that know no key."""
    asked_by: Mapped[int | None] = mapped_column(Integer)
    asked_at: Mapped[int] = mapped_column(BigInteger)
    cancelled_at: Mapped[int | None] = mapped_column(BigInteger)
    reason_key: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """``recount_retired``, or ``kind_`` and the kind of the discrepancy that led to it; else empty."""
    reason_values: Mapped[str] = mapped_column(Text, default="", server_default="")
    """JSON: what stands in it."""
