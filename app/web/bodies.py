"""What the body of a request may be: of a told length; for the API JSON, unless its view says otherwise."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from app.web.errors import Refusal, wants_json
from app.words import t

View = TypeVar("View", bound=Callable[..., Any])

FORM = "application/x-www-form-urlencoded"
FIELDS_LIMIT = 5_000
"""Fields of a form, members of a list of JSON: no list takes more than a thousand."""
NAMES_LIMIT = 20_000
"""Names in a whole body of JSON: five hundred operations have half of them."""
PARTS_LIMIT = 300_000
"""Members of all lists together: five hundred operations with five hundred serials each."""


def register_bodies(app: Flask) -> None:
    """Refuse other bodies before a view looks at them."""
    app.before_request(_check_length)
    app.before_request(_allow_size)
    app.before_request(_check_kind)
    app.before_request(_count_fields)


def accepts(*mimetypes: str) -> Callable[[View], View]:
    """Let an API view take bodies of these kinds instead of JSON, such as an uploaded file."""

    def mark(view: View) -> View:
        vars(view)["accepted_mimetypes"] = frozenset(mimetypes)
        return view

    return mark


def _check_length() -> None:
    """Without a length in front, Werkzeug cuts a body off at the limit and says nothing."""
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        raise Refusal(411, "length_required", t("error.length_required"))


def takes_up_to(largest_bytes: int) -> Callable[[View], View]:
    """Let a view take a larger body than others, such as an uploaded file."""

    def mark(view: View) -> View:
        vars(view)["largest_bytes"] = largest_bytes
        return view

    return mark


def _allow_size() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "largest_bytes", request.max_content_length)


def _check_kind() -> None:
    if not wants_json() or not request.content_length or request.url_rule is None:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    accepted = getattr(view, "accepted_mimetypes", None)
    fits = request.mimetype in accepted if accepted else request.is_json
    if not fits:
        kinds = ", ".join(sorted(accepted or {"application/json"}))
        raise Refusal(415, "not_json", t("error.wrong_kind", kinds=kinds))


def _count_fields() -> None:
    """A form of a million fields would be read for seconds before anybody looks at it."""
    if request.mimetype == FORM and request.get_data().count(b"&") >= FIELDS_LIMIT:
        raise _too_large()


def refuse_heap(read: Any) -> None:
    """Raises Refusal 413 for JSON of so many parts that checking each would hold the server up."""
    waiting, names, parts = [read], 0, 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            names += len(found)
            waiting.extend(found.values())
        elif isinstance(found, list):
            parts += len(found) if len(found) <= FIELDS_LIMIT else PARTS_LIMIT + 1
            waiting.extend(found if parts <= PARTS_LIMIT else ())
        if names > NAMES_LIMIT or parts > PARTS_LIMIT:
            raise _too_large()


def _too_large() -> Refusal:
    return Refusal(413, "too_large", t("error.too_large"))
