"""Office page on which a balance is rebuilt from its facts and compared with what is stored."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import Connection

from app.database import reading
from app.people.guard import require_role
from app.stock.levels.verification import CELLS_MOST, STEPS_MOST, cells_of, running, verified_all
from app.stock.typed_codes import item_code, named_item, named_place, place_code
from app.upkeep.runs import last_run
from app.values.numbers import whole_number
from app.warehouse.places import place_by_id
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of
from sync.movement import Cell

verify_pages = Blueprint("verify_pages", __name__, url_prefix="/verify")


@verify_pages.route("")
@require_role("viewer")
def verify() -> Response | str:
    """Choose an item, and a place; see that what is stored is what the facts give."""
    typed = {name: request.args.get(name, "").strip()[:200] for name in ("item", "location", "lot")}
    with reading() as connection:
        typed |= _by_number(connection)
        found, problems = _rebuilt(connection, typed) if typed["item"] else ({}, {})
        check = last_run(connection, "check")
    page = render_template(
        "upkeep/verify.html",
        values=typed,
        problems=problems,
        cells_most=CELLS_MOST,
        steps_most=STEPS_MOST,
        check=check,
        differences=json.loads(check["summary"]).get("count", 0) if check else 0,
        **found,
    )
    return make_response(page, 422 if problems else 200)


def _by_number(connection: Connection) -> dict[str, str]:
    """Codes of what other pages name by number."""
    item, place = (whole_number(request.args.get(name, "")) for name in ("item_id", "location_id"))
    found = {}
    if item is not None:
        found["item"] = item_code(connection, item)
    if place is not None:
        found["location"] = place_code(connection, place)
    return found


def _rebuilt(connection: Connection, typed: dict[str, str]) -> tuple[dict[str, Any], Problems]:
    """The cells that were asked for, rebuilt; with every step where it is one."""
    try:
        item = named_item(connection, typed["item"])
        place = named_place(connection, typed["location"]) if typed["location"] else None
        cells = cells_of(connection, item.id, place.id if place else None, typed["lot"] or None)
        if place and not cells:
            cells = [Cell(item.id, typed["lot"], place.id)]
        found = verified_all(connection, cells)
    except Refusal as refusal:
        return {}, problems_of(refusal)
    places = {cell.location: place_by_id(connection, cell.location) for cell in cells}
    steps = running(connection, cells[0]) if len(cells) == 1 else []
    return {"item": item, "found": found, "places": places, "steps": steps}, {}
