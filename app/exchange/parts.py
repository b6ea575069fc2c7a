"""Parts of a snapshot: immutable compressed files, named by the hash of what they hold."""

import gzip
import hashlib
import os
import re
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.stock.feed.row_shapes import Row
from sync.protocol import PART_BYTES_MAX

COMPRESSION = 6
KEPT_S = 24 * 60 * 60
"""How long a part that no current snapshot names stays for phones that are in the middle of one."""

HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Part:
    """One line of a snapshot's list. ``bytes`` is its size as sent; ``hash`` the SHA-256 of its JSON."""

    hash: str
    bytes: int
    rows: int
    entity: str


@dataclass(frozen=True)
class Sealed:
    """A part and what is in its file."""

    part: Part
    packed: bytes


def seal(entity: str, rows: Sequence[Row], largest_bytes: int = PART_BYTES_MAX) -> list[Sealed]:
    """Pack rows of one entity into as few parts as the size allows; always the same for the same rows."""
    plain = msgspec.json.encode({"entity": entity, "rows": rows})
    packed = gzip.compress(plain, COMPRESSION, mtime=0)
    if len(packed) > largest_bytes and len(rows) > 1:
        middle = len(rows) // 2
        halves = rows[:middle], rows[middle:]
        return [sealed for half in halves for sealed in seal(entity, half, largest_bytes)]
    return [Sealed(Part(hashlib.sha256(plain).hexdigest(), len(packed), len(rows), entity), packed)]


def part_path(folder: Path, name: str) -> Path:
    """The file of a part. Raises ValueError for anything but a hash."""
    if not HASH.fullmatch(name):
        raise ValueError("the name of a part is a SHA-256 in hex")
    return folder / f"{name}.json.gz"


def keep(folder: Path, sealed: Sealed) -> None:
    """Write a part unless it is there already; a reader never sees half of it."""
    path = part_path(folder, sealed.part.hash)
    if not path.exists():
        write_whole(path, sealed.packed)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there entirely or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{time.monotonic_ns()}.draft")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def sweep(folder: Path, named: Collection[str], now_s: float) -> None:
    """Delete the parts that no snapshot names any more, once they are old enough."""
    for path in folder.glob("*.json.gz*"):
        with suppress(FileNotFoundError):
            if path.name.split(".")[0] not in named and now_s - path.stat().st_mtime > KEPT_S:
                path.unlink()
