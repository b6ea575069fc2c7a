"""The one shape of every JSON error."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

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


def error_body(code: str, message: str, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body of an error; ``trace`` finds the request in the log."""
    return {"code": code, "message": message, "trace": secrets.token_hex(8), **(fields or {})}


def error_response(status: int, code: str, message: str, **fields: Any) -> Response:
    """A JSON answer of the one shape."""
    body = error_body(code, message, fields)
    response = jsonify(body)
    response.status_code = status
    if "retry_after" in fields:
        response.headers["Retry-After"] = str(fields["retry_after"])
    return response


def wants_json() -> bool:
    """Whether the caller is a program: everything under /api."""
    return request.path.startswith("/api/")


def register_errors(app: Flask) -> None:
    """Answer every failure of an API request in the one shape, without a stack trace."""

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Response:
        return error_response(error.status, error.code, error.message, **error.fields)

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response | HTTPException:
        if not wants_json():
            return error
        status = error.code or 500
        details = getattr(error, "data", None) or {}
        fields = {"errors": details["messages"]} if "messages" in details else {}
        return error_response(status, CODES.get(status, "error"), error.description or "", **fields)

    app.register_error_handler(Exception, crash_response)


def crash_response(error: Exception) -> Response:
    """Record an unforeseen failure and answer 500 without saying more than its trace."""
    body = error_body("internal", "The server failed at this. It has been recorded.")
    current_app.logger.error("unhandled, trace %s", body["trace"], exc_info=error)
    response = jsonify(body)
    response.status_code = 500
    return response
