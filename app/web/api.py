"""The JSON interface: one OpenAPI document of every area's blueprint, and the page to read it."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import flask_smorest
import msgspec
from flask import Flask, Response, jsonify
from marshmallow import RAISE, Schema, fields
from webargs.flaskparser import FlaskParser

from app.web.bodies import refuse_heap
from app.words import t

View = TypeVar("View", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Refuses what it does not know, in addresses as well as in bodies."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE, "json": RAISE}

    def _raw_load_json(self, req: Any) -> Any:
        """Refuse what only some readers take for JSON (NaN, nesting or digits without end), and heaps."""
        try:
            read = json.loads(req.get_data(cache=True), parse_constant=_no_number)
        except json.JSONDecodeError:
            raise
        except (RecursionError, ValueError) as error:
            raise json.JSONDecodeError("not readable", "(body)", 0) from error
        refuse_heap(read)
        return read


def _no_number(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is no number", name, 0)


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """An area's routes: documented, validated, unknown fields refused with 422."""

    ARGUMENTS_PARSER = StrictParser()

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **options: Any
    ) -> None:
        """Bind a view to a path, and write the role that it needs into the document."""
        document_role(view_func)
        super().add_url_rule(rule, endpoint, view_func, *args, **options)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Bind a view to a path below the blueprint's prefix."""
        bound: Callable[[View], View] = super().route(rule, **options)
        return bound

    def arguments(self, schema: type[Schema] | Schema, **options: Any) -> Callable[[View], View]:
        """Validate the body (or ``location="query"``) and hand it to the view as its first argument."""
        decorator: Callable[[View], View] = super().arguments(schema, **options)
        return decorator

    def response(
        self, status_code: int, schema: type[Schema] | Schema | None = None, **options: Any
    ) -> Callable[[View], View]:
        """Serialise what the view returns."""
        decorator: Callable[[View], View] = super().response(status_code, schema, **options)
        return decorator

    def register_views_in_doc(self, api: "Api", app: Flask, spec: Any, **named: Any) -> None:
        """Leave the views' part of the document for when somebody reads it."""
        api.unwritten.append(partial(super().register_views_in_doc, api, app, spec, **named))

    @staticmethod
    def doc(**named: Any) -> Callable[[View], View]:
        """Add to the view's part of the document."""
        decorator: Callable[[View], View] = flask_smorest.Blueprint.doc(**named)
        return decorator


def document_role(view: Any) -> None:
    """Say in a guarded view's part of the document who may ask, and what the others are told."""
    role = getattr(view, "needed_role", None)
    if role is None:
        return
    written = view.__dict__.setdefault("_apidoc", {}).setdefault("manual_doc", {})
    written.setdefault("security", [{"session": []}, {"token": []}])
    written.setdefault("x-role", role)
    written.setdefault("responses", {}).update(
        {"401": "UNAUTHORIZED", "403": "FORBIDDEN", "429": "TOO_MANY_REQUESTS"}
    )


class ErrorSchema(Schema):
    """The one shape of every error."""

    code = fields.String(required=True, metadata={"description": "A fixed word for programs."})
    message = fields.String(required=True, metadata={"description": "A sentence for a person."})
    trace = fields.String(required=True, metadata={"description": "Finds the request in the log."})
    retry_after = fields.Integer(metadata={"description": "Seconds to wait before asking again."})
    errors = fields.Dict(metadata={"description": "What is wrong with which field."})
    expect = fields.Integer(metadata={"description": "The sequence number that the server waits for."})
    last = fields.Integer(metadata={"description": "The last sequence number that was applied."})
    current = fields.Dict(metadata={"description": "How the thing stands that somebody else changed."})
    yours = fields.Dict(metadata={"description": "What you wanted to change of it."})
    standing = fields.List(fields.Dict(), metadata={"description": "The goods that stand in the way."})
    item = fields.Dict(metadata={"description": "The item that has it already."})
    location = fields.Dict(metadata={"description": "The location that has it already."})
    taken = fields.List(fields.String(), metadata={"description": "The codes that are taken."})
    sid = fields.String(metadata={"description": "The incarnation of the server."})
    directives = fields.List(fields.String(), metadata={"description": "What the device is to do now."})


class Api(flask_smorest.Api):  # type: ignore[misc]
    """The collector of blueprints; errors are answered in ``app.web.errors``, in the documented shape.

    The document is written when it is first read: it is most of the work of a start.
    """

    ERROR_SCHEMA = ErrorSchema

    def __init__(self, *args: Any, **options: Any) -> None:
        self.unwritten: list[Callable[[], None]] = []
        self._writing = Lock()
        super().__init__(*args, **options)

    def document(self) -> dict[str, Any]:
        """The whole OpenAPI document."""
        with self._writing:
            while self.unwritten:
                self.unwritten.pop(0)()
        written: dict[str, Any] = self.spec.to_dict()
        return written

    def _openapi_json(self) -> Response:
        return jsonify(self.document())

    def _register_responses(self) -> None:
        self.unwritten.append(super()._register_responses)

    def _register_error_handlers(self) -> None:
        """``app.web.errors`` does this for the whole application."""


SECURITY = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-tallyman",
        "description": "Made by POST /api/session (named `tallyman` over plain HTTP). Every write also "
        "sends the session's csrf_token as header X-CSRF-Token.",
    },
    "device": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Device <credential>`, given once at enrolment.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "`Bearer <token>`: a personal token, made under “My account” or by POST "
        "/api/account/tokens. It acts for its owner, reads, and writes in the areas of its scopes alone; it "
        "needs no X-CSRF-Token. 403 `scope_too_small`; 429 `retry_after` with the header Retry-After when "
        "it asks too often.",
    },
}


def quick_json(body: Any, status: int = 200) -> Response:
    """A body in the shape its schema documents, written without going through the schema once more."""
    return Response(msgspec.json.encode(body), status, mimetype="application/json")


def register_api(app: Flask, blueprints: Iterable[flask_smorest.Blueprint]) -> Api:
    """Serve the blueprints and their document at ``/api/openapi.json``."""
    app.config.update(
        API_TITLE="Tallyman",
        API_VERSION="1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    components = {"securitySchemes": SECURITY}
    api = Api(app, spec_kwargs={"info": {"description": t("api.introduction")}, "components": components})
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    return api
