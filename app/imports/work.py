"""The background work of an import: the dry run that finds everything that is wrong, and the import itself.

The import settles part after part, each in one transaction that also notes how far it has come; after a
crash it goes on from there, reading the rows above again only to know their codes.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from app.clock import now_ms
from app.database import reading, transaction
from app.imports import kinds
from app.imports.audit_entry import audited
from app.imports.files import trim_problems, write_problems
from app.imports.journal import Journal
from app.imports.kinds import Kind, afterwards, current_kind
from app.imports.plan import Plan
from app.imports.problems import Problem, RawRow
from app.imports.rows import has_error, read_row
from app.imports.state import COUNTS, note, set_import, worked_on
from app.imports.table import Table, opened, table_problems
from app.imports.text_file import BadFile
from app.jobs import ATTEMPTS, Interrupted, JobFailed, Task, enqueue
from app.people.audit.trail import acting_as, person_acting
from app.words import t


def check_import(task: Task) -> dict[str, int]:
    """Read the whole table and list everything that is wrong; nothing else is written."""
    return worked(task, "checking", "checked", dry_run)


def run_import(task: Task) -> dict[str, int]:
    """Write every row that is in order; then what else is to be done, such as a snapshot for phones."""
    counts = worked(task, "importing", "done", settled)
    found = worked_on(task.payload["import"])
    with transaction() as connection:
        if counts:
            audited(connection, "imported", found, found["user_id"])
        for name in afterwards():
            enqueue(connection, name, {}, name)
    return counts


def worked(task: Task, during: str, after: str, work: Callable[[Task, Any, Table], None]) -> dict[str, int]:
    """Do the work and note how it ended; what it counted.

    Raises JobFailed for a file that cannot be read, or an import that was removed: that ends it for good.
    """
    found = worked_on(task.payload["import"])
    if found["state"] != during:
        return {}
    with reading() as connection:
        actor = person_acting(connection, found["user_id"])
    try:
        table = opened(found)
        columns = json.loads(found["columns"])
        wrong = table_problems(table.head(), columns, found["mode"], current_kind(found["kind"]))
        if wrong:
            raise BadFile(" ".join(wrong))
        with acting_as(actor):
            work(task, found, table)
    except BadFile as problem:
        note(found["id"], state="failed", message=str(problem), finished_at=now_ms())
        raise JobFailed("jobs.bad_file", why=str(problem)) from problem
    except Interrupted:
        raise
    except Exception:
        if task.attempts >= ATTEMPTS:
            note(found["id"], state="failed", message=t("imports.import_broke"), finished_at=now_ms())
        raise
    done = worked_on(found["id"])
    note(found["id"], state=after, rows_total=done["rows_done"], finished_at=now_ms())
    return {name: done[name] for name in COUNTS}


def dry_run(task: Task, found: Any, table: Table) -> None:
    """Plan part after part and keep nothing but the problems."""
    kind, columns = current_kind(found["kind"]), json.loads(found["columns"])
    memory = kind.rules.memory(found["user_id"])
    note(found["id"], **dict.fromkeys(COUNTS, 0), message="")
    write_problems(found["id"], [], fresh=True)
    totals: Counter[str] = Counter()
    for part in table.parts(part_rows(kind)):
        rows, problems = read_part(part, table, columns, kind)
        with reading() as connection:
            plan = kind.rules.plan(connection, rows, memory, found["mode"])
        totals += recorded(found["id"], part, plan, [*problems, *table.named(plan.problems, columns)])
        note(found["id"], **{name: totals[name] for name in COUNTS})
        task.report(totals["rows_done"], max(found["rows_total"], totals["rows_done"]))


def settled(task: Task, found: Any, table: Table) -> None:
    """Write part after part; parts that stand already are only read, for what they name."""
    kind, columns = current_kind(found["kind"]), json.loads(found["columns"])
    memory = kind.rules.memory(found["user_id"])
    totals = Counter({name: found[name] for name in COUNTS})
    begun, position = found["rows_done"], 0
    trim_problems(found["id"], row_at(table, begun))
    for part in table.parts(part_rows(kind)):
        position += len(part)
        rows, problems = read_part(part, table, columns, kind)
        if position <= begun:
            with reading() as connection:
                kind.rules.plan(connection, rows, memory, found["mode"])
            continue
        with transaction() as connection:
            plan = kind.rules.plan(connection, rows, memory, found["mode"])
            every = [*problems, *table.named(plan.problems, columns)]
            totals += recorded(found["id"], part, plan, every)
            values = {name: totals[name] for name in COUNTS}
            set_import(connection, found["id"], **values)
            write(connection, plan, kind, Journal(found["id"], found["user_id"], now_ms()))
        task.report(position, max(found["rows_total"], position))


def part_rows(kind: Kind) -> int:
    """Rows of one transaction."""
    return kind.part_rows or kinds.PART_ROWS


def read_part(
    part: list[RawRow], table: Table, columns: list[str], kind: Kind
) -> tuple[list[Any], list[Problem]]:
    """The rows that can be read, and everything that is wrong with any of them."""
    rows: list[Any] = []
    problems: list[Problem] = []
    for raw in part:
        cells, found = read_row(raw, table.header, columns, kind)
        if cells is not None:
            row, more = kind.read(cells)
            found += table.named(more, columns) if more else []
            if not has_error(found):
                rows.append(row)
        problems += found
    return rows, problems


def row_at(table: Table, position: int) -> int:
    """The number of the row at a position below the header; 0 for none."""
    if not position:
        return 0
    return next(raw.number for count, raw in enumerate(table.rows(), 1) if count == position)


def write(connection: Connection, plan: Plan, kind: Kind, journal: Journal) -> None:
    """Write what the plan makes and changes; the kind tells the feed last."""
    kind.rules.write(connection, plan, journal)


def recorded(import_id: str, part: list[RawRow], plan: Plan, problems: list[Problem]) -> Counter[str]:
    """Keep all problems of a part, and count what became of its rows."""
    found = sorted(problems, key=lambda problem: problem.row)
    write_problems(import_id, found)
    errors = [problem for problem in found if not problem.is_warning]
    return Counter(
        rows_done=len(part),
        created_count=len(plan.new),
        updated_count=len(plan.changes),
        unchanged_count=plan.unchanged,
        error_count=len(errors),
        faulty_count=len({problem.row for problem in errors}),
        warning_count=len(found) - len(errors),
    )
