"""The table of background work."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Job(Base):
    """Work to be done outside of a request: once stored, it survives every crash. Times are milliseconds."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued','running','done','failed')", name="state"),
        Index("ix_job_due", "state", "run_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[str] = mapped_column(Text)
    """JSON."""
    dedupe_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    """At most one job of a key waits or runs; the key is given back when the job ends."""
    state: Mapped[str] = mapped_column(String(8), default="queued")
    run_at: Mapped[int] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease: Mapped[str | None] = mapped_column(String(32))
    """Held by the worker that runs it; a worker that died loses it when ``leased_until`` is over."""
    leased_until: Mapped[int] = mapped_column(BigInteger, default=0)
    progress: Mapped[int] = mapped_column(Integer, default=0)
    """Millionths of the whole that are done."""
    message: Mapped[str] = mapped_column(String(255), default="")
    result: Mapped[str | None] = mapped_column(Text)
    """JSON."""
    error: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[int | None] = mapped_column(BigInteger)
    finished_at: Mapped[int | None] = mapped_column(BigInteger)
