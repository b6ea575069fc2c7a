"""Searching items: words in any order, each the beginning of a word of the item."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, cast, column, literal_column, table, true
from sqlalchemy.dialects.postgresql import TSQUERY

from app.catalog.barcodes import shown_barcode
from app.catalog.models import ITEM_WORDS, Item
from app.values.text import fold

MOST_WORDS = 8
"""Words of a search that count; more would not find less."""

STATE_WORDS = {"archived": "\ue000", "merged": "\ue001"}
"""Words of the index that nobody can type: they make the state of an item part of the search."""

ITEM_SEARCH = table("item_search", column("rowid"))


@dataclass(frozen=True)
class WordIndex:
    """The index of the words that items are found by: the table that it names rows of, and their item."""

    table: FromClause
    item: ColumnElement[int]


INDEXES = {
    "sqlite": WordIndex(ITEM_SEARCH, ITEM_SEARCH.c.rowid),
    "postgresql": WordIndex(Item.__table__, Item.__table__.c.id),
}


@dataclass(frozen=True)
class Wanted:
    """What is searched for: folded words, each the beginning of a word of the item; and its state."""

    words: tuple[str, ...]
    state: str = "all"
    """active, archived, merged or all."""

    def in_index(self, dialect: str) -> ColumnElement[bool]:
        """Whether the index holds every word for the row, and the state."""
        if dialect == "sqlite":
            return literal_column("item_search").op("MATCH", is_comparison=True)(self.expression())
        words: ColumnElement[str] = literal_column(ITEM_WORDS.format(table="item."))
        return words.op("@@", is_comparison=True)(cast(self.tsquery(), TSQUERY))

    def expression(self) -> str:
        """The question in the words of FTS5."""
        words = " AND ".join(f'"{word}"*' for word in self.words)
        if self.state == "all":
            return words
        if self.state == "active":
            return f"({words}) NOT ({' OR '.join(STATE_WORDS.values())})"
        return f"{words} AND {STATE_WORDS[self.state]}"

    def tsquery(self) -> str:
        """The question in the words of PostgreSQL."""
        words = " & ".join(f"'{word}':*" for word in self.words)
        if self.state == "all":
            return words
        if self.state == "active":
            return f"{words} & !({' | '.join(STATE_WORDS.values())})"
        return f"{words} & {STATE_WORDS[self.state]}"

    def in_text(self) -> ColumnElement[bool]:
        """Whether the item's own search text holds every word; reads each row that it is asked about."""
        return and_(true(), *(Item.search_text.contains(f" {word}") for word in self.words))


def wanted_from(typed: str, state: str = "all") -> Wanted:
    """Read what was typed into a search field; a word that another one begins with says nothing more."""
    words = list(dict.fromkeys(fold(typed).split()))[:MOST_WORDS]
    return Wanted(tuple(word for word in words if not begins_another(word, words)), state)


def begins_another(word: str, words: Iterable[str]) -> bool:
    """Whether whatever matches one of the other words matches this one as well."""
    return any(other != word and other.startswith(word) for other in words)


def search_text_of(name: str, code: str, category: str, barcodes: Iterable[str], state: str) -> str:
    """Every word under which an item is found, each once, with a blank in front of each."""
    shown = " ".join(shown_barcode(barcode) for barcode in barcodes)
    words = dict.fromkeys(fold(f"{name} {code} {category} {shown}").split())
    mark = f" {STATE_WORDS[state]}" if state in STATE_WORDS else ""
    return "".join(f" {word}" for word in words) + mark
