"""Tables of the catalogue."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Item(Base):
    """A thing that is kept in stock. ``code`` is the company's own number for it (its SKU)."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("tracking IN ('none','lot','serial')", name="tracking"),
        CheckConstraint("decimals BETWEEN 0 AND 6", name="decimals"),
        Index("ix_item_name", "name"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(80), default="", index=True)
    unit: Mapped[str] = mapped_column(String(16), default="piece")
    decimals: Mapped[int] = mapped_column(Integer, default=0)
    """Decimal places of the base unit that people may type: 0 for pieces, 3 for kilograms."""
    tracking: Mapped[str] = mapped_column(String(8), default="none")
    expiring: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether lots carry an expiry date."""
    survivor_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    """The item this one was merged into; stock of both is shown as one."""
    archived_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class ItemBarcode(Base):
    """One code printed on an item. A GTIN of any length is stored as 14 digits."""

    __tablename__ = "item_barcode"

    code: Mapped[str] = mapped_column(String(128), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)


class Lot(Base):
    """What is known of one lot of an item; lots come into being when they are first received."""

    __tablename__ = "lot"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_on: Mapped[str | None] = mapped_column(String(10))
    """ISO date."""
    introduced: Mapped[bool] = mapped_column(Boolean, default=False)
    """False while the lot is provisional: moved, but never received, counted or entered."""
    created_at: Mapped[int] = mapped_column(BigInteger)
