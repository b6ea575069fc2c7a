"""Imports over JSON."""

from typing import Any

from flask import Response, request
from werkzeug.datastructures import FileStorage

from app.database import reading, transaction
from app.imports.access import allowed_import, allowed_kind, allowed_names, grants_rights
from app.imports.files import FILE_BYTES_LIMIT, UPLOAD_BYTES_LIMIT
from app.imports.history import history_shape, import_page, problem_page
from app.imports.kinds import current_kind
from app.imports.schemas import (
    ImportPageSchema,
    ImportsQuerySchema,
    ImportViewSchema,
    JobStartedSchema,
    KindSchema,
    ProblemPageSchema,
    ProblemsQuerySchema,
    ReadingSchema,
    RunSchema,
    UndoPreviewSchema,
    UploadSchema,
)
from app.imports.state import view
from app.imports.steering import receive, remove, reread, start_check, start_run
from app.imports.tables_out import example_table, faulty_table, problems_table
from app.imports.text_file import BadFile
from app.imports.undo import preview, start_undo
from app.lists.exports import TYPES, download
from app.lists.listing import Listing, listing_of, page_body
from app.people.access.owner import ask_owner
from app.people.guard import current_user_id, require_role
from app.web.api import Blueprint
from app.web.bodies import accepts, takes_up_to
from app.web.errors import Refusal
from app.words import t

imports = Blueprint("imports", __name__, url_prefix="/api/imports", description="Tables out of CSV and XLSX.")

FILES = TYPES["csv"]
"""What a table that is downloaded is; as XLSX where the address ends so."""

ONE = "/<string(length=32):import_id>"


