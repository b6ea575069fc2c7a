"""The table of settings that administrators decide in the office."""

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Setting(Base):
    """One setting that differs from its default; ``app/settings/`` knows every one."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    """JSON."""
    user_id: Mapped[int | None] = mapped_column(Integer)
    """Who decided it; the audit trail keeps the name."""
    updated_at: Mapped[int] = mapped_column(BigInteger)
