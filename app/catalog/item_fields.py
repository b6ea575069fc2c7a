"""Fields that administrators add to all items: text, number with unit, date, choice, yes or no."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.catalog.drafts import ItemDraft
from app.catalog.models import ItemField, ItemValue
from app.clock import now_ms
from app.people.audit.trail import record as write_down
from app.values.text import BadText, clean_line, fold
from app.web.errors import Refusal, refused_field
from app.words import t

KINDS = ("text", "number", "date", "choice", "boolean")
NAME_LIMIT = 60
UNIT_LIMIT = 16
CHOICE_LIMIT = 80
CHOICES_LIMIT = 200
FIELDS_LIMIT = 40
"""Added fields of one installation."""
STEP = 10

KEY = "field-"
"""What the id of a field follows where forms, addresses and imports name it."""

PACK_COLUMNS = ("pack", "pack factor", "pack barcode")
OWN_NAMES = {*ItemDraft.__slots__, *PACK_COLUMNS, "barcode", "state", "on hand", "changed utc"}
"""What the columns of an exported item are called already."""


@dataclass(frozen=True, slots=True)
class AddedField:
    """One added field as it is read."""

    id: int
    name: str
    kind: str
    unit: str
    choices: tuple[str, ...]
    is_required: bool
    position: int
    archived_at: int | None

    @property
    def key(self) -> str:
        """What forms, addresses and imports call it."""
        return f"{KEY}{self.id}"


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """An added field as it shall stand; every text is clean already."""

    name: str
    kind: str = "text"
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False


def added_fields(connection: Connection, with_archived: bool = False) -> list[AddedField]:
    """The added fields in their order."""
    wanted = select(ItemField.__table__).order_by(ItemField.position, ItemField.id).limit(10 * FIELDS_LIMIT)
    if not with_archived:
        wanted = wanted.where(ItemField.archived_at.is_(None))
    return [field_from(row._mapping) for row in connection.execute(wanted)]


def field_from(row: Mapping[Any, Any]) -> AddedField:
    """A row of the table as a field."""
    named = {name: row[name] for name in AddedField.__slots__}
    return AddedField(**{**named, "choices": tuple(json.loads(named["choices"]))})


def field_known(connection: Connection, field_id: int) -> AddedField:
    """One added field. Raises Refusal 404."""
    row = connection.execute(select(ItemField.__table__).where(ItemField.id == field_id)).first()
    if row is None:
        raise Refusal(404, "not_found", t("catalog.field_unknown"))
    return field_from(row._mapping)


def add_field(connection: Connection, draft: FieldDraft) -> int:
    """Add a field to all items; its id. Raises Refusal 422, and 409 ``name_taken`` or ``too_many``."""
    refuse_wrong(connection, draft, None)
    count, last = connection.execute(select(func.count(), func.max(ItemField.position))).one()
    if count >= FIELDS_LIMIT:
        raise Refusal(409, "too_many", t("catalog.fields_many", limit=FIELDS_LIMIT))
    now = now_ms()
    times = {"created_at": now, "updated_at": now, "position": (last or 0) + STEP}
    added = insert(ItemField).values(**columns_of(draft), **times).returning(ItemField.id)
    field_id = int(connection.scalar(added) or 0)
    write_down(connection, "added", ("field", field_id, draft.name), None, asdict(draft))
    return field_id


def change_field(connection: Connection, field_id: int, draft: FieldDraft) -> None:
    """Change a field; what kind it is stays. Raises Refusal as ``add_field``, and 404."""
    field = field_known(connection, field_id)
    draft = FieldDraft(draft.name, field.kind, draft.unit, draft.choices, draft.is_required)
    refuse_wrong(connection, draft, field_id)
    changed = update(ItemField).where(ItemField.id == field_id)
    connection.execute(changed.values(**columns_of(draft), updated_at=now_ms()))
    write_down(connection, "changed", ("field", field_id, draft.name), asdict(field), asdict(draft))


def archive_field(connection: Connection, field_id: int, is_archived: bool) -> None:
    """Put a field away, or bring it back; what items hold in it stays. Raises Refusal 404."""
    field = field_known(connection, field_id)
    at = now_ms() if is_archived else None
    connection.execute(update(ItemField).where(ItemField.id == field_id).values(archived_at=at))
    write_down(connection, "archived" if is_archived else "unarchived", ("field", field_id, field.name))


def move_field(connection: Connection, field_id: int, by: int) -> None:
    """Move a field one place up (-1) or down (1) among those in use. Raises Refusal 404."""
    ids = [field.id for field in added_fields(connection)]
    field_known(connection, field_id)
    if field_id not in ids:
        return
    at = ids.index(field_id)
    ids.insert(min(max(at + by, 0), len(ids) - 1), ids.pop(at))
    for place, each in enumerate(ids, 1):
        connection.execute(update(ItemField).where(ItemField.id == each).values(position=place * STEP))


def columns_of(draft: FieldDraft) -> dict[str, Any]:
    """The columns that a draft decides."""
    choices = json.dumps(draft.choices, ensure_ascii=False) if draft.kind == "choice" else "[]"
    unit = draft.unit if draft.kind == "number" else ""
    return {**asdict(draft), "choices": choices, "unit": unit}


def refuse_wrong(connection: Connection, draft: FieldDraft, field_id: int | None) -> None:
    """Raises Refusal 422 for what makes no sense, and 409 where the name is taken."""
    if draft.kind == "choice" and len(draft.choices) < 2:
        raise refused_field("choices", t("catalog.choices_few"))
    if fold(draft.name) in OWN_NAMES:
        raise refused_field("name", t("catalog.field_name_own", name=draft.name), 409, "name_taken")
    taken = {heading(each.name): each.id for each in added_fields(connection, with_archived=True)}
    if taken.get(heading(draft.name)) not in (None, field_id):
        raise refused_field("name", t("catalog.field_name_taken", name=draft.name), 409, "name_taken")


def heading(name: str) -> str:
    """What a table is asked for to find the field's column: two fields must not answer to the same."""
    return fold(name) or name.casefold()


def choices_from(typed: str) -> tuple[str, ...]:
    """The choices, one a line, each once. Raises BadText."""
    lines = [clean_line(line, CHOICE_LIMIT) for line in typed.splitlines()]
    choices = tuple(dict.fromkeys(line for line in lines if line))
    if len(choices) > CHOICES_LIMIT:
        raise BadText(t("catalog.choices_many", limit=CHOICES_LIMIT))
    return choices


def items_holding(connection: Connection, field_ids: Sequence[int]) -> dict[int, int]:
    """How many items hold something in each of these fields."""
    counted = select(ItemValue.field_id, func.count()).where(ItemValue.field_id.in_(field_ids))
    return {field: int(count) for field, count in connection.execute(counted.group_by(ItemValue.field_id))}
