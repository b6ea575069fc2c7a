"""The table of what was done to keep the installation."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class UpkeepRun(Base):
    """One backup, one check or one tidying: when, and how it ended. Times are milliseconds."""

    __tablename__ = "upkeep_run"
    __table_args__ = (
        CheckConstraint("kind IN ('backup','check','tidy')", name="kind"),
        Index("ix_upkeep_run_kind", "kind", "finished_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[int] = mapped_column(BigInteger)
    finished_at: Mapped[int] = mapped_column(BigInteger)
    sound: Mapped[bool] = mapped_column(Boolean)
    """Whether the backup was made, or the check found nothing."""
    summary: Mapped[str] = mapped_column(Text)
    """JSON: of a backup its file, size and operations; of a check what it found; of a tidying what went."""
