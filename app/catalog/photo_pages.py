"""Photographs of items: giving one, taking it away, showing it."""

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for

from app.catalog.changes import changeable
from app.catalog.photos import (
    PHOTO_BYTES_LIMIT,
    SIZES,
    BadPhoto,
    drawn_apart,
    forget,
    hang,
    photos_of,
    sent_photo,
    store,
    take_down,
)
from app.database import reading, transaction
from app.people.guard import require_role
from app.web.bodies import takes_up_to
from app.web.errors import Refusal
from app.web.replies import to_page
from app.words import t

photo_pages = Blueprint("photo_pages", __name__)


@photo_pages.route("/items/<int:item_id>/photo", methods=["POST"])
@require_role("manager")
@takes_up_to(PHOTO_BYTES_LIMIT + 64 * 1024)
def give(item_id: int) -> Response:
    """Give an item a photograph, in the place of the one that it had."""
    file = request.files.get("photo")
    try:
        name = store(drawn_apart(file.stream.read(PHOTO_BYTES_LIMIT + 1) if file else b""))
    except BadPhoto as problem:
        flash(str(problem), "red")
        return to_item(item_id)
    try:
        with transaction() as connection:
            former = hang(connection, changeable(connection, item_id), name)
    except BaseException:
        forget(name)
        raise
    forget_former(former)
    flash(t("catalog.photo_given"), "green")
    return to_item(item_id)


@photo_pages.route("/items/<int:item_id>/photo/remove", methods=["POST"])
@require_role("manager")
def remove(item_id: int) -> Response:
    """Take the photograph off an item."""
    with transaction() as connection:
        former = take_down(connection, changeable(connection, item_id))
    forget_former(former)
    flash(t("catalog.photo_removed"), "green")
    return to_item(item_id)


@photo_pages.route("/items/<int:item_id>/photo/<size>", methods=["GET"])
@require_role("viewer")
def of_item(item_id: int, size: str) -> Response:
    """The photograph that an item has now; 404 where it has none."""
    with reading() as connection:
        name = photos_of(connection, [item_id]).get(item_id)
    if name is None or size not in SIZES:
        raise Refusal(404, "not_found", t("error.not_found"))
    return make_response(redirect(url_for(".show", name=name, size=size)))


@photo_pages.route("/photos/<name>/<size>.webp")
@require_role("viewer")
def show(name: str, size: str) -> Response:
    """One picture."""
    return sent_photo(name, size)


def forget_former(name: str) -> None:
    """Remove the files of a picture that hangs nowhere any more."""
    if name:
        forget(name)


def to_item(item_id: int) -> Response:
    """Back to the item."""
    return to_page("item_pages.one", item_id=item_id)
