"""Photographs of items: drawn anew when they come in, kept as files under the home folder.

Drawing anew drops what a camera writes beside the picture, such as the place, and whatever else a file may
hide. Only formats of points are read: a drawing (SVG) can hold a script.
"""

import functools
import io
import re
import secrets
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import BoundedSemaphore

from flask import Response, current_app
from PIL import ExifTags, Image
from sqlalchemy import Connection, Select, delete, insert, select

from app.catalog.items import ItemRecord
from app.catalog.models import ItemPhoto
from app.clock import now_ms
from app.database import publish
from app.database.driver import quick_rows
from app.database.keys import among
from app.people.audit.trail import record as write_down
from app.server import run_blocking
from app.web.errors import Refusal
from app.web.headers import FOR_EVER
from app.words import t

PHOTO_BYTES_LIMIT = 12 * 1024 * 1024
MOST_POINTS = 60_000_000
"""A phone's camera makes up to 50 million; a small file can claim far more."""
AT_ONCE = 2
"""Pictures that one process unpacks at the same time: each may take some 500 MB while it is drawn."""
PATIENCE_S = 20
"""How long a picture waits for its turn."""
FORMATS = ("JPEG", "PNG", "WEBP")
SIZES = {"large": 1600, "small": 192}
"""The longer side in points."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned upright, by the orientation that its camera noted (Exif 2.32, tag 274)."""
QUALITY = 82
NAME = re.compile(r"[0-9a-f]{32}")

UNREADABLE = (OSError, ValueError, TypeError, SyntaxError, struct.error, Image.DecompressionBombError)
"""What the library raises at a broken file, and at broken notes of a camera."""

Drawn = Mapping[str, bytes]


class BadPhoto(ValueError):
    """The file is no picture that can be kept; the message says why, in words for a person."""


def drawn_anew(content: bytes) -> dict[str, bytes]:
    """The picture as WebP in each size, upright, without anything but its points. Raises BadPhoto."""
    if len(content) > PHOTO_BYTES_LIMIT:
        raise BadPhoto(t("catalog.photo_large", limit=PHOTO_BYTES_LIMIT // 2**20))
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_POINTS:
                raise BadPhoto(t("catalog.photo_points"))
            opened.draft("RGB", (SIZES["large"], SIZES["large"]))
            drawn = upright(opened).convert("RGBA" if has_holes(opened) else "RGB")
    except BadPhoto:
        raise
    except UNREADABLE as error:
        raise BadPhoto(t("catalog.photo_unreadable")) from error
    return {name: webp(drawn, side) for name, side in SIZES.items()}


def upright(picture: Image.Image) -> Image.Image:
    """The picture turned as its camera was held; what else the camera noted may be broken and is not read."""
    turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)


def has_holes(picture: Image.Image) -> bool:
    """Whether parts of it are transparent."""
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def webp(picture: Image.Image, side: int) -> bytes:
    """The picture no larger than this, as WebP."""
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    smaller.save(written, "WEBP", quality=QUALITY, exif=b"", icc_profile=b"")
    return written.getvalue()


def drawn_apart(content: bytes) -> dict[str, bytes]:
    """As ``drawn_anew``, without freezing the other requests; a few at once, the others wait their turn."""
    if not easels().acquire(timeout=PATIENCE_S):
        raise BadPhoto(t("catalog.photo_busy"))
    try:
        return run_blocking(drawn_anew, content)
    finally:
        easels().release()


@functools.cache
def easels() -> BoundedSemaphore:
    """Where pictures are drawn: as many as memory has room for."""
    return BoundedSemaphore(AT_ONCE)


def folder() -> Path:
    """Where pictures are kept."""
    kept: Path = current_app.config["TALLYMAN"].home / "photos"
    kept.mkdir(mode=0o700, exist_ok=True)
    return kept


def photo_path(name: str, size: str) -> Path:
    """The file of one picture in one size."""
    return folder() / f"{name}.{size}.webp"


def kept_photo(name: str, size: str) -> bytes:
    """A picture as it is kept. Raises FileNotFoundError, also for what names none."""
    if not NAME.fullmatch(name) or size not in SIZES:
        raise FileNotFoundError(name)
    return photo_path(name, size).read_bytes()


def sent_photo(name: str, size: str) -> Response:
    """A picture as browsers and phones get it: its name is never given to another, so they may keep it.

    Raises Refusal 404.
    """
    try:
        response = Response(kept_photo(name, size), mimetype="image/webp")
    except FileNotFoundError:
        raise Refusal(404, "not_found", t("error.not_found")) from None
    response.headers["Cache-Control"] = f"private, {FOR_EVER}"
    return response


def store(drawn: Drawn) -> str:
    """Write the picture; its random name."""
    name = secrets.token_hex(16)
    for size, content in drawn.items():
        photo_path(name, size).write_bytes(content)
    return name


def forget(name: str) -> None:
    """Remove the files of a picture."""
    for size in SIZES:
        photo_path(name, size).unlink(missing_ok=True)


def hang(connection: Connection, item: ItemRecord, name: str) -> str:
    """Make a stored picture the item's; the name of the one it takes the place of, or nothing."""
    former = take_down(connection, item, tell=False)
    values = {"item_id": item.id, "name": name, "created_at": now_ms()}
    connection.execute(insert(ItemPhoto).values(**values))
    subject = ("item", item.id, item.name)
    write_down(connection, "changed", subject, {"photo": former or None}, {"photo": name})
    publish(connection, [("item", str(item.id))])
    return former


def take_down(connection: Connection, item: ItemRecord, tell: bool = True) -> str:
    """Take the picture off an item; its name, or nothing where there was none."""
    gone = delete(ItemPhoto).where(ItemPhoto.item_id == item.id).returning(ItemPhoto.name)
    former = connection.scalar(gone) or ""
    if tell and former:
        write_down(connection, "changed", ("item", item.id, item.name), {"photo": former}, {"photo": None})
        publish(connection, [("item", str(item.id))])
    return former


def photos_of(connection: Connection, item_ids: Sequence[int]) -> dict[int, str]:
    """The names of the pictures of these items, where they have one."""
    rows = quick_rows(connection, photos_query(), {"ids": list(item_ids)})
    return {row.item_id: row.name for row in rows}


@functools.cache
def photos_query() -> Select[int, str]:
    """The pictures of items by the items' ids."""
    return select(ItemPhoto.item_id, ItemPhoto.name).where(among(ItemPhoto.item_id))
