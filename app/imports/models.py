"""Tables of imports: what was uploaded, and what became of it."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class TableImport(Base):
    """One uploaded table: how it is read, how far it has come, what it did."""

    __tablename__ = "table_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('uploaded','checking','checked','importing','done','failed','undoing','undone')",
            name="state",
        ),
        Index("ix_table_import_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Random; also the name of its file in the folder of uploads."""
    kind: Mapped[str] = mapped_column(String(20), index=True)
    """What it is a table of; see ``kinds.py``."""
    user_id: Mapped[int] = mapped_column(Integer)
    file_name: Mapped[str] = mapped_column(String(200))
    """As the person's computer calls it; for display alone."""
    bytes: Mapped[int] = mapped_column(Integer)
    format: Mapped[str] = mapped_column(String(4), default="csv")
    """csv or xlsx."""
    sheet: Mapped[str] = mapped_column(String(100), default="")
    """Of a workbook the sheet that is read."""
    state: Mapped[str] = mapped_column(String(10), default="uploaded")
    encoding: Mapped[str] = mapped_column(String(20), default="")
    delimiter: Mapped[str] = mapped_column(String(1), default="")
    columns: Mapped[str] = mapped_column(Text, default="[]")
    """JSON: for each column of the file the field that it fills, or an empty text."""
    head: Mapped[str] = mapped_column(Text, default="{}")
    """JSON: the header, the first rows, the sheets and what is doubtful, as the file is read now."""
    mode: Mapped[str] = mapped_column(String(6), default="both")
    """both, create or update."""
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    """Rows below the header, known once they were checked."""
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    """How far the work at hand has come; an interrupted import goes on from here."""
    created_count: Mapped[int] = mapped_column(Integer, default=0)
    updated_count: Mapped[int] = mapped_column(Integer, default=0)
    unchanged_count: Mapped[int] = mapped_column(Integer, default=0)
    error_count: Mapped[int] = mapped_column(Integer, default=0)
    """Problems that keep a row out."""
    faulty_count: Mapped[int] = mapped_column(Integer, default=0)
    """Rows that are kept out."""
    warning_count: Mapped[int] = mapped_column(Integer, default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    """Why it failed, in words for a person."""
    created_at: Mapped[int] = mapped_column(BigInteger)
    finished_at: Mapped[int | None] = mapped_column(BigInteger)
    undone_by: Mapped[int | None] = mapped_column(Integer)
    """Who took it back."""
    undone_at: Mapped[int | None] = mapped_column(BigInteger)
    undone_count: Mapped[int] = mapped_column(Integer, default=0)
    kept_count: Mapped[int] = mapped_column(Integer, default=0)
    """What could not be taken back."""


class ImportEntry(Base):
    """One thing that an import made or changed, and what undoing it has come to."""

    __tablename__ = "import_entry"
    __table_args__ = (
        CheckConstraint("act IN ('created','changed')", name="act"),
        CheckConstraint("outcome IN ('','undone','kept')", name="outcome"),
        Index("ix_import_entry_import_id", "import_id", "outcome", "id"),
        Index("ix_import_entry_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    import_id: Mapped[str] = mapped_column(ForeignKey("table_import.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(36))
    """The id of an item, a location, a user or an operation."""
    act: Mapped[str] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(BigInteger)
    """Its ``updated_at`` as the import left it: another one tells that somebody changed it since."""
    former: Mapped[str] = mapped_column(Text, default="{}")
    """JSON: what stood there before, by field."""
    outcome: Mapped[str] = mapped_column(String(6), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was kept, in words for a person."""
