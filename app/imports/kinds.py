"""What an area tells the machine of one kind of table: its fields, its rules, its writing and undoing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from flask import Flask, current_app
from sqlalchemy import Connection

from app.database import reading
from app.imports.journal import Entry, Journal
from app.imports.plan import Plan
from app.imports.problems import Problem
from app.values.text import BadText, fold
from app.web.errors import Refusal
from app.words import t

EXTENSION = "tallyman.imports"

MODES = ("both", "create", "update")

PART_ROWS = 1_000
"""Rows that are settled in one transaction."""


@dataclass(frozen=True)
class Field:
    """One field that a column may fill. ``synonyms`` are headings that mean it, with ``|`` between them."""

    name: str
    synonyms: str
    parse: Callable[[str], Any]
    """The value of a cell that is not blank. Raises BadText."""
    several: bool = False
    """Whether several columns may fill it."""
    doubt: Callable[[str], str | None] | None = None
    """What looks wrong with a cell that may still be right; None when nothing does."""
    title: str = ""
    """What the installation calls a field of its own; empty for one of ours."""
    about: str = ""
    """What such a field may hold."""
    sample: str = ""
    """What the example says in it."""

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.title or t(f"imports.field_{self.name}")


@dataclass(frozen=True)
class ReadRow:
    """One row of which every cell was looked at: the values of those that are filled and in order."""

    number: int
    values: Mapping[str, Any]
    is_broken: bool = False
    """Whether a cell of it could not be read."""


def as_it_stands(row: ReadRow) -> tuple[ReadRow, list[Problem]]:
    """A row whose cells have nothing to say about each other."""
    return row, []


class Rules(Protocol):
    """What a kind of table does; rows and drafts are its own."""

    def mapping_problems(self, columns: Sequence[str], mode: str) -> list[str]:
        """What the mapping lacks for this kind; fields that are mapped twice are told by the machine."""

    def memory(self, user_id: int) -> Any:
        """A fresh memory of the rows above, handed to ``plan`` for each part; and of who imports."""

    def plan(self, connection: Connection, rows: Sequence[Any], memory: Any, mode: str) -> Plan:
        """What the rows of a part would do; reads only, and remembers them."""

    def write(self, connection: Connection, plan: Plan, journal: Journal) -> None:
        """Write the part, note what was done in the journal, and publish last."""

    def kept(self, connection: Connection, entries: Sequence[Entry]) -> Mapping[int, str]:
        """Why entries cannot be taken back, by their id; those that can are left out."""

    def undo(self, connection: Connection, entries: Sequence[Entry], journal: Journal) -> None:
        """Take entries back, newest first as they come, and publish last."""


@dataclass(frozen=True)
class Kind:
    """One kind of table."""

    name: str
    role: str
    """Who may import it."""
    fields: Sequence[Field]
    rules: Rules
    example: Sequence[Sequence[str]]
    """A small table to begin with: its header, then rows."""
    modes: Sequence[str] = MODES
    icon: str = "file-spreadsheet"
    list_page: str = ""
    """The page that lists what was imported."""
    part_rows: int | None = None
    """Rows that are settled together; ``PART_ROWS`` where it is not said."""
    read: Callable[[ReadRow], tuple[Any, list[Problem]]] = as_it_stands
    """What the cells of a row mean together, and what is wrong with that, by field."""
    added: Callable[[Connection], Sequence[Field]] | None = None
    """The fields that an installation has beside these."""

    def with_fields(self, more: Sequence[Field]) -> "Kind":
        """The kind with further fields, which its example fills as well."""
        header, *rows = self.example
        example = [[*header, *(each.title for each in more)]]
        example += [[*row, *(each.sample for each in more)] for row in rows]
        return replace(self, fields=[*self.fields, *more], example=example, added=None)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(each.name for each in self.fields)

    @cached_property
    def several(self) -> frozenset[str]:
        """The fields that several columns may fill."""
        return frozenset(each.name for each in self.fields if each.several)

    @cached_property
    def headings(self) -> Mapping[str, str]:
        """The field that each folded heading means: names first, then what an installation calls its own."""
        meant = {fold(heading): each.name for each in self.fields for heading in each.synonyms.split("|")}
        meant |= {fold(each.name): each.name for each in self.fields}
        return {heading: name for heading, name in meant.items() if heading}

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Its fields by their names."""
        return {each.name: each for each in self.fields}


def parsed_choice(text: str, words: Mapping[str, Sequence[str]]) -> str:
    """One of a few values, in any of the words people use for each. Raises BadText."""
    said = fold(text)
    for value, synonyms in words.items():
        if said == value or said in synonyms:
            return value
    raise BadText(t("values.one_of", choices=", ".join(words)))


def register_imports(app: Flask, kinds: Sequence[Kind], then: Sequence[str] = ()) -> None:
    """Say which kinds of tables there are, and which jobs follow a finished import; called once."""
    app.extensions[EXTENSION] = ({kind.name: kind for kind in kinds}, tuple(then))


def known_kinds() -> Mapping[str, Kind]:
    """The kinds by name."""
    kinds: Mapping[str, Kind] = current_app.extensions[EXTENSION][0]
    return kinds


def afterwards() -> Sequence[str]:
    """The jobs that follow a finished import."""
    jobs: Sequence[str] = current_app.extensions[EXTENSION][1]
    return jobs


def kind_of(name: str) -> Kind:
    """The kind of this name. Raises Refusal 404."""
    kind = known_kinds().get(name)
    if kind is None:
        raise Refusal(404, "not_found", t("imports.kind_unknown"))
    return kind


def current_kind(name: str) -> Kind:
    """The kind of this name with the fields that the installation added to it. Raises Refusal 404."""
    kind = kind_of(name)
    if kind.added is None:
        return kind
    with reading() as connection:
        return kind.with_fields(kind.added(connection))
