"""Imports of items over JSON."""

from typing import Any

from flask import Response, request
from werkzeug.datastructures import FileStorage

from app.api import Blueprint
from app.bodies import accepts, takes_up_to
from app.catalog.import_files import FILE_BYTES_LIMIT
from app.catalog.import_schemas import (
    ImportPageSchema,
    ImportsQuerySchema,
    ImportViewSchema,
    JobStartedSchema,
    ProblemPageSchema,
    ProblemsQuerySchema,
    ReadingSchema,
    RunSchema,
    UploadSchema,
)
from app.catalog.imports import (
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
from app.catalog.tables_out import problems_csv, streamed
from app.database import reading, transaction
from app.errors import Refusal
from app.listing import Listing, page_body
from app.people.guard import current_user_id, require_role
from app.words import t

imports = Blueprint(
    "item_imports", __name__, url_prefix="/api/item-imports", description="Items out of a CSV file."
)

UPLOAD_BYTES_LIMIT = FILE_BYTES_LIMIT + 64 * 1024
"""Of a whole request: the file and what wraps it."""

ONE = "/<string(length=32):import_id>"


@imports.route("", methods=["POST"])
@require_role("manager")
@accepts("multipart/form-data")
@takes_up_to(UPLOAD_BYTES_LIMIT)
@imports.arguments(UploadSchema, location="files")
@imports.response(201, ImportViewSchema)
def import_uploaded(given: dict[str, Any]) -> dict[str, Any]:
    """Upload a CSV file of items

    Form field `file`, at most 20 MB. Answers how the file seems to be meant: encoding, delimiter, and for
    each column the field that it fills. Nothing is imported yet. 422 `bad_file` says why a file cannot be
    read.
    """
    file: FileStorage = given["file"]
    return shown(receive(file.stream, file.filename or "", current_user_id()))


@imports.route("", methods=["GET"])
@require_role("manager")
@imports.arguments(ImportsQuerySchema, location="query")
@imports.response(200, ImportPageSchema)
def imports_listed(given: dict[str, Any]) -> dict[str, Any]:
    """List the imports of the last week, newest first"""
    with reading() as connection:
        return page_body(import_page(connection, Listing(page=given["page"], per_page=given["per_page"])))


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
    with transaction() as connection:
        reread(connection, import_id, given)
    return shown(import_id)


@imports.route(ONE, methods=["DELETE"])
@require_role("manager")
@imports.response(204)
def import_removed(import_id: str) -> None:
    """Remove an import and its file

    What it imported stays.
    """
    with transaction() as connection:
        remove(connection, import_id)


@imports.route(f"{ONE}/check", methods=["PUT"])
@require_role("manager")
@imports.response(202, JobStartedSchema)
def import_checked(import_id: str) -> dict[str, str]:
    """Check every row without importing any

    The dry run lists all errors; ask the import for its state and counts, and its problems for the list.
    """
    with transaction() as connection:
        return {"job": start_check(connection, import_id)}


@imports.route(f"{ONE}/run", methods=["PUT"])
@require_role("manager")
@imports.arguments(RunSchema)
@imports.response(202, JobStartedSchema)
def import_run(given: dict[str, Any], import_id: str) -> dict[str, str]:
    """Import the rows that are in order

    409 `unchecked` before a check, `faulty` while rows have errors and `skip_faulty` is not set.
    """
    with transaction() as connection:
        return {"job": start_run(connection, import_id, given["skip_faulty"])}


@imports.route(f"{ONE}/problems", methods=["GET"])
@require_role("manager")
@imports.arguments(ProblemsQuerySchema, location="query")
@imports.response(200, ProblemPageSchema)
def problems_listed(given: dict[str, Any], import_id: str) -> dict[str, Any]:
    """List everything that is wrong, row by row"""
    with reading() as connection:
        found = import_of(connection, import_id)
    listing = Listing(page=given["page"], per_page=given["per_page"])
    return page_body(problem_page(found, listing, given.get("level", "")))


@imports.route(f"{ONE}/problems.csv", methods=["GET"])
@require_role("manager")
@imports.response(200, content_type="text/csv")
def problems_downloaded(import_id: str) -> Response:
    """Download everything that is wrong as a table"""
    with reading() as connection:
        import_of(connection, import_id)
    return streamed(problems_csv(import_id), "problems.csv")


def shown(import_id: str) -> dict[str, Any]:
    """The import as it stands."""
    with reading() as connection:
        return view(import_of(connection, import_id))


def refuse_large() -> None:
    """Raises Refusal 413 for a body that says beforehand that it is too large."""
    if (request.content_length or 0) > UPLOAD_BYTES_LIMIT:
        limit = FILE_BYTES_LIMIT // (1024 * 1024)
        raise Refusal(413, "too_large", t("catalog.file_large", limit=limit))


imports.before_request(refuse_large)
