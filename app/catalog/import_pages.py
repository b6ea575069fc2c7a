"""Office pages of imports: choose a file, see how it is read, see every error, watch it go in."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for

from app.bodies import takes_up_to
from app.catalog.import_columns import FIELDS
from app.catalog.import_files import FILE_BYTES_LIMIT
from app.catalog.import_plan import MODES
from app.catalog.import_routes import UPLOAD_BYTES_LIMIT
from app.catalog.import_text import DELIMITERS, ENCODINGS
from app.catalog.imports import (
    AT_WORK,
    import_of,
    import_page,
    problem_page,
    receive,
    remove,
    reread,
    start_check,
    start_run,
    view,
)
from app.database import reading, transaction
from app.errors import Refusal
from app.listing import Listing
from app.people.guard import current_user_id, require_role
from app.words import t

import_pages = Blueprint("import_pages", __name__, url_prefix="/items/import")

ONE = "/<string(length=32):import_id>"
RECENT = 10
LEVELS = ("error", "warning")


@import_pages.route("", methods=["GET", "POST"])
@require_role("manager")
@takes_up_to(UPLOAD_BYTES_LIMIT)
def start() -> Response | str:
    """Choose a file; what it is and how it is meant is seen next."""
    if request.method == "GET":
        return _start("")
    file = request.files.get("file")
    if file is None or not file.filename:
        return make_response(_start(t("catalog.file_missing")), 422)
    try:
        import_id = receive(file.stream, file.filename, current_user_id())
    except Refusal as refusal:
        return make_response(_start(refusal.message), refusal.status)
    return _to(import_id)


@import_pages.route(ONE)
@require_role("manager")
def one(import_id: str) -> str:
    """One import: how it is read, what is wrong, how far it is."""
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
        return make_response(_one(import_id, problem), 422)
    with transaction() as connection:
        start_check(connection, import_id)
    return _to(import_id)


@import_pages.route(f"{ONE}/run", methods=["POST"])
@require_role("manager")
def run(import_id: str) -> Response:
    """Begin the import."""
    try:
        with transaction() as connection:
            start_run(connection, import_id, bool(request.form.get("skip_faulty")))
    except Refusal as refusal:
        flash(refusal.message, "red")
    return _to(import_id)


@import_pages.route(f"{ONE}/remove", methods=["POST"])
@require_role("manager")
def discard(import_id: str) -> Response:
    """Remove an import and its file."""
    with transaction() as connection:
        remove(connection, import_id)
    return make_response(redirect(url_for("import_pages.start"), 303))


def _reread(import_id: str) -> str:
    """Apply the form; why that cannot be, empty when it can."""
    form = request.form
    names = [name for name in form if name.startswith("column-")]
    chosen = [form[f"column-{number}"] for number in range(len(names)) if f"column-{number}" in form]
    allowed: dict[str, tuple[str, ...]] = {
        "encoding": ENCODINGS,
        "delimiter": tuple(DELIMITERS),
        "mode": MODES,
    }
    changes: dict[str, Any] = {
        name: form[name] for name, values in allowed.items() if form.get(name) in values
    }
    with reading() as connection:
        found = import_of(connection, import_id)
    ways = ("encoding", "delimiter")
    if chosen and all(changes.get(name, found[name]) == found[name] for name in ways):
        changes["columns"] = [name if name in FIELDS else "" for name in chosen]
    try:
        with transaction() as connection:
            reread(connection, import_id, changes)
    except Refusal as refusal:
        return refusal.message
    return ""


def _start(problem: str) -> str:
    with reading() as connection:
        recent = import_page(connection, Listing(per_page=RECENT))
    return render_template(
        "catalog/import_start.html",
        problem=problem,
        recent=recent.rows,
        megabytes=FILE_BYTES_LIMIT // (1024 * 1024),
    )


def _one(import_id: str, problem: str = "") -> str:
    level = request.args.get("level", "")
    number = request.args.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    listing = Listing(page=max(1, page), filters={"level": level if level in LEVELS else ""})
    with reading() as connection:
        found = import_of(connection, import_id)
        shown = found if found["state"] in (*AT_WORK, "done") else view(found)
    return render_template(
        "catalog/import_one.html",
        found=shown,
        problem=problem,
        page=problem_page(found, listing, listing.filters["level"]),
        at_work=found["state"] in AT_WORK,
        choices={"encodings": ENCODINGS, "delimiters": DELIMITERS, "fields": FIELDS, "modes": MODES},
    )


def _to(import_id: str) -> Response:
    return make_response(redirect(url_for("import_pages.one", import_id=import_id), 303))
