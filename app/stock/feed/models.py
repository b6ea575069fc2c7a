"""Tables of the feed: what changed, in which order, and what each site's rows add up to."""

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


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
