"""Tables of the book. Quantities are whole millionths of the item's base unit; times are milliseconds."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

_TAKEN = text("target_id IS NOT NULL")


class Operation(Base):
    """An immutable fact as a device (or the office) captured it, with the verdict it was given."""

    __tablename__ = "operation"
    __table_args__ = (
        Index("uq_operation_device_epoch_seq", "device_id", "epoch", "seq", unique=True),
        Index("ix_operation_recorded_at", "recorded_at"),
        Index("ix_operation_target_id", "target_id", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(36))
    epoch: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[int | None] = mapped_column(Integer)
    occurred_at: Mapped[int] = mapped_column(BigInteger)
    """The device's wall clock at capture."""
    effective_at: Mapped[int] = mapped_column(BigInteger)
    """Where it stands in the order of facts; computed once, at receipt."""
    uncertainty_ms: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[int] = mapped_column(BigInteger)
    target_id: Mapped[str | None] = mapped_column(String(36))
    """The operation a ``reverse`` takes back."""
    line_kind: Mapped[str | None] = mapped_column(String(20))
    line_id: Mapped[str | None] = mapped_column(String(36))
    permitted: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether the captor's role allowed it when it came in."""
    reversed_by_id: Mapped[str | None] = mapped_column(String(36))
    """The ``reverse`` that took it back: it never happened."""
    status: Mapped[str] = mapped_column(String(12))
    body: Mapped[str] = mapped_column(Text)
    """The operation as received: compact JSON, the source for replay and for another server."""
    digest: Mapped[str] = mapped_column(String(32))
    """Of the content: the same id with another digest is ``id_reuse``."""
    posted_quantity: Mapped[int | None] = mapped_column(BigInteger)
    """What was posted, where the factor of its packs was another than the device's; worked out at receipt."""


class Movement(Base):
    """One leg: a quantity of an item goes from one location to another. Append-only."""

    __tablename__ = "movement"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_movement_from", "item_id", "lot", "from_id", "effective_at"),
        Index("ix_movement_to", "item_id", "lot", "to_id", "effective_at"),
        Index(
            "ix_movement_serial",
            "item_id",
            "serial",
            sqlite_where=text("serial <> ''"),
            postgresql_where=text("serial <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    operation_id: Mapped[str] = mapped_column(ForeignKey("operation.id"), index=True)
    """Whose place in the order it takes."""
    cause_id: Mapped[str | None] = mapped_column(String(36))
    """The operation whose arrival made this leg necessary, where that is another one."""
    role: Mapped[str] = mapped_column(String(12))
    """fact, adjustment, correction, inferred or reversal."""
    effective_at: Mapped[int] = mapped_column(BigInteger)
    item_id: Mapped[int] = mapped_column(Integer)
    lot: Mapped[str] = mapped_column(String(64))
    serial: Mapped[str] = mapped_column(String(64))
    from_id: Mapped[int] = mapped_column(Integer)
    to_id: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[int] = mapped_column(BigInteger)


class CountPoint(Base):
    """A reset point: what a person counted in one cell, and the adjustment that it makes."""

    __tablename__ = "count_point"
    __table_args__ = (Index("ix_count_point_cell", "item_id", "lot", "location_id", "effective_at"),)

    operation_id: Mapped[str] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    effective_at: Mapped[int] = mapped_column(BigInteger)
    device_id: Mapped[str] = mapped_column(String(36))
    epoch: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(BigInteger)
    uncertainty_ms: Mapped[int] = mapped_column(Integer)
    item_id: Mapped[int] = mapped_column(Integer)
    lot: Mapped[str] = mapped_column(String(64))
    location_id: Mapped[int] = mapped_column(Integer)
    counted: Mapped[int] = mapped_column(BigInteger)
    adjustment: Mapped[int] = mapped_column(BigInteger)
    """Counted minus what the book held just before; recomputed when earlier facts arrive late."""
    enumerated: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether the serials were read one by one."""
    adjusted_serials: Mapped[int] = mapped_column(Integer, default=0)
    """How many serials it found without a home, or missed."""
    reversed: Mapped[bool] = mapped_column(Boolean, default=False)


class StockLevel(Base):
    """On hand of one cell at a real location: a cache of the sum of its movements.

    Rows of empty cells stay, with a quantity of 0.
    """

    __tablename__ = "stock_level"
    __table_args__ = (Index("ix_stock_level_location_id", "location_id"),)

    item_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lot: Mapped[str] = mapped_column(String(64), primary_key=True)
    location_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    quantity: Mapped[int] = mapped_column(BigInteger)
    named_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """Effective time of the latest fact that names the cell."""
    changed_at: Mapped[int] = mapped_column(BigInteger)


class SerialSighting(Base):
    """A fact that names one serial: a link of the chain that says where it is at home."""

    __tablename__ = "serial_sighting"
    __table_args__ = (Index("ix_serial_sighting_serial", "item_id", "serial"),)

    operation_id: Mapped[str] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    serial: Mapped[str] = mapped_column(String(64), primary_key=True)
    lot: Mapped[str] = mapped_column(String(64))
    from_id: Mapped[int | None] = mapped_column(Integer)
    """None where it was counted."""
    to_id: Mapped[int] = mapped_column(Integer)


class LotTrace(Base):
    """What facts say of a lot: how many brought it in, how many moved it, when one last did."""

    __tablename__ = "lot_trace"

    item_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lot: Mapped[str] = mapped_column(String(64), primary_key=True)
    introductions: Mapped[int] = mapped_column(Integer)
    moves: Mapped[int] = mapped_column(Integer)
    moved_at: Mapped[int] = mapped_column(BigInteger)
    entered: Mapped[bool] = mapped_column(Boolean)
    """Whether the office entered it."""


class SerialPosition(Base):
    """Where one serial was last seen: at most one home."""

    __tablename__ = "serial_position"

    item_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    serial: Mapped[str] = mapped_column(String(64), primary_key=True)
    lot: Mapped[str] = mapped_column(String(64), default="")
    location_id: Mapped[int] = mapped_column(Integer, index=True)
