"""The files of imports: kept under the home folder, each beside the list of what is wrong with it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import IO

from flask import current_app

from app.imports.problems import Problem

FILE_BYTES_LIMIT = 20 * 1024 * 1024
"""The largest file that is taken in."""

UPLOAD_BYTES_LIMIT = FILE_BYTES_LIMIT + 64 * 1024
"""Of a whole request: the file and what wraps it."""

PIECE_BYTES = 256 * 1024


class TooLarge(ValueError):
    """The file is larger than what is taken in."""


def folder() -> Path:
    """Where uploaded files are kept."""
    kept: Path = current_app.config["TALLYMAN"].home / "uploads"
    kept.mkdir(mode=0o700, exist_ok=True)
    return kept


def table_path(import_id: str) -> Path:
    """The uploaded table, whatever its format."""
    return folder() / f"{import_id}.table"


def problems_path(import_id: str) -> Path:
    """What is wrong with it: one JSON line for each problem."""
    return folder() / f"{import_id}.problems"


def keep(import_id: str, stream: IO[bytes]) -> int:
    """Store an uploaded table; its size in bytes. Raises TooLarge, and keeps nothing then."""
    path, size = table_path(import_id), 0
    with path.open("xb") as file:
        while piece := stream.read(PIECE_BYTES):
            size += len(piece)
            if size > FILE_BYTES_LIMIT:
                break
            file.write(piece)
    if size > FILE_BYTES_LIMIT:
        path.unlink()
        raise TooLarge
    return size


def forget(import_id: str) -> None:
    """Remove the files of an import."""
    table_path(import_id).unlink(missing_ok=True)
    problems_path(import_id).unlink(missing_ok=True)


def write_problems(import_id: str, problems: Iterable[Problem], fresh: bool = False) -> None:
    """Add to the list of problems; ``fresh`` begins it anew."""
    with problems_path(import_id).open("w" if fresh else "a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(problem)) + "\n" for problem in problems)


def read_problems(import_id: str, start: int = 0, limit: int | None = None) -> Iterator[Problem]:
    """The problems from the one at ``start`` on, in the order of rows."""
    path = problems_path(import_id)
    if not path.exists():
        return
    stop = None if limit is None else start + limit
    with path.open(encoding="utf-8") as file:
        for line in islice(file, start, stop):
            yield Problem(**json.loads(line))


def trim_problems(import_id: str, last_row: int) -> None:
    """Forget what was found below a row, because it is about to be read again."""
    kept = [problem for problem in read_problems(import_id) if problem.row <= last_row]
    write_problems(import_id, kept, fresh=True)


def sweep(known: set[str]) -> int:
    """Remove files that no import knows any more; how many."""
    strays = [path for path in folder().iterdir() if path.stem not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)
