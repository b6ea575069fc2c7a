"""Locations over JSON."""

from typing import Any

from flask import Response

from app.database import reading, transaction
from app.lists.listing import listing_of, page_body
from app.people.guard import require_role
from app.warehouse.changes import (
    PlaceDraft,
    add_place,
    archive_place,
    change_place,
    known,
    unarchive_place,
)
from app.warehouse.nodes import NODES_LIMIT
from app.warehouse.place_list import SHAPE, place_page
from app.warehouse.places import children, counts_below, place_body, places_named
from app.warehouse.schemas import (
    ChildrenQuerySchema,
    LocationChangeSchema,
    LocationPageSchema,
    LocationSchema,
    LocationsQuerySchema,
    LookUpSchema,
    NewLocationSchema,
    NodesSchema,
    PreviewSchema,
    SeriesMadeSchema,
    SeriesSchema,
)
from app.warehouse.series import Series, add_series, preview
from app.web.api import Blueprint, quick_json
from app.web.errors import Refusal
from app.web.versions import seen_version
from app.words import t

locations = Blueprint("locations", __name__, url_prefix="/api/locations", description="Where stock stands.")

ONE = "/<int:place_id>"


@locations.route("", methods=["GET"])
@require_role("viewer")
@locations.arguments(LocationsQuerySchema, location="query")
@locations.response(200, LocationPageSchema)
def locations_listed(given: dict[str, Any]) -> Response:
    """List locations

    Every word of `search` stands in code, name or barcode. Virtual locations are not listed.
    """
    with reading() as connection:
        page = place_page(connection, listing_of(given, SHAPE), given.get("within"))
    return quick_json({**page_body(page), "rows": [place_body(place) for place in page.rows]})


@locations.route("/tree", methods=["GET"])
@require_role("viewer")
@locations.arguments(ChildrenQuerySchema, location="query")
@locations.response(200, NodesSchema)
def children_listed(given: dict[str, Any]) -> Response:
    """List what stands directly in one location, or the sites"""
    with reading() as connection:
        found = children(connection, given["parent"], NODES_LIMIT + 1)
        counts = counts_below(connection, [place.id for place in found])
    rows = [{**place_body(place), "places": counts[place.id]} for place in found[:NODES_LIMIT]]
    return quick_json({"rows": rows, "more": len(found) > NODES_LIMIT})


@locations.route("", methods=["POST"])
@require_role("manager")
@locations.arguments(NewLocationSchema)
@locations.response(201, LocationSchema)
def location_added(given: dict[str, Any]) -> Response:
    """Add a location

    409 `code_taken` or `barcode_taken` names the location that has it.
    """
    with transaction() as connection:
        place_id = add_place(connection, PlaceDraft(**given))
    return shown(place_id, 201)


@locations.route("/series/preview", methods=["POST"])
@require_role("manager")
@locations.arguments(SeriesSchema)
@locations.response(200, PreviewSchema)
def series_previewed(given: dict[str, Any]) -> dict[str, Any]:
    """Spell a pattern out without making anything"""
    with reading() as connection:
        planned = preview(connection, Series(**given))
    return {"codes": planned.codes, "aisles": planned.aisles, "taken": planned.taken}


@locations.route("/series", methods=["POST"])
@require_role("manager")
@locations.arguments(SeriesSchema)
@locations.response(201, SeriesMadeSchema)
def series_added(given: dict[str, Any]) -> dict[str, Any]:
    """Add many locations by a pattern

    All or none: 409 `code_taken` names those that exist already.
    """
    with transaction() as connection:
        return {"ids": add_series(connection, Series(**given))}


@locations.route("/look-up", methods=["GET"])
@require_role("viewer")
@locations.arguments(LookUpSchema, location="query")
@locations.response(200, LocationSchema)
def location_looked_up(given: dict[str, Any]) -> Response:
    """Look a location up by its barcode or code"""
    with reading() as connection:
        found = places_named(connection, given["code"])
    if not found:
        raise Refusal(404, "not_found", t("warehouse.lookup_none"))
    return quick_json(place_body(found[0]))


@locations.route(ONE, methods=["GET"])
@require_role("viewer")
@locations.response(200, LocationSchema)
def location_shown(place_id: int) -> Response:
    """Show a location

    The header `ETag` holds its version for `If-Match`.
    """
    return shown(place_id)


@locations.route(ONE, methods=["PATCH"])
@require_role("manager")
@locations.arguments(LocationChangeSchema)
@locations.response(200, LocationSchema)
def location_changed(given: dict[str, Any], place_id: int) -> Response:
    """Change a location

    Say which version you saw, as `updated_at` or with `If-Match`; 409 `edited_meanwhile` shows the
    `current` location and `yours`. Moved to another parent, it takes everything in it along.
    """
    seen = seen_version(given.pop("updated_at", None))
    with transaction() as connection:
        change_place(connection, place_id, given, seen)
    return shown(place_id)


@locations.route(f"{ONE}/archived", methods=["PUT"])
@require_role("manager")
@locations.response(200, LocationSchema)
def location_archived(place_id: int) -> Response:
    """Archive a location with everything in it

    409 `occupied` while goods stand there, with `standing` naming them.
    """
    with transaction() as connection:
        archive_place(connection, place_id)
    return shown(place_id)


@locations.route(f"{ONE}/archived", methods=["DELETE"])
@require_role("manager")
@locations.response(200, LocationSchema)
def location_unarchived(place_id: int) -> Response:
    """Bring a location back from the archive

    Not what stands in it. 409 `above_archived` while the one above is archived.
    """
    with transaction() as connection:
        unarchive_place(connection, place_id)
    return shown(place_id)


def shown(place_id: int, status: int = 200) -> Response:
    """The location as it stands, with its version."""
    with reading() as connection:
        place = known(connection, place_id)
    response = quick_json(place_body(place), status)
    response.set_etag(str(place.updated_at))
    return response
