"""Office pages of imports: choose a file, see how it reads, see every error, watch it, take it back."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, request

from app.database import reading, transaction
from app.imports.access import allowed_import, allowed_kind, allowed_names, grants_rights
from app.imports.files import FILE_BYTES_LIMIT, UPLOAD_BYTES_LIMIT
from app.imports.history import (
    LEVELS,
    STATES,
    found_imports,
    history_shape,
    import_page,
    importers,
    name_of,
    problem_page,
)
from app.imports.kinds import current_kind, known_kinds
from app.imports.state import AT_WORK, view
from app.imports.steering import WAYS, receive, remove, reread, start_check, start_run
from app.imports.tables_out import imports_table
from app.imports.text_file import DELIMITERS, ENCODINGS
from app.imports.undo import preview, reasons_kept, start_undo
from app.lists.exports import asked_kind, download
from app.lists.listing import Listing, listing_from, page_from, searched_for
from app.people.access.owner import ask_owner
from app.people.guard import current_user_id, require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.web.bodies import takes_up_to
from app.web.errors import Refusal
from app.web.replies import once_more, to_page
from app.words import t

import_pages = Blueprint("import_pages", __name__, url_prefix="/imports")

ONE = "/<string(length=32):import_id>"


@import_pages.route("")
@require_role("manager")
@list_page
def history() -> Response | str:
    """Every import, searched and filtered; with ``as`` all of them as a file."""
    kinds = allowed_names()
    with reading() as connection:
        people = importers(connection, kinds)
        listing = listing_from(request.args, history_shape(kinds, [number for number, _ in people]))
        page = import_page(connection, listing, kinds)
    if kind := asked_kind():
        return download(as_seen(imports_table(found_imports(listing, kinds))), kind)
    return render_template(
        "imports/history.html", page=page, kinds=kinds, states=STATES, people=people, at_work=AT_WORK
    )


@import_pages.route("/new", methods=["GET", "POST"])
@require_role("manager")
@takes_up_to(UPLOAD_BYTES_LIMIT)
def start() -> Response | str:
    """Choose a file; what it is and how it is meant is seen next."""
    kind = allowed_kind(request.args.get("kind", "items"))
    if request.method == "GET":
        return _start(kind.name, "")
    file = request.files.get("file")
    if file is None or not file.filename:
        return once_more(_start(kind.name, t("imports.file_missing")))
    try:
        import_id = receive(file.stream, file.filename, kind, current_user_id())
    except Refusal as refusal:
        return make_response(_start(kind.name, refusal.message), refusal.status)
    return _to(import_id)


@import_pages.route(ONE)
@require_role("manager")
def one(import_id: str) -> str:
    """One import: how it is read, what is wrong, how far it is, what it did."""
    return _one(import_id)


@import_pages.route(f"{ONE}/reading", methods=["POST"])
@require_role("manager")
def change_reading(import_id: str) -> Response | str:
    """Read the file in another way and show its first rows so."""
    problem = _reread(import_id)
    if request.headers.get("HX-Request"):
        return _one(import_id, problem)
    if problem:
        flash(problem, "red")
    return _to(import_id)


@import_pages.route(f"{ONE}/check", methods=["POST"])
@require_role("manager")
def check(import_id: str) -> Response | str:
    """Begin the dry run."""
    problem = _reread(import_id) if "mode" in request.form else ""
    if problem:
        return once_more(_one(import_id, problem))
    allowed_import(import_id)
    with transaction() as connection:
        start_check(connection, import_id)
    return _to(import_id)


@import_pages.route(f"{ONE}/run", methods=["POST"])
@require_role("manager")
def run(import_id: str) -> Response:
    """Begin the import."""
    if grants_rights(allowed_import(import_id)) and (asking := ask_owner()) is not None:
        return asking
    try:
        with transaction() as connection:
            start_run(connection, import_id, bool(request.form.get("skip_faulty")))
    except Refusal as refusal:
        flash(refusal.message, "red")
    return _to(import_id)


@import_pages.route(f"{ONE}/undo", methods=["GET", "POST"])
@require_role("manager")
def undo(import_id: str) -> Response | str:
    """What taking the import back would come to; then do so."""
    found = allowed_import(import_id)
    is_asked = request.method == "POST" and grants_rights(found)
    if is_asked and (asking := ask_owner()) is not None:
        return asking
    try:
        if request.method == "GET":
            with reading() as connection:
                seen = preview(connection, found)
            return render_template("imports/undo.html", found=found, seen=seen)
        with transaction() as connection:
            start_undo(connection, import_id, current_user_id())
    except Refusal as refusal:
        flash(refusal.message, "red")
    return _to(import_id)


@import_pages.route(f"{ONE}/remove", methods=["POST"])
@require_role("manager")
def discard(import_id: str) -> Response:
    """Remove an import and its file."""
    allowed_import(import_id)
    with transaction() as connection:
        remove(connection, import_id)
    return to_page("import_pages.history")


def _reread(import_id: str) -> str:
    """Apply the form; why that cannot be, empty when it can."""
    found, form = allowed_import(import_id), request.form
    kind = current_kind(found["kind"])
    names = [name for name in form if name.startswith("column-")]
    chosen = [form[f"column-{number}"] for number in range(len(names)) if f"column-{number}" in form]
    allowed: dict[str, tuple[str, ...]] = {
        "encoding": ENCODINGS,
        "delimiter": tuple(DELIMITERS),
        "sheet": tuple(view(found)["sheets"]),
        "mode": tuple(kind.modes),
    }
    changes: dict[str, Any] = {
        name: form[name] for name, values in allowed.items() if form.get(name) in values
    }
    if chosen and all(changes.get(name, found[name]) == found[name] for name in WAYS):
        changes["columns"] = [name if name in kind.names else "" for name in chosen]
    try:
        reread(import_id, changes)
    except Refusal as refusal:
        return refusal.message
    return ""


def _start(chosen: str, problem: str) -> str:
    return render_template(
        "imports/start.html",
        problem=problem,
        kind=current_kind(chosen),
        kinds=[known_kinds()[name] for name in allowed_names()],
        megabytes=FILE_BYTES_LIMIT // (1024 * 1024),
    )


def _one(import_id: str, problem: str = "") -> str:
    found = allowed_import(import_id)
    return render_template(
        "imports/one.html",
        found=view(found),
        kind=current_kind(found["kind"]),
        problem=problem,
        page=problem_page(found, _problems_asked_for()),
        at_work=found["state"] in AT_WORK,
        choices={"encodings": ENCODINGS, "delimiters": DELIMITERS},
        **_people_of(found),
    )


def _people_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """Who imported, who took it back, and what was kept then."""
    with reading() as connection:
        return {
            "who": name_of(connection, found["user_id"]),
            "undone_by": name_of(connection, found["undone_by"]),
            "kept": reasons_kept(connection, found["id"]) if found["kept_count"] else [],
        }


def _problems_asked_for() -> Listing:
    """The part of the problems that the address names."""
    level = request.args.get("level", "")
    narrowed = {
        "level": level if level in LEVELS else "",
        "column": searched_for(request.args.get("column", "")),
    }
    search, page = searched_for(request.args.get("q", "")), page_from(request.args.get("page", ""))
    return Listing(search, page=page, filters=narrowed)


def _to(import_id: str) -> Response:
    return to_page("import_pages.one", import_id=import_id)
