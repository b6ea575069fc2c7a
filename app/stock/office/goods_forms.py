"""Adjusting and moving stock from the office: what a form says becomes the operation that is posted."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema
from sqlalchemy import Connection

from app.catalog.items import ItemRecord
from app.people.audit.trail import Subject, record
from app.stock.office.posting import Draft
from app.stock.office.posting_once import known_drafts, post_drafts
from app.stock.shapes import OperationId
from app.stock.typed_codes import named_item, named_place
from app.values.fields import Choice, Line, Paragraph
from app.values.quantities import parsed_quantity
from app.values.text import BadText
from app.web.errors import refused_field
from app.words import t
from sync.movement import ADJUSTMENT, REASONS
from sync.quantity import SCALE, format_quantity

ACTS = ("set", "add", "remove")
"""Say what stands there, bring in what was missing, take out what is not there."""
SERIALS_LONGEST = 33_000


GOODS: dict[str, Any] = {
    "id": OperationId(required=True),
    "item": Line(128, required=True),
    "lot": Line(64, load_default=""),
    "quantity": Line(30, required=True),
    "serials": Paragraph(SERIALS_LONGEST, load_default=""),
}

ADJUST_FORM: type[Schema] = Schema.from_dict(
    {
        **GOODS,
        "location": Line(128, required=True),
        "act": Choice(ACTS, required=True),
        "note": Line(64, required=True),
    },
    name="AdjustFormSchema",
)

MOVE_FORM: type[Schema] = Schema.from_dict(
    {
        **GOODS,
        "from": Line(128, required=True),
        "to": Line(128, required=True),
        "reason": Choice(REASONS, load_default="transfer"),
        "note": Line(200, load_default=""),
    },
    name="MoveFormSchema",
)


def adjustment(connection: Connection, typed: Mapping[str, Any]) -> Draft:
    """The operation that adjusts a shelf. Raises Refusal 422 beside a field."""
    item = named_item(connection, typed["item"])
    place = named_place(connection, typed["location"])
    goods = goods_of(item, typed)
    if typed["act"] == "set":
        return Draft("count", {**goods, "location": place.id, "reason": typed["note"]}, id=typed["id"])
    ways = {"add": (ADJUSTMENT, place.id), "remove": (place.id, ADJUSTMENT)}
    origin, goal = ways[typed["act"]]
    return Draft("move", {**goods, "from": origin, "to": goal}, id=typed["id"])


def movement(connection: Connection, typed: Mapping[str, Any]) -> Draft:
    """The operation that moves goods from one place to another. Raises Refusal 422 beside a field."""
    item = named_item(connection, typed["item"])
    origin = named_place(connection, typed["from"], "from", virtual=True)
    goal = named_place(connection, typed["to"], "to", virtual=True)
    route = {"from": origin.id, "to": goal.id, "reason": typed["reason"]}
    return Draft("move", {**goods_of(item, typed), **route}, id=typed["id"])


def goods_of(item: ItemRecord, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Item, lot, quantity and serials. Raises Refusal 422 beside the quantity or the lot."""
    serials = [line.strip() for line in typed["serials"].splitlines() if line.strip()]
    if item.tracking == "lot" and not typed["lot"]:
        raise refused_field("lot", t("stock.lot_needed"))
    goods = {"item": item.id, "lot": typed["lot"], "quantity": checked_quantity(item, typed["quantity"])}
    return {**goods, "serials": serials} if serials else goods


def checked_quantity(item: ItemRecord, text: str) -> str:
    """A quantity that the item's unit can have, as the wire writes it. Raises Refusal 422 beside it."""
    try:
        quantity = parsed_quantity(text)
    except BadText as bad:
        raise refused_field("quantity", str(bad)) from None
    if quantity % (SCALE // 10**item.decimals):
        raise refused_field("quantity", t("stock.too_fine", count=item.decimals, unit=item.unit))
    return format_quantity(quantity)


def post_one(connection: Connection, draft: Draft, note: str, origin: tuple[int, int]) -> str:
    """Post it by the same calls as everyone, once however often it is sent; call it last. Returns its id.

    ``origin`` is who posts it, and the time now.
    """
    user_id, now = origin
    subject = Subject("operation", str(draft.id), t(f"stock.kind_{draft.kind}"))
    if draft.id not in known_drafts(connection, [draft]):
        record(connection, "posted", subject, after={"note": note} if note else None)
    (verdict,) = post_drafts(connection, user_id, [draft], now)["operations"]
    return str(verdict.id)
