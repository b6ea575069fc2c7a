"""Amending what was held back: a form with codes becomes the body that is posted in its stead."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from app.stock.quarantine.held_reading import number_of
from app.stock.reach import PLACES
from app.stock.typed_codes import item_code, named_item, named_place, place_code
from app.web.errors import Refusal

AMENDABLE = ("move", "count")
TEXTS = {"move": ("lot", "quantity", "expires_on", "reason"), "count": ("lot", "quantity")}
BESIDE = {
    "bad_quantity": "quantity",
    "same_location": "to",
    "unknown_item": "item",
}
"""Beside which field a refusal of the law stands, by its code; any other stands at the head."""


def can_amend(content: Mapping[str, Any]) -> bool:
    """Whether a form can put right what an operation says: that of a move or a count that says anything."""
    body = content.get("body")
    return content.get("kind") in AMENDABLE and isinstance(body, dict) and bool(body)


def typed_from(connection: Connection, kind: str, body: Mapping[str, Any]) -> dict[str, str]:
    """The form as it begins: what came in, with codes for what is known and nothing for what is not."""
    typed = {name: text_of(body.get(name)) for name in TEXTS[kind]}
    typed["item"] = item_code(connection, number_of(body.get("item")))
    typed["serials"] = "\n".join(text_of(one) for one in listed_in(body.get("serials")))
    for name in PLACES:
        if name in body:
            typed[name] = place_code(connection, number_of(body.get(name)))
    return typed


def text_of(value: Any) -> str:
    """A value as it stands in a field."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def listed_in(value: Any) -> list[Any]:
    """The members of a list; none for anything else."""
    return value if isinstance(value, list) else []


def amended_body(
    connection: Connection, kind: str, body: Mapping[str, Any], typed: Mapping[str, str]
) -> dict[str, Any]:
    """The body to be posted: what came in with what was typed over it. Raises Refusal 422 beside a field."""
    changed = {name: value for name, value in body.items() if name not in ("code", "symbology")}
    changed["item"] = named_item(connection, typed["item"]).id
    for name in ("from", "to") if kind == "move" else ("location",):
        changed[name] = named_place(connection, typed[name], name, virtual=kind == "move").id
    changed |= {name: typed[name].strip() for name in TEXTS[kind]}
    changed["serials"] = [line.strip() for line in typed["serials"].splitlines() if line.strip()]
    return {name: value for name, value in changed.items() if value not in ("", [])}


def beside(refusal: Refusal) -> dict[str, str]:
    """A refusal of the law beside the field that it is about."""
    return {BESIDE[refusal.code]: refusal.message} if refusal.code in BESIDE else {}
