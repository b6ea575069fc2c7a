"""Imports of items as people steer them: uploaded, read in another way, checked, run, removed."""

import json
import secrets
from collections.abc import Mapping
from itertools import islice
from typing import IO, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.catalog.import_columns import suggested_columns
from app.catalog.import_files import FILE_BYTES_LIMIT, TooLarge, forget, keep, read_problems, sweep
from app.catalog.import_rows import Problem
from app.catalog.import_table import Table, content_of, guessed, opened, table_from
from app.catalog.import_text import BadFile, doubt_of_encoding
from app.catalog.models import ItemImport
from app.catalog.text import BadText, clean_line
from app.clock import now_ms
from app.database import transaction
from app.errors import Refusal
from app.jobs import Task, enqueue
from app.listing import Listing, Page
from app.words import t

CHECK = "item-import-check"
RUN = "item-import"
SWEEP = "item-import-sweep"

KEPT_MS = 7 * 24 * 3_600_000
"""How long an import and its file are kept."""

FILE_NAME_LIMIT = 200
AT_WORK = ("checking", "importing")

COUNTS = (
    "rows_done",
    "created_count",
    "updated_count",
    "unchanged_count",
    "error_count",
    "faulty_count",
    "warning_count",
)
"""What a check or an import counts as it goes."""


def receive(stream: IO[bytes], file_name: str, user_id: int) -> str:
    """Take in a file and guess how it is meant; the id of the new import.

    Raises Refusal 413 ``too_large``, and 422 ``bad_file`` for what is no table.
    """
    import_id = secrets.token_hex(16)
    try:
        size = keep(import_id, stream)
        content = content_of(import_id)
        guess = guessed(content)
    except TooLarge:
        limit = FILE_BYTES_LIMIT // (1024 * 1024)
        raise Refusal(413, "too_large", t("catalog.file_large", limit=limit)) from None
    except BadFile as problem:
        forget(import_id)
        raise bad_file(problem) from problem
    row = {
        "id": import_id,
        "user_id": user_id,
        "file_name": shown_name(file_name),
        "bytes": size,
        "encoding": guess.encoding,
        "delimiter": guess.delimiter,
        "columns": json.dumps(guess.columns),
        "rows_total": content.count(b"\n"),
        "created_at": now_ms(),
    }
    with transaction() as connection:
        connection.execute(insert(ItemImport).values(**row))
    return import_id


def reread(connection: Connection, import_id: str, changes: Mapping[str, Any]) -> None:
    """Read the file in another way: encoding, delimiter, columns, mode. What was found before is void.

    Where encoding or delimiter change and no columns are named, the columns are guessed anew. Raises
    Refusal 404; 409 ``busy`` or ``over``; 422 ``bad_file`` when the file cannot be read so.
    """
    found = open_import(connection, import_id)
    encoding = changes.get("encoding", found["encoding"])
    delimiter = changes.get("delimiter", found["delimiter"])
    try:
        table = table_from(content_of(import_id), encoding, delimiter)
    except BadFile as problem:
        raise bad_file(problem) from problem
    columns = changes.get("columns") or columns_for(found, table, (encoding, delimiter))
    if len(columns) != len(table.header):
        width = t("catalog.mapping_width", width=len(table.header), given=len(columns))
        raise Refusal(422, "invalid", width, errors={"json": {"columns": [width]}})
    values = {"encoding": encoding, "delimiter": delimiter, "columns": json.dumps(columns)}
    set_import(connection, import_id, **values, mode=changes.get("mode", found["mode"]), state="uploaded")


def columns_for(found: Mapping[str, Any], table: Table, read_as: tuple[str, str]) -> list[str]:
    """The columns chosen before, if the file is still read as then; else what its header suggests."""
    if (found["encoding"], found["delimiter"]) == read_as:
        return list(json.loads(found["columns"]))
    return list(suggested_columns(table.header))


def start_check(connection: Connection, import_id: str) -> str:
    """Queue the dry run; the job's id. Raises Refusal 404, and 409 ``busy`` or ``over``."""
    open_import(connection, import_id)
    set_import(connection, import_id, state="checking", rows_done=0, message="")
    return enqueue(connection, CHECK, {"import": import_id}, f"{CHECK}:{import_id}")


