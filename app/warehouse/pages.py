"""Office pages of the locations: the tree, one place, making one or many, changing one."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request
from sqlalchemy import Connection

from app.catalog.shelf import shelf
from app.database import reading, transaction
from app.lists.exports import asked_kind, download
from app.lists.listing import listing_from
from app.people.guard import require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.values.numbers import whole_number
from app.warehouse.changes import (
    PlaceDraft,
    add_place,
    archive_place,
    change_place,
    is_open,
    known,
    unarchive_place,
)
from app.warehouse.nodes import NODES_LIMIT, nodes_under
from app.warehouse.place_list import SHAPE, place_page
from app.warehouse.places import (
    Place,
    above,
    place_body,
    place_by_id,
    places_of_kinds,
)
from app.warehouse.schemas import LocationChangeSchema, NewLocationSchema, SeriesSchema
from app.warehouse.series import Preview, Series, add_series, preview
from app.warehouse.tables_out import places_table
from app.warehouse.tree import ABOVE, KINDS, kinds_below
from app.web.errors import Refusal
from app.web.forms import Problems, Values, differing, problems_of, read_form, typed_form
from app.web.replies import once_more, to_page, told
from app.words import number, t

location_pages = Blueprint("location_pages", __name__, url_prefix="/locations")

ONE = "/<int:place_id>"
STANDING_LIMIT = 200
MOVEMENTS_LIMIT = 12
PARENTS_LIMIT = 2_000


@location_pages.route("")
@require_role("viewer")
@list_page
def locations() -> Response | str:
    """The tree; a search or a filter turns it into a list. With ``as`` the whole of it as a file."""
    listing = listing_from(request.args, SHAPE)
    if kind := asked_kind():
        return download(as_seen(places_table(listing)), kind)
    with reading() as connection:
        nodes = [] if listing.is_narrowed else nodes_under(connection, None)
        page = place_page(connection, listing)
    return render_template("warehouse/locations.html", page=page, nodes=nodes, kinds=KINDS)


@location_pages.route(f"{ONE}/children")
@require_role("viewer")
def branch(place_id: int) -> str:
    """What stands directly in one place, to be put into the tree."""
    with reading() as connection:
        nodes = nodes_under(connection, known(connection, place_id).id)
    return render_template("warehouse/branch.html", nodes=nodes, limit=NODES_LIMIT)


@location_pages.route("/new", methods=["GET", "POST"])
@require_role("manager")
def new() -> Response | str:
    """Add a place."""
    if request.method == "GET":
        return _new_form(_asked_for(), {})
    values, problems = read_form(NewLocationSchema())
    if problems:
        return once_more(_new_form(typed_form(NewLocationSchema()), problems))
    try:
        with transaction() as connection:
            place_id = add_place(connection, PlaceDraft(**values))
    except Refusal as refusal:
        return once_more(_new_form(typed_form(NewLocationSchema()), problems_of(refusal)))
    flash(t("warehouse.was_added", code=values["code"]), "green")
    if request.form.get("another"):
        parent = values["parent_id"]
        return to_page(".new", kind=values["kind"], parent=parent)
    return _to(place_id)


@location_pages.route("/series", methods=["GET", "POST"])
@require_role("manager")
def series() -> Response | str:
    """Add many places by a pattern; what it stands for is shown while one types."""
    if request.method == "GET":
        return _series_form(_asked_for() | {"pattern": ""}, {}, None)
    values, problems = read_form(SeriesSchema())
    typed = typed_form(SeriesSchema())
    if problems:
        return _series_answer(typed, problems, None)
    wanted = Series(**values)
    try:
        if request.form.get("look"):
            with reading() as connection:
                return _series_answer(typed, {}, preview(connection, wanted))
        with transaction() as connection:
            made = add_series(connection, wanted)
    except Refusal as refusal:
        return _series_answer(typed, problems_of(refusal), None)
    flash(t("warehouse.were_added", count=len(made), number=number(len(made))), "green")
    return _to(wanted.parent_id) if wanted.parent_id else to_page(".locations")


@location_pages.route(ONE)
@require_role("viewer")
def one(place_id: int) -> str:
    """One place: where it is, what stands there, what moved last."""
    with reading() as connection:
        place = known(connection, place_id)
        return render_template(
            "warehouse/location.html",
            place=place,
            above=above(connection, place),
            nodes=nodes_under(connection, place_id),
            below=kinds_below(place.kind) if place.kind in KINDS else (),
            standing=shelf().within(connection, place_id, STANDING_LIMIT) if place.kind != "virtual" else [],
            standing_limit=STANDING_LIMIT,
            movements=shelf().latest_within(connection, place_id, MOVEMENTS_LIMIT),
        )


@location_pages.route(f"{ONE}/edit", methods=["GET", "POST"])
@require_role("manager")
def edit(place_id: int) -> Response | str:
    """Change a place; a change that somebody else made meanwhile is shown beside."""
    with reading() as connection:
        place = known(connection, place_id)
    if request.method == "GET":
        return _edit_form(place, place_body(place), {})
    typed = typed_form(LocationChangeSchema())
    values, problems = read_form(LocationChangeSchema())
    if problems:
        return once_more(_edit_form(place, typed, problems))
    try:
        with transaction() as connection:
            change_place(connection, place_id, values, values.pop("updated_at", 0))
    except Refusal as refusal:
        if refusal.code == "edited_meanwhile":
            return _conflict(place_id, typed)
        return once_more(_edit_form(place, typed, problems_of(refusal)))
    flash(t("common.saved"), "green")
    return _to(place_id)


@location_pages.route(f"{ONE}/archive", methods=["POST"])
@require_role("manager")
def archive(place_id: int) -> Response:
    """Put a place away with all in it, if nothing stands there."""
    return _done(place_id, archive_place, "warehouse.was_archived")


@location_pages.route(f"{ONE}/unarchive", methods=["POST"])
@require_role("manager")
def unarchive(place_id: int) -> Response:
    """Bring a place back."""
    return _done(place_id, unarchive_place, "warehouse.was_unarchived")


def _asked_for() -> Values:
    """The kind and the place above that the address names, for an empty form."""
    parent_id = whole_number(request.args.get("parent", ""))
    with reading() as connection:
        parent = place_by_id(connection, parent_id) if parent_id else None
    parent = parent if parent and is_open(parent) else None
    allowed = kinds_below(parent.kind if parent and parent.kind in KINDS else None) or ("bin",)
    kind = request.args.get("kind", "")
    empty = {"code": "", "name": "", "barcode": "", "walk_order": "", "parent": parent.id if parent else ""}
    return empty | {"kind": kind if kind in allowed else allowed[-1]}


def _new_form(values: Mapping[str, Any], problems: Problems) -> str:
    return render_template(
        "warehouse/new.html", values=values, problems=problems, kinds=KINDS, parents=_parents(KINDS[:3])
    )


def _series_form(values: Mapping[str, Any], problems: Problems, planned: Preview | None) -> str:
    return render_template(
        "warehouse/series.html",
        values=values,
        problems=problems,
        planned=planned,
        kinds=KINDS[1:],
        parents=_parents(KINDS[:3]),
    )


def _series_answer(values: Mapping[str, Any], problems: Problems, planned: Preview | None) -> Response:
    """The form again; a preview that was asked for while typing is no failure."""
    status = 422 if problems and not request.headers.get("HX-Request") else 200
    return make_response(_series_form(values, problems, planned), status)


def _edit_form(
    place: Place, values: Mapping[str, Any], problems: Problems, theirs: Values | None = None
) -> str:
    parents = [each for each in _parents(ABOVE.get(place.kind, ())) if each.id != place.id]
    return render_template(
        "warehouse/edit.html", place=place, values=values, problems=problems, parents=parents, theirs=theirs
    )


def _conflict(place_id: int, typed: Values) -> Response:
    """The form once more, with what somebody else saved meanwhile beside it."""
    with reading() as connection:
        place = known(connection, place_id)
    body = place_body(place)
    current = {name: body[name] for name in ("code", "name", "barcode", "parent", "walk_order")}
    return make_response(_edit_form(place, typed, {}, differing(current, typed)), 409)


def _parents(kinds: tuple[str, ...]) -> list[Place]:
    with reading() as connection:
        return places_of_kinds(connection, kinds, PARENTS_LIMIT)


def _done(place_id: int, act: Callable[[Connection, int], object], words: str) -> Response:
    """Do something with a place and say so; a refusal is told on its page."""
    try:
        with transaction() as connection:
            act(connection, place_id)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return told(refusal, "location_pages.one", place_id=place_id)
    with reading() as connection:
        flash(t(words, code=known(connection, place_id).code), "green")
    return _to(place_id)


def _to(place_id: int) -> Response:
    return to_page("location_pages.one", place_id=place_id)
