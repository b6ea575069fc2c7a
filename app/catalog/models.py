"""Tables of the catalogue."""

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

_ACTIVE = text("archived_at IS NULL AND survivor_id IS NULL")


class Item(Base):
    """A thing that is kept in stock. ``code`` is the company's own number for it (its SKU)."""

    __tablename__ = "item"
    __table_args__ = (
        CheckConstraint("tracking IN ('none','lot','serial')", name="tracking"),
        CheckConstraint("decimals BETWEEN 0 AND 6", name="decimals"),
        Index("ix_item_archived_at", "archived_at", "survivor_id"),
        Index("ix_item_category", "category", "archived_at", "survivor_id"),
        Index("ix_item_tracking", "tracking", "archived_at", "survivor_id"),
        Index(
            "ix_item_category_name",
            *("category", "sort_name", "id"),
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(80), default="")
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
    updated_at: Mapped[int] = mapped_column(BigInteger, index=True)
    """Grows with every change; whoever edits says which one they saw."""
    sort_name: Mapped[str] = mapped_column(String(200), default="", index=True)
    """The folded name, by which lists are sorted."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Every word one can search by, folded, each with a blank in front; see ``catalog/search.py``."""


ITEM_SEARCH = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS item_search USING fts5("
    "search_text, content='item', content_rowid='id', detail='none', prefix='1 2',"
    " tokenize='unicode61 remove_diacritics 0')"
)
"""The full-text index of ``item.search_text`` on SQLite, kept by ``catalog/search_index.py``: words alone
(detail none), with short beginnings of words at hand for those who are still typing."""

ITEM_WORDS = "array_to_tsvector(string_to_array(ltrim({table}search_text), ' '))"
"""The words of ``search_text`` as PostgreSQL indexes them: as they stand, no parser cuts them anew."""

ITEM_WORDS_INDEX = f"CREATE INDEX ix_item_words ON item USING gin ({ITEM_WORDS.format(table='')})"
"""The same index on PostgreSQL, which keeps it itself."""

for dialect, statement in (("sqlite", ITEM_SEARCH), ("postgresql", ITEM_WORDS_INDEX)):
    event.listen(Item.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


class ItemBarcode(Base):
    """One code printed on an item or on a pack of it. A GTIN of any length is stored as 14 digits."""

    __tablename__ = "item_barcode"

    code: Mapped[str] = mapped_column(String(128), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("pack.id", ondelete="CASCADE"), index=True)
    """The pack that bears it; None for the item itself."""


class Pack(Base):
    """A unit of an item that holds several base units: a case, a tray, a pallet."""

    __tablename__ = "pack"
    __table_args__ = (UniqueConstraint("item_id", "name"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(16))
    archived_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)


class PackFactor(Base):
    """How many base units a pack holds from a time on. A correction rewrites the row that holds."""

    __tablename__ = "pack_factor"
    __table_args__ = (CheckConstraint("factor > 0", name="factor"),)

    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id", ondelete="CASCADE"), primary_key=True)
    valid_from: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Milliseconds; 0 for the first one."""
    factor: Mapped[int] = mapped_column(BigInteger)
    """Millionths of the item's base unit."""


class ItemPhoto(Base):
    """The photograph of an item; the picture itself is a file under the home folder."""

    __tablename__ = "item_photo"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; another picture has another name, so that a browser may keep it for good."""
    created_at: Mapped[int] = mapped_column(BigInteger)


class ItemField(Base):
    """A field that administrators added to all items."""

    __tablename__ = "item_field"
    __table_args__ = (CheckConstraint("kind IN ('text','number','date','choice','boolean')", name="kind"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    unit: Mapped[str] = mapped_column(String(16), default="")
    """What a number counts."""
    choices: Mapped[str] = mapped_column(Text, default="[]")
    """JSON: the texts that may be chosen."""
    is_required: Mapped[bool] = mapped_column(Boolean, default=False)
    position: Mapped[int] = mapped_column(Integer, default=0)
    archived_at: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)


class ItemValue(Base):
    """What one item holds in one added field; nothing stands for nothing."""

    __tablename__ = "item_value"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), primary_key=True)
    field_id: Mapped[int] = mapped_column(
        ForeignKey("item_field.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[str] = mapped_column(Text)
    """A text, a decimal number, an ISO date, one of the choices, or yes or no."""


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
