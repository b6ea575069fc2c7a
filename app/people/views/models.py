"""Tables of saved views and chosen columns."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


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
