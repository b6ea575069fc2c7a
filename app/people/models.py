"""Tables of people. Times are whole milliseconds since 1970, UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
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