@imports.route("", methods=["POST"])
@require_role("manager")
@accepts("multipart/form-data")
@takes_up_to(UPLOAD_BYTES_LIMIT)
@imports.arguments(KindSchema, location="query")
@imports.arguments(UploadSchema, location="files")
@imports.response(201, ImportViewSchema)
def import_uploaded(asked: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Upload a table

    Form field `file`, CSV or XLSX, at most 20 MB. Answers how the file seems to be meant: encoding and
    delimiter or sheet, and for each column the field that it fills. Nothing is imported yet. 422
    `bad_file` says why a file cannot be read. Users are for administrators.
    """
    kind = allowed_kind(asked["kind"])
    file: FileStorage = given["file"]
    return shown(receive(file.stream, file.filename or "", kind, current_user_id()))


@imports.route("", methods=["GET"])
@require_role("manager")
@imports.arguments(ImportsQuerySchema, location="query")
@imports.response(200, ImportPageSchema)
def imports_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List imports, newest first"""
    listing = listing_of(given, history_shape(allowed_names(), [given.get("user", "")]))
    with reading() as connection:
        return page_body(import_page(connection, listing, allowed_names()))


@imports.route("/example/<string(maxlength=20):name>.<any(csv, xlsx):kind>", methods=["GET"])
@require_role("manager")
@imports.response(200, content_type=FILES)
def example_downloaded(name: str, kind: str) -> Response:
    """Download an example of a table"""
    return download(example_table(current_kind(allowed_kind(name).name)), kind)


@imports.route(ONE, methods=["GET"])
@require_role("manager")
@imports.response(200, ImportViewSchema)
def import_shown(import_id: str) -> dict[str, Any]:
    """Show an import, with its first rows as they are read now"""
    return shown(import_id)


@imports.route(ONE, methods=["PATCH"])
@require_role("manager")
@imports.arguments(ReadingSchema)
@imports.response(200, ImportViewSchema)
def import_reread(given: dict[str, Any], import_id: str) -> dict[str, Any]:
    """Read the file in another way

    What a check found before is void. 409 `busy` or `over` once it runs.
    """
    allowed_import(import_id)
    reread(import_id, given)
    return shown(import_id)


@imports.route(ONE, methods=["DELETE"])
@require_role("manager")
@imports.response(204)
def import_removed(import_id: str) -> None:
    """Remove an import and its file

    What it imported stays, and cannot be taken back any more.
    """
    allowed_import(import_id)
    with transaction() as connection:
        remove(connection, import_id)


@imports.route(f"{ONE}/check", methods=["PUT"])
@require_role("manager")
@imports.response(202, JobStartedSchema)
def import_checked(import_id: str) -> dict[str, str]:
    """Check every row without importing any

    The dry run lists all errors; ask the import for its state and counts, and its problems for the list.
    """
    allowed_import(import_id)
    with transaction() as connection:
        return {"job": start_check(connection, import_id)}


@imports.route(f"{ONE}/run", methods=["PUT"])
@require_role("manager")
@imports.arguments(RunSchema)
@imports.response(202, JobStartedSchema)
def import_run(given: dict[str, Any], import_id: str) -> dict[str, str]:
    """Import the rows that are in order

    409 `unchecked` before a check, `faulty` while rows have errors and `skip_faulty` is not set. Users are
    imported within ten minutes of signing in: 403 `confirm_first`.
    """
    if grants_rights(allowed_import(import_id)):
        ask_owner()
    with transaction() as connection:
        return {"job": start_run(connection, import_id, given["skip_faulty"])}


@imports.route(f"{ONE}/undo", methods=["GET"])
@require_role("manager")
@imports.response(200, UndoPreviewSchema)
def undo_previewed(import_id: str) -> Any:
    """Show what taking an import back would come to

    409 `not_undoable` where it did nothing, `undone` for the second time.
    """
    found = allowed_import(import_id)
    with reading() as connection:
        return preview(connection, found)


@imports.route(f"{ONE}/undo", methods=["PUT"])
@require_role("manager")
@imports.response(202, JobStartedSchema)
def import_undone(import_id: str) -> dict[str, str]:
    """Take an import back as a whole

    What it made is archived or reversed, what it changed gets its former values; what somebody changed
    since stays, and is listed. 409 `not_undoable`, `undone`, `busy`. Users are taken back within ten
    minutes of signing in: 403 `confirm_first`.
    """
    if grants_rights(allowed_import(import_id)):
        ask_owner()
    with transaction() as connection:
        return {"job": start_undo(connection, import_id, current_user_id())}


@imports.route(f"{ONE}/problems", methods=["GET"])
@require_role("manager")
@imports.arguments(ProblemsQuerySchema, location="query")
@imports.response(200, ProblemPageSchema)
def problems_listed(given: dict[str, Any], import_id: str) -> dict[str, Any]:
    """List everything that is wrong, row by row"""
    narrowed = {"level": given.get("level", ""), "column": given["column"]}
    listing = Listing(given["search"], page=given["page"], per_page=given["per_page"], filters=narrowed)
    return page_body(problem_page(allowed_import(import_id), listing))


@imports.route(f"{ONE}/problems.<any(csv, xlsx):kind>", methods=["GET"])
@require_role("manager")
@imports.response(200, content_type=FILES)
def problems_downloaded(import_id: str, kind: str) -> Response:
    """Download everything that is wrong as a table"""
    allowed_import(import_id)
    return download(problems_table(import_id), kind)


@imports.route(f"{ONE}/faulty.<any(csv, xlsx):kind>", methods=["GET"])
@require_role("manager")
@imports.response(200, content_type=FILES)
def faulty_downloaded(import_id: str, kind: str) -> Response:
    """Download the rows with errors, as they were, each with what is wrong

    Correct them there and upload that file: the column with the reasons is passed over.
    """
    try:
        return download(faulty_table(allowed_import(import_id)), kind)
    except BadFile as gone:
        raise Refusal(404, "not_found", str(gone)) from gone


def shown(import_id: str) -> dict[str, Any]:
    """The import as it stands. Raises Refusal 404, and 403 for a kind that is not one's own to import."""
    return view(allowed_import(import_id))


def refuse_large() -> None:
    """Raises Refusal 413 for a body that says beforehand that it is too large."""
    if (request.content_length or 0) > UPLOAD_BYTES_LIMIT:
        limit = FILE_BYTES_LIMIT // (1024 * 1024)
        raise Refusal(413, "too_large", t("imports.file_large", limit=limit))


imports.before_request(refuse_large)
