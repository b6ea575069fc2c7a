"""The sync doors over HTTP: hello, push, pull, snapshot, rescue."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from flask import Response, request
from marshmallow import Schema

from app.catalog.photos import sent_photo
from app.exchange.caller import any_device, expired, reader, trusted_device
from app.exchange.envelope import (
    EpochSchema,
    HelloSchema,
    PullSchema,
    PushSchema,
    RescueSchema,
    checked,
    opened,
)
from app.exchange.hello import greeted
from app.exchange.parts import part_path
from app.exchange.pull import pulled
from app.exchange.push import pushed, too_large
from app.exchange.push_body import PushBody, RescueBody, envelope_of, read_push
from app.exchange.rescue import MOST_OPERATIONS, rescued
from app.exchange.schemas import (
    HelloAnswerSchema,
    PartContentSchema,
    PeopleAnswerSchema,
    PullAnswerSchema,
    PushAnswerSchema,
    PushBodySchema,
    RescueBodySchema,
    SnapshotAnswerSchema,
)
from app.exchange.snapshot import folder, is_open, snapshot
from app.exchange.staff import staff
from app.people.guard import current_user_id, require_role
from app.web.api import Blueprint, ErrorSchema, quick_json
from app.web.compression import sent_bytes
from app.web.errors import Refusal
from app.web.headers import FOR_EVER
from app.words import t
from sync.protocol import OPERATIONS_MAX, PUSH_BYTES_MAX

doors = Blueprint(
    "sync",
    __name__,
    url_prefix="/api/sync/v1",
    description="The protocol of phones and other devices; `sync/README.md` is its full description.",
)
PICTURE = {"type": "string", "format": "binary"}
View = TypeVar("View", bound=Callable[..., Any])


DEVICE: list[dict[str, list[str]]] = [{"device": []}]
READERS: list[dict[str, list[str]]] = [{"device": []}, {"session": []}]
ERRORS = {400: "bad_envelope", 401: "token_expired", 403: "device_revoked", 503: "unavailable"}
"""What every door may answer beside its own refusals."""


def documented(
    answer: type[Schema] | Mapping[str, str],
    given: type[Schema] | None = None,
    security: list[dict[str, list[str]]] | None = None,
    refusals: Mapping[int, str] = ERRORS,
    kind: str = "application/json",
) -> Callable[[View], View]:
    """Describe a door's body, its answers and who may ask in the document."""

    def describe(view: View) -> View:
        described: View = doors.alt_response(200, schema=answer, content_type=kind, success=True)(view)
        for status, words in refusals.items():
            described = doors.alt_response(status, schema=ErrorSchema, description=words)(described)
        body = {"required": True, "content": {"application/json": {"schema": given}}}
        more = {"requestBody": body} if given else {}
        return doors.doc(**more, **({"security": security} if security else {}))(described)

    return describe


@doors.route("/hello", methods=["POST"])
@documented(HelloAnswerSchema, HelloSchema, DEVICE)
@opened(HelloSchema)
def hello(envelope: dict[str, Any]) -> Response:
    """Say hello

    At every start and reconnect. 401 `token_expired`, 403 `device_revoked` with `directives`.
    """
    return quick_json(greeted(trusted_device(envelope["device"]).id, envelope))


@doors.route("/push", methods=["POST"])
@documented(
    PushAnswerSchema,
    PushBodySchema,
    DEVICE,
    {**ERRORS, 409: "gap, fork or other_server", 413: "too_large"},
)
def push() -> Response:
    """Push operations

    At most 500 operations and 256 KB as sent. Whatever an operation holds, it gets a verdict:
    applied, duplicate or quarantined. 409 `gap` with `expect`, 409 `fork` with `last`, 409 `other_server`.
    """
    device = any_device(None)
    if sent_bytes() > PUSH_BYTES_MAX:
        raise too_large()
    body = read_push(PushBody)
    envelope = envelope_of(body, PushSchema)
    if device.id != envelope["device"]:
        raise expired()
    if len(body.operations) > OPERATIONS_MAX:
        raise too_large()
    return quick_json(pushed(envelope, body.operations))


