"""Tables of the book. Quantities are whole millionths of the item's base unit; times are milliseconds."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
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


class Quarantine(Base):
    """An operation that could not be posted, verbatim, until a person decides."""

    __tablename__ = "quarantine"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    operation_id: Mapped[str] = mapped_column(String(64), index=True)
    device_id: Mapped[str] = mapped_column(String(36))
    epoch: Mapped[int] = mapped_column(Integer)
    seq: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(24))
    message: Mapped[str] = mapped_column(String(255), default="")
    """In English, as the device was told."""
    effective_at: Mapped[int] = mapped_column(BigInteger, default=0)
    """Where it stands in the order once it is released; computed at receipt."""
    uncertainty_ms: Mapped[int] = mapped_column(Integer, default=0)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(32))
    recorded_at: Mapped[int] = mapped_column(BigInteger)
    decided_at: Mapped[int | None] = mapped_column(BigInteger)
    decided_by: Mapped[int | None] = mapped_column(Integer)
    decision: Mapped[str] = mapped_column(String(12), default="")
    """released, amended or discarded."""
    note: Mapped[str] = mapped_column(String(255), default="")
    proposed_at: Mapped[int | None] = mapped_column(BigInteger)
    """When somebody proposed to discard it: a second person confirms, or the proposal is withdrawn."""
    proposed_by: Mapped[int | None] = mapped_column(Integer)
    proposed_note: Mapped[str] = mapped_column(String(255), default="", server_default="")
    message_key: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What the message says, for readers of any language; empty for what was held before it was kept."""
    message_values: Mapped[str] = mapped_column(Text, default="", server_default="")
    """JSON: what stands in it."""


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


class SiteState(Base):
    """What is kept of a site for the devices that hold its rows alone; no row until something stood there."""

    __tablename__ = "site_state"

    site_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    stock_checksum: Mapped[int] = mapped_column(BigInteger)
    """The plain sum of its rows' parts; the wire has it modulo 2**32."""
    layout: Mapped[int] = mapped_column(Integer)
    """How often places came or went: a device that holds rows as of another number starts afresh."""


class Incarnation(Base):
    """The one row that says which server this is: new on every restore."""

    __tablename__ = "incarnation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sid: Mapped[str] = mapped_column(String(36))
    started_at: Mapped[int] = mapped_column(BigInteger)


class FeedCounter(Base):
    """The one row that hands out feed positions: the last statement before COMMIT."""

    __tablename__ = "feed_counter"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    floor: Mapped[int] = mapped_column(BigInteger)
    """Below it tombstones are gone: a device that stands lower must start afresh."""
    stock_checksum: Mapped[int] = mapped_column(BigInteger)


class FeedChange(Base):
    """The latest position at which one row changed."""

    __tablename__ = "feed_change"

    entity: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(160), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, unique=True)
    changed_at: Mapped[int] = mapped_column(BigInteger)
