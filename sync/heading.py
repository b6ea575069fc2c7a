"""The heading of an operation: what can be read of any, sound or not, and the digest that stands for it."""

import json
import re
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from sync.protocol import EXACT_MAX

NAME_MAX = 64
"""The longest id under which an operation can be kept."""
UNKEPT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no database keeps in an id."""


class Heading(NamedTuple):
    """What can be read of any operation, sound or not; ``seq`` is None where it names none."""

    id: str
    seq: int | None
    digest: str
    content: Any


def heading(raw: bytes) -> Heading:
    """Read id, sequence number and digest of an operation, whatever else is wrong with it.

    The digest covers everything but ``seq``, which changes when a device starts a new epoch; it stands
    for the id where there is none that could be kept.
    """
    try:
        content = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        digest = digest_of(raw)
        return Heading(*names_in(damaged(raw), digest), digest, None)
    if not isinstance(content, dict):
        digest = digest_of(raw)
        return Heading(digest, None, digest, content)
    seq = content.pop("seq", None)
    digest = digest_of(msgspec.json.encode(content, order="sorted"))
    content["seq"] = seq
    return Heading(*names_in(content, digest), digest, content)


def damaged(raw: bytes) -> Any:
    """What can be read of JSON that holds half a character or NaN; None where nothing can."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def names_in(content: Any, digest: str) -> tuple[str, int | None]:
    """The id and the sequence number that the content names; the digest where there is no id to be kept."""
    if not isinstance(content, dict):
        return digest, None
    name, seq = content.get("id"), content.get("seq")
    if not isinstance(name, str) or not 0 < len(name) <= NAME_MAX or UNKEPT.search(name):
        name = digest
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 < seq <= EXACT_MAX:
        seq = None
    return name, seq


def digest_of(content: bytes) -> str:
    """32 hexadecimal digits that stand for the content."""
    return blake2b(content, digest_size=16).hexdigest()
