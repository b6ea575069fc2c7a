"""Which version of a thing the caller of a route saw."""

from flask import request

from app.values.numbers import whole_number
from app.web.errors import Refusal
from app.words import t


def seen_version(in_body: int | None) -> int:
    """The version that the caller saw. Raises Refusal 428 without one, 400 for an If-Match that is none."""
    if in_body is not None:
        return in_body
    tags = list(request.if_match)
    if not tags:
        raise Refusal(428, "version_needed", t("error.version_needed"))
    seen = whole_number(tags[0]) if len(tags) == 1 else None
    if seen is None:
        raise Refusal(400, "bad_request", t("error.version_bad"))
    return seen
