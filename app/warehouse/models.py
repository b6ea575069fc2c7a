"""Tables of the places."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Location(Base):
    """A place that can hold stock. Site, zone, aisle and bin form a tree; virtual ones stand beside it."""

    __tablename__ = "location"
    __table_args__ = (CheckConstraint("kind IN ('site','zone','aisle','bin','virtual')", name="kind"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"), index=True)
    """The site above it; a site names itself; virtual locations have none."""
    kind: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    barcode: Mapped[str] = mapped_column(String(128), unique=True)
    walk_order: Mapped[int] = mapped_column(Integer, default=0)
    archived_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
