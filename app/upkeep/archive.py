"""One file that holds a whole installation: a manifest first, then everything it names with its hash."""

import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.sqlite3"
"""Whichever engine the installation runs on: a backup of one can be restored on the other."""
HOME = "home/"
"""What was in the home folder stands below this name."""
COMPRESSION = 4
CHUNK_BYTES = 1 << 20
UNREADABLE = (tarfile.TarError, OSError, EOFError, ValueError, TypeError, KeyError, zlib.error)
"""What reading a file raises that is none of ours, or is damaged."""


class BadArchive(Exception):
    """The file is no backup of ours, or is damaged; the text is for a person."""


@dataclass(frozen=True)
class Content:
    """One file in an archive."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. Times are milliseconds."""

    taken_at: int
    version: str
    revision: str
    """Of the tables: an older one is brought up to date when it is restored."""
    engine: str
    """sqlite or postgresql: what the installation ran on."""
    sid: str
    head: int
    operations: int
    recorded_to: int
    """When the last operation in it was recorded; 0 for none."""
    files: dict[str, Content] = field(default_factory=dict)
    format: int = FORMAT


def write_archive(target: Path, manifest: Manifest, sources: Mapping[str, Path]) -> Manifest:
    """Write ``sources``, by their names in the archive, to ``target``: whole and read back, or not at all.

    Returns the manifest with their hashes. Only the owner may read the file: it holds the secret key.
    What is gone by now is left out: uploads are removed while the server runs. Raises BadArchive, OSError.
    """
    contents = contents_of(sources)
    whole = Manifest(**{**manifest.__dict__, "files": contents})
    half = target.with_name(f".{target.name}.part")
    try:
        write_tar(half, json.dumps(asdict(whole), indent=1), {name: sources[name] for name in contents})
        unpack(half, None)
        half.rename(target)
    finally:
        half.unlink(missing_ok=True)
    return whole


def write_tar(path: Path, manifest: str, sources: Mapping[str, Path]) -> None:
    """Write the files behind their manifest; they are on the disk when it returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION, dereference=True) as tar:
            add_text(tar, MANIFEST, manifest)
            for name, source in sources.items():
                tar.add(source, name, recursive=False)
        file.flush()
        os.fsync(file.fileno())


def add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    """Add a small file from memory."""
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def contents_of(sources: Mapping[str, Path]) -> dict[str, Content]:
    """Size and hash of all that are there."""
    found = {}
    for name, path in sources.items():
        with suppress(FileNotFoundError):
            found[name] = content_of(path)
    return found


def content_of(path: Path) -> Content:
    """Size and hash of a file."""
    with path.open("rb") as file:
        return Content(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def read_manifest(source: Path) -> Manifest:
    """What an archive says of itself, without looking at the rest. Raises BadArchive."""
    try:
        with tarfile.open(source, "r:gz") as tar:
            return manifest_in(tar)
    except UNREADABLE as error:
        raise BadArchive(f"{source} is no backup that can be read: {error}.") from error


def manifest_in(tar: tarfile.TarFile) -> Manifest:
    """The manifest, which is the first file. Raises BadArchive, ValueError, TypeError, KeyError."""
    first = tar.next()
    if first is None or first.name != MANIFEST:
        raise BadArchive("It does not begin with a manifest.")
    file = tar.extractfile(first)
    given: dict[str, Any] = json.loads(file.read() if file else b"")
    if given["format"] > FORMAT:
        raise BadArchive(f"It was made by a newer release ({given['version']}).")
    files = {name: Content(**content) for name, content in given.pop("files").items()}
    return Manifest(**given, files=files)


def unpack(source: Path, target: Path | None) -> Manifest:
    """Write everything below ``target``, each file compared with its hash; None: compare only.

    Raises BadArchive.
    """
    try:
        with tarfile.open(source, "r:gz") as tar:
            manifest = manifest_in(tar)
            found = {entry.name for entry in tar if unpacked(tar, entry, manifest, target)}
            read_to_the_end(tar)
    except UNREADABLE as error:
        raise trouble_with(source, error) from error
    if missing := sorted(manifest.files.keys() - found):
        raise BadArchive(f"{source} is damaged: {missing[0]} is missing.")
    return manifest


def trouble_with(source: Path, error: Exception) -> BadArchive:
    """What is wrong: with the machine, a full disk for one, where the system says so; else with the file."""
    if isinstance(error, OSError) and error.strerror:
        return BadArchive(f"{source} cannot be unpacked: {error.strerror}.")
    return BadArchive(f"{source} is damaged: {error}.")


def read_to_the_end(tar: tarfile.TarFile) -> None:
    """Read what is left, so that the sum over the whole file is compared. Raises OSError, EOFError."""
    while tar.fileobj is not None and tar.fileobj.read(CHUNK_BYTES):
        pass


def unpacked(tar: tarfile.TarFile, entry: tarfile.TarInfo, manifest: Manifest, target: Path | None) -> bool:
    """Write one file; False for what the manifest does not name. Raises BadArchive where it differs."""
    expected = manifest.files.get(entry.name)
    file = tar.extractfile(entry) if expected else None
    if file is None:
        return False
    place = PurePosixPath(entry.name)
    if place.is_absolute() or ".." in place.parts:
        raise BadArchive(f"{entry.name} would lie outside.")
    if copied(file, target / place if target else None) != expected:
        raise BadArchive(f"{entry.name} is not what was put in.")
    return True


def copied(file: IO[bytes], path: Path | None) -> Content:
    """Write the file to ``path``, or nowhere; its size and hash."""
    found, size = hashlib.sha256(), 0
    if path:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = path or os.devnull
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        while chunk := file.read(CHUNK_BYTES):
            found.update(chunk)
            size += len(chunk)
            output.write(chunk)
    return Content(size, found.hexdigest())