@doors.route("/pull", methods=["POST"])
@documented(
    PullAnswerSchema,
    PullSchema,
    READERS,
    {**ERRORS, 409: "snapshot_required", 426: "upgrade_required"},
)
@opened(PullSchema)
def pull(envelope: dict[str, Any]) -> Response:
    """Pull changes

    With a device's credential, or with a session of the office. 409 `snapshot_required`,
    426 `upgrade_required`.
    """
    return quick_json(pulled(reader(envelope["device"]), envelope))


@doors.route("/snapshot", methods=["GET"])
@documented(SnapshotAnswerSchema, None, READERS)
def list_parts() -> Response:
    """List the parts of the snapshot"""
    return quick_json(snapshot(reader(None)))


@doors.route("/snapshot/<name>", methods=["GET"])
@documented(PartContentSchema, None, READERS, {**ERRORS, 404: "not_found"})
def read_part(name: str) -> Response:
    """Fetch one part of the snapshot

    Immutable, compressed with gzip. 404: ask for the list again.
    """
    caller = reader(None)
    try:
        if not is_open(caller, name):
            raise FileNotFoundError(name)
        packed = Path(part_path(folder(), name)).read_bytes()
    except (ValueError, FileNotFoundError):
        raise Refusal(404, "not_found", t("exchange.part_gone")) from None
    response = Response(packed, mimetype="application/json", headers={"Content-Encoding": "gzip"})
    response.headers["Cache-Control"] = f"private, {FOR_EVER}"
    response.set_etag(name)
    response.make_conditional(request)
    return response


@doors.route("/photos/<name>", methods=["GET"])
@documented(PICTURE, None, DEVICE, {**ERRORS, 404: "not_found"}, "image/webp")
def photo(name: str) -> Response:
    """Fetch the photograph of an item

    By the name in the item's row, small, as WebP. Another picture has another name: keep it for good.
    """
    return picture_of(name, "small")


@doors.route("/photos/<name>/large", methods=["GET"])
@documented(PICTURE, None, DEVICE, {**ERRORS, 404: "not_found"}, "image/webp")
def large_photo(name: str) -> Response:
    """Fetch the photograph of an item in full size

    By the name in the item's row, up to 1600 points a side, as WebP: for the one that somebody looks at.
    """
    return picture_of(name, "large")


def picture_of(name: str, size: str) -> Response:
    """The picture for a device that is trusted. Raises Refusal where there is none."""
    trusted_device(None)
    return sent_photo(name, size)


@doors.route("/people", methods=["GET"])
@documented(PeopleAnswerSchema, None, DEVICE)
def people() -> Response:
    """Who may use this device

    People with a PIN who may see all that the device holds, with what proves the PIN offline.
    """
    return quick_json(staff(trusted_device(None).id))


@doors.route("/rescue", methods=["POST"])
@require_role("operator")
@documented(
    PushAnswerSchema, RescueBodySchema, None, {400: "bad_envelope", 409: "gap or fork", 413: "too_large"}
)
def rescue() -> Response:
    """Upload what a broken phone exported

    By a person who is signed in; the answers are those of push, `verdicts` those of all epochs in the
    order of the file, `device_seq` that of the last one.
    """
    body = read_push(RescueBody)
    envelope = envelope_of(body, RescueSchema)
    later = [(checked(EpochSchema, {"epoch": one.epoch})["epoch"], one.operations) for one in body.more]
    epochs = [(envelope["epoch"], body.operations), *later]
    if sum(len(operations) for _, operations in epochs) > MOST_OPERATIONS:
        raise too_large(MOST_OPERATIONS)
    return quick_json(rescued(envelope["device"], epochs, current_user_id()))
