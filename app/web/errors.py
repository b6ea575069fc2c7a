"""The one shape of every JSON error."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.monitoring.logs import note
from app.monitoring.trace import trace
from app.words import t

CODES = {
    400: "bad_request",
    401: "sign_in_required",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "not_json",
    422: "invalid",
    429: "retry_after",
    503: "unavailable",
}


class Refusal(Exception):
    """Ends a request with one clear error: status, code, a message for a person, further fields."""

    def __init__(self, status: int, code: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields


def refused_field(
    name: str, message: str, status: int = 422, code: str = "invalid", **fields: Any
) -> Refusal:
    """The refusal of one field of a body or a form, said beside it."""
    return Refusal(status, code, message, errors={"json": {name: [message]}}, **fields)


def error_body(code: str, message: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of an error; ``trace`` finds the request in the log."""
    return {"code": code, "message": message, "trace": trace(), **(fields or {})}


def error_response(status: int, code: str, message: str, **fields: Any) -> Response:
    """The answer of the one shape; people get a page of it, the log its code."""
    note(refused=code)
    response = shown(status, error_body(code, message, fields))
    if "retry_after" in fields:
        response.headers["Retry-After"] = str(fields["retry_after"])
    return response


def wants_json() -> bool:
    """Whether the caller is a program: everything under /api but the page that explains it."""
    return request.path.startswith("/api/") and request.path != "/api/"


def described(error: HTTPException) -> str:
    """Our own words for a common failure, unless the one who raised it gave better ones."""
    if error.description != type(error).description or error.code not in CODES:
        return error.description or ""
    return t(f"error.{CODES[error.code]}")


def shown(status: int, body: Mapping[str, Any]) -> Response:
    """The error as JSON for a program, as a page for a person."""
    if wants_json():
        response = jsonify(body)
    else:
        response = make_response(render_template("errors/error.html", status=status, **body))
    response.status_code = status
    return response


def register_errors(app: Flask) -> None:
    """Answer every failure of an API request in the one shape, without a stack trace."""

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return error_response(error.status, error.code, error.message, **error.fields)

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if error.response is not None or status < 400:
            return error
        details = getattr(error, "data", None) or {}
        fields = {"errors": details["messages"]} if "messages" in details else {}
        response = error_response(status, CODES.get(status, "error"), described(error), **fields)
        if isinstance(error, MethodNotAllowed):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response

    app.register_error_handler(Exception, crash_response)


def crash_response(error: Exception) -> Response:
    """Record an unforeseen failure and answer 500 without saying more than its trace."""
    body = error_body("internal", t("error.internal"))
    current_app.logger.error("unhandled, trace %s", body["trace"], exc_info=error)
    return shown(500, body)