def start_run(connection: Connection, import_id: str, skip_faulty: bool) -> str:
    """Queue the import itself; the job's id. An interrupted one goes on where it stopped.

    Raises Refusal 404; 409 ``unchecked``, ``over``, or ``faulty`` while rows have errors and are not to be
    skipped.
    """
    found = import_of(connection, import_id)
    if found["state"] == "done":
        raise Refusal(409, "over", t("catalog.import_over"))
    if found["state"] not in ("checked", "importing"):
        raise Refusal(409, "unchecked", t("catalog.import_unchecked"))
    if found["state"] == "checked":
        if found["faulty_count"] and not skip_faulty:
            raise Refusal(409, "faulty", t("catalog.import_faulty", count=found["faulty_count"]))
        set_import(connection, import_id, state="importing", **dict.fromkeys(COUNTS, 0), message="")
    return enqueue(connection, RUN, {"import": import_id}, f"{RUN}:{import_id}")


def remove(connection: Connection, import_id: str) -> None:
    """Remove an import and its file; what it imported stays. Raises Refusal 404 and 409 ``busy``."""
    found = import_of(connection, import_id)
    if found["state"] in AT_WORK:
        raise Refusal(409, "busy", t("catalog.import_busy"))
    connection.execute(delete(ItemImport).where(ItemImport.id == import_id))
    forget(import_id)


def import_of(connection: Connection, import_id: str) -> Mapping[str, Any]:
    """The import's row. Raises Refusal 404."""
    asked = select(ItemImport.__table__).where(ItemImport.id == import_id)
    found = connection.execute(asked).mappings().first()
    if found is None:
        raise Refusal(404, "not_found", t("catalog.import_unknown"))
    return dict(found)


def open_import(connection: Connection, import_id: str) -> Mapping[str, Any]:
    """An import that may still be changed. Raises Refusal 404, and 409 ``busy`` or ``over``."""
    found = import_of(connection, import_id)
    if found["state"] in AT_WORK:
        raise Refusal(409, "busy", t("catalog.import_busy"))
    if found["state"] == "done":
        raise Refusal(409, "over", t("catalog.import_over"))
    return found


def set_import(connection: Connection, import_id: str, **values: Any) -> None:
    """Write columns of an import."""
    connection.execute(update(ItemImport).where(ItemImport.id == import_id).values(**values))


def import_page(connection: Connection, listing: Listing) -> Page[Mapping[str, Any]]:
    """The imports of the last week, newest first."""
    total = connection.scalar(select(func.count()).select_from(ItemImport)) or 0
    newest = select(ItemImport.__table__).order_by(ItemImport.created_at.desc(), ItemImport.id)
    part = newest.limit(listing.per_page).offset((listing.page - 1) * listing.per_page)
    return Page([dict(row) for row in connection.execute(part).mappings()], int(total), listing)


def problem_page(found: Mapping[str, Any], listing: Listing, level: str) -> Page[Problem]:
    """What is wrong with the rows, in their order; ``level`` error or warning, or both."""
    errors, warnings = found["error_count"], found["warning_count"]
    total = {"error": errors, "warning": warnings}.get(level, errors + warnings)
    every = read_problems(found["id"])
    wanted = (each for each in every if not level or each.is_warning == (level == "warning"))
    start = (listing.page - 1) * listing.per_page
    return Page(list(islice(wanted, start, start + listing.per_page)), total, listing)


def view(found: Mapping[str, Any]) -> dict[str, Any]:
    """An import as it is shown: with its header, its first rows, and what is wrong with its reading."""
    columns = json.loads(found["columns"])
    body = {**found, "columns": columns, "header": [], "preview": [], "problems": [], "doubt": None}
    try:
        content = content_of(found["id"])
        table = opened(found["id"], found["encoding"], found["delimiter"])
    except BadFile as problem:
        return {**body, "problems": [str(problem)]}
    preview = [
        {"row": raw.number, "cells": list(raw.cells), "problem": raw.problem} for raw in table.preview()
    ]
    return {
        **body,
        "header": list(table.header),
        "preview": preview,
        "problems": table.problems(columns, found["mode"]),
        "doubt": doubt_of_encoding(content, found["encoding"]),
    }


def sweep_imports(_task: Task) -> dict[str, int]:
    """Forget imports that are over a week old, and files that no import knows."""
    with transaction() as connection:
        connection.execute(delete(ItemImport).where(ItemImport.created_at < now_ms() - KEPT_MS))
        known = set(connection.scalars(select(ItemImport.id)))
    return {"removed": sweep(known)}


def shown_name(file_name: str) -> str:
    """The file's name for display: its last part, without anything that cannot be seen."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    try:
        return clean_line(last[:FILE_NAME_LIMIT], FILE_NAME_LIMIT) or "items.csv"
    except BadText:
        return "items.csv"


def bad_file(problem: BadFile) -> Refusal:
    """The refusal of a file that cannot be read."""
    return Refusal(422, "bad_file", str(problem), errors={"form": {"file": [str(problem)]}})
