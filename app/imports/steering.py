"""Imports as people steer them: uploaded, read in another way, checked, run, taken back, removed."""

import json
import secrets
from collections.abc import Mapping
from typing import IO, Any

from sqlalchemy import Connection, delete, insert, select

from app.clock import DAY_MS, now_ms
from app.database import reading, transaction
from app.imports.columns import suggested_columns
from app.imports.files import FILE_BYTES_LIMIT, TooLarge, forget, keep, sweep, table_path
from app.imports.kinds import Kind, current_kind
from app.imports.models import TableImport
from app.imports.state import AT_WORK, COUNTS, OVER, import_of, open_import, set_import
from app.imports.table import Reading, guessed, table_from, uploaded_path
from app.imports.text_file import BadFile
from app.jobs import Task, enqueue
from app.people.audit.trail import record
from app.server import run_blocking
from app.values.text import BadText, clean_line
from app.web.errors import Refusal, refused_field
from app.words import t

CHECK = "import-check"
RUN = "import"
UNDO = "import-undo"
SWEEP = "import-sweep"

KEPT_MS = 7 * DAY_MS
"""How long an import that wrote nothing is kept, with its file."""

FILE_NAME_LIMIT = 200
WAYS = ("encoding", "delimiter", "sheet")
"""How a file may be read otherwise."""


def receive(stream: IO[bytes], file_name: str, kind: Kind, user_id: int) -> str:
    """Take in a file and guess how it is meant; the id of the new import.

    Raises Refusal 413 ``too_large``, and 422 ``bad_file`` for what is no table.
    """
    import_id = secrets.token_hex(16)
    try:
        size = keep(import_id, stream)
        read_as, sheets = run_blocking(guessed, table_path(import_id))
        found = read_head(import_id, read_as)
    except TooLarge:
        limit = FILE_BYTES_LIMIT // (1024 * 1024)
        raise Refusal(413, "too_large", t("imports.file_large", limit=limit)) from None
    except BadFile as problem:
        forget(import_id)
        raise bad_file(problem) from problem
    columns = suggested_columns(found["header"], current_kind(kind.name))
    row = {
        "id": import_id,
        "kind": kind.name,
        "user_id": user_id,
        "file_name": shown_name(file_name),
        "bytes": size,
        "mode": kind.modes[0],
        "created_at": now_ms(),
        **reading_values(read_as, columns, {**found, "sheets": sheets}),
    }
    with transaction() as connection:
        connection.execute(insert(TableImport).values(**row))
    return import_id


def read_head(import_id: str, read_as: Reading) -> dict[str, Any]:
    """What is shown of a file that is read so. Raises BadFile."""
    return run_blocking(lambda path: table_from(path, read_as).head(), uploaded_path(import_id))


def reading_values(read_as: Reading, columns: Any, head: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the table that say how a file is read."""
    return {
        "format": read_as.format,
        "encoding": read_as.encoding,
        "delimiter": read_as.delimiter,
        "sheet": read_as.sheet,
        "columns": json.dumps(columns),
        "head": json.dumps(head),
        "rows_total": head["rows"],
    }


def reread(import_id: str, changes: Mapping[str, Any]) -> None:
    """Read the file in another way: encoding, delimiter, columns, mode. What was found before is void.

    Where encoding or delimiter change and no columns are named, the columns are guessed anew. Raises
    Refusal 404; 409 ``busy`` or ``over``; 422 ``bad_file`` when the file cannot be read so.
    """
    with reading() as connection:
        found = open_import(connection, import_id)
    read_as = Reading(found["format"], **{name: changes.get(name, found[name]) for name in WAYS})
    try:
        head = read_head(import_id, read_as)
    except BadFile as problem:
        raise bad_file(problem) from problem
    header = head["header"]
    columns = changes.get("columns") or columns_for(found, header, read_as)
    if len(columns) != len(header):
        width = t("imports.mapping_width", width=len(header), given=len(columns))
        raise refused_field("columns", width)
    kind = current_kind(found["kind"])
    refuse_unknown_fields(columns, kind)
    mode = changes.get("mode", found["mode"])
    if mode not in kind.modes:
        raise refused_field("mode", t("values.one_of", choices=", ".join(kind.modes)))
    sheets = json.loads(found["head"])["sheets"]
    values = reading_values(read_as, columns, {**head, "sheets": sheets})
    with transaction() as connection:
        open_import(connection, import_id)
        set_import(connection, import_id, **values, mode=mode, state="uploaded")


def refuse_unknown_fields(columns: Any, kind: Kind) -> None:
    """Raises Refusal 422 where a column is meant for a field that the kind does not have."""
    unknown = sorted(set(columns) - {"", *kind.names})
    if unknown:
        raise refused_field("columns", t("values.one_of", choices=", ".join(kind.names)))


def columns_for(found: Mapping[str, Any], header: Any, read_as: Reading) -> list[str]:
    """The columns chosen before, if the file is still read as then; else what its header suggests."""
    if all(found[name] == getattr(read_as, name) for name in WAYS):
        return list(json.loads(found["columns"]))
    return list(suggested_columns(header, current_kind(found["kind"])))


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
    if found["state"] in OVER:
        raise Refusal(409, "over", t("imports.import_over"))
    if found["state"] not in ("checked", "importing"):
        raise Refusal(409, "unchecked", t("imports.import_unchecked"))
    if found["state"] == "checked":
        if found["faulty_count"] and not skip_faulty:
            raise Refusal(409, "faulty", t("imports.import_faulty", count=found["faulty_count"]))
        set_import(connection, import_id, state="importing", **dict.fromkeys(COUNTS, 0), message="")
        told = {"kind": found["kind"], "rows": found["rows_done"], "faulty": found["faulty_count"]}
        record(connection, "started", ("import", import_id, found["file_name"]), None, told)
    return enqueue(connection, RUN, {"import": import_id}, f"{RUN}:{import_id}")


def remove(connection: Connection, import_id: str) -> None:
    """Remove an import and its file; what it imported stays. Raises Refusal 404 and 409 ``busy``."""
    found = import_of(connection, import_id)
    if found["state"] in AT_WORK:
        raise Refusal(409, "busy", t("imports.import_busy"))
    connection.execute(delete(TableImport).where(TableImport.id == import_id))
    record(connection, "removed", ("import", import_id, found["file_name"]))
    forget(import_id)


def sweep_imports(_task: Task) -> dict[str, int]:
    """Forget imports that wrote nothing and are too old, and files that no import knows."""
    short = TableImport.state.not_in(OVER) & (TableImport.created_at < now_ms() - KEPT_MS)
    with transaction() as connection:
        connection.execute(delete(TableImport).where(short))
        known = set(connection.scalars(select(TableImport.id)))
    return {"removed": sweep(known)}


def shown_name(file_name: str) -> str:
    """The file's name for display: its last part, without anything that cannot be seen."""
    last = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    try:
        return clean_line(last[:FILE_NAME_LIMIT], FILE_NAME_LIMIT) or "table.csv"
    except BadText:
        return "table.csv"


def bad_file(problem: BadFile) -> Refusal:
    """The refusal of a file that cannot be read."""
    return Refusal(422, "bad_file", str(problem), errors={"form": {"file": [str(problem)]}})
