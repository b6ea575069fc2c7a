"""How an import stands: its row as it is read, changed and shown."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from app.database import reading, transaction
from app.imports.files import table_path
from app.imports.kinds import current_kind
from app.imports.models import TableImport
from app.imports.table import table_problems
from app.jobs import JobFailed
from app.web.errors import Refusal
from app.words import t

HEAD = ("header", "preview", "doubt", "sheets")
"""What is shown of a file as it is read now."""
AT_WORK = ("checking", "importing", "undoing")
OVER = ("done", "undone")


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


def import_of(connection: Connection, import_id: str) -> Mapping[str, Any]:
    """The import's row. Raises Refusal 404."""
    asked = select(TableImport.__table__).where(TableImport.id == import_id)
    found = connection.execute(asked).mappings().first()
    if found is None:
        raise Refusal(404, "not_found", t("imports.import_unknown"))
    return dict(found)


def open_import(connection: Connection, import_id: str) -> Mapping[str, Any]:
    """An import that may still be changed. Raises Refusal 404, and 409 ``busy`` or ``over``."""
    found = import_of(connection, import_id)
    if found["state"] in AT_WORK:
        raise Refusal(409, "busy", t("imports.import_busy"))
    if found["state"] in OVER:
        raise Refusal(409, "over", t("imports.import_over"))
    return found


def set_import(connection: Connection, import_id: str, **values: Any) -> None:
    """Write columns of an import."""
    connection.execute(update(TableImport).where(TableImport.id == import_id).values(**values))


def view(found: Mapping[str, Any]) -> dict[str, Any]:
    """An import as it is shown: with its header, its first rows, and what is wrong with its reading."""
    columns, head = json.loads(found["columns"]), json.loads(found["head"])
    kind = current_kind(found["kind"])
    fillable = [{"name": each.name, "title": each.shown} for each in kind.fields]
    body = {**found, "columns": columns, "fillable": fillable, **{name: head[name] for name in HEAD}}
    if not table_path(found["id"]).exists():
        return {**body, "problems": [t("imports.file_gone")]}
    return {**body, "problems": table_problems(head, columns, found["mode"], kind)}


def worked_on(import_id: str) -> Mapping[str, Any]:
    """The import that a job works on. Raises JobFailed when it was removed meanwhile."""
    try:
        with reading() as connection:
            return import_of(connection, import_id)
    except Refusal as gone:
        raise JobFailed("imports.import_unknown") from gone


def note(import_id: str, **values: Any) -> None:
    """Write columns of an import in a transaction of its own."""
    with transaction() as connection:
        set_import(connection, import_id, **values)
