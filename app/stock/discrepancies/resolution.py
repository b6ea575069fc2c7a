"""Resolving a discrepancy: counter-entries are posted, nothing is edited, and the book closes it itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select, text

from app.database import publish
from app.database.listed import listed
from app.stock.book.models import Operation
from app.stock.book.open_findings import LookedAt, save_findings
from app.stock.discrepancies.acceptance import accept, mark_resolved
from app.stock.discrepancies.listing import standing_discrepancy
from app.stock.office.posting import Draft, post_office
from app.web.errors import Refusal
from app.words import t
from sync.discrepancy import unknown_lot
from sync.movement import ADJUSTMENT, UNIDENTIFIED
from sync.protocol import feed_key
from sync.quantity import format_quantity

ACTS = ("accept", "reverse", "adjust", "identify", "relabel", "enter")
ASKED = {"identify": "item", "relabel": "lot"}
"""What a person must name for an act."""
AMENDED_MOST = 200
"""Operations that one resolution posts anew."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a person does about a discrepancy; ``item`` and ``lot`` say what the goods really are."""

    act: str
    """One of ``ACTS``."""
    item: int | None = None
    lot: str = ""
    note: str = ""


def resolve(connection: Connection, number: int, how: Resolution, user_id: int, now: int) -> None:
    """Resolve a discrepancy in the caller's write transaction.

    ``accept`` lets it be; ``reverse`` takes its operation back; ``adjust`` fills a shelf below zero up to
    zero; ``identify`` posts unknown goods anew as ``item``; ``relabel`` does so with another ``lot``;
    ``enter`` makes the lot known. Raises Refusal 404, 409 ``already_closed``, 422 where the act does not
    fit or cannot be posted.
    """
    found = standing_discrepancy(connection, number)
    if how.act == "accept":
        accept(connection, number, user_id, how.note)
        return
    if how.act not in acts_for(found):
        raise Refusal(422, "invalid", t("book.cannot_resolve"))
    if how.act == "enter":
        enter_lot(connection, found, now)
    else:
        post_office(connection, user_id, DRAFTS[how.act](connection, found, how), now)
    mark_resolved(connection, number, user_id, how.note)


def acts_for(found: Any) -> tuple[str, ...]:
    """What can be done about a discrepancy."""
    if found.kind == "negative":
        return ("accept", "adjust")
    if found.kind == "unknown_lot":
        return ("accept", "enter", "relabel")
    reversible = ("reverse",) if found.operation_id else ()
    return ("accept", *reversible, "identify") if found.kind == "unknown_code" else ("accept", *reversible)


def is_complete(act: str, typed: Mapping[str, Any]) -> bool:
    """Whether enough was typed to try an act: the item, or the lot, where it asks for one."""
    return act in DRAFTS and (act not in ASKED or bool(typed.get(ASKED[act])))


def reversed_drafts(_connection: Connection, found: Any, how: Resolution) -> list[Draft]:
    """Take the operation back."""
    return [Draft("reverse", {"target": found.operation_id, "reason": how.note})]


def adjusting_drafts(_connection: Connection, found: Any, _how: Resolution) -> list[Draft]:
    """Bring what is missing out of ADJUSTMENT."""
    goods = {"item": found.item_id, "lot": found.lot, "quantity": format_quantity(-found.quantity)}
    return [Draft("move", {**goods, "from": ADJUSTMENT, "to": found.location_id})]


def identifying_drafts(connection: Connection, found: Any, how: Resolution) -> list[Draft]:
    """Take the operation back and post it anew, at its own time, as what the goods really are.

    Raises Refusal 422 where no item is named.
    """
    if how.item is None or how.item == UNIDENTIFIED:
        raise Refusal(422, "invalid", t("book.name_the_item"))
    query = select(Operation.__table__).where(Operation.id == found.operation_id)
    return anew(connection.execute(query).all(), {"item": how.item, "lot": how.lot})


def relabelling_drafts(connection: Connection, found: Any, how: Resolution) -> list[Draft]:
    """Take every operation with the mistyped lot back and post it anew with the right one.

    Raises Refusal 422 where no other lot is named, or too many operations name it.
    """
    if how.lot in ("", found.lot):
        raise Refusal(422, "invalid", t("book.name_the_lot"))
    rows = listed(connection, ("item_id", "lot"), [(found.item_id, found.lot)], NAMING_LOT)
    if len(rows) > AMENDED_MOST:
        raise Refusal(422, "invalid", t("book.too_many_to_relabel", most=AMENDED_MOST))
    return anew(rows, {"lot": how.lot})


def anew(rows: Sequence[Any], changes: Mapping[str, Any]) -> list[Draft]:
    """Each operation taken back, and a copy with these changes in its place."""
    drafts = []
    for row in rows:
        body = msgspec.json.decode(row.body)["body"]
        drafts.append(Draft("reverse", {"target": row.id}))
        drafts.append(Draft(row.kind, {**body, **changes}, row.effective_at))
    return drafts


def enter_lot(connection: Connection, found: Any, now: int) -> None:
    """Make a lot known by the office's word."""
    names = {"item": found.item_id, "lot": found.lot}
    connection.execute(ENTER_TRACE, names)
    connection.execute(ENTER_LOT, names)
    looked_at = LookedAt({unknown_lot(found.item_id, found.lot, now).name: None})
    changed, _ = save_findings(connection, looked_at, now)
    rows = [("discrepancy", str(row)) for row in changed]
    publish(connection, [*rows, ("lot", feed_key(found.item_id, found.lot))])


DRAFTS: dict[str, Callable[[Connection, Any, Resolution], list[Draft]]] = {
    "reverse": reversed_drafts,
    "adjust": adjusting_drafts,
    "identify": identifying_drafts,
    "relabel": relabelling_drafts,
}
NAMING_LOT = f"""
SELECT DISTINCT o.id, o.kind, o.body, o.effective_at, o.device_id, o.epoch, o.seq
FROM {{wanted}} CROSS JOIN movement m JOIN operation o ON o.id = m.operation_id
WHERE m.item_id = wanted.item_id AND m.lot = wanted.lot AND m.role = 'fact' AND o.reversed_by_id IS NULL
ORDER BY o.effective_at, o.device_id, o.epoch, o.seq LIMIT {AMENDED_MOST + 1}"""
ENTER_TRACE = text("UPDATE lot_trace SET entered = true WHERE item_id = :item AND lot = :lot")
ENTER_LOT = text("UPDATE lot SET introduced = true WHERE item_id = :item AND code = :lot")
