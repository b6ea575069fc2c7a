"""The log: one line for each request, with its trace, as JSON for machines or as text for people.

Addresses are logged by their pattern (``/api/jobs/<job_id>``), so nothing secret that stands in one gets
into the log.
"""

import logging
import sys
import time
from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars

from app.monitoring.trace import trace

QUIET = {"/healthz", "/readyz"}
SLOW_MS = 2000
MOST_NAMES = 20


def register_logs(app: Flask) -> None:
    """Log every request; tests see the lines through pytest's own handler."""
    settings = app.config["TALLYMAN"]
    configure()
    if not settings.testing:
        send_to_standard_error(settings.log_format, settings.log_level)
    logger = structlog.stdlib.get_logger("tallyman.request")
    app.before_request(_start_clock)

    @app.after_request
    def log(response: Response) -> Response:
        line = described(response)
        if line["path"] not in QUIET or response.status_code >= 400:
            logger.log(importance(response.status_code, line["ms"]), "request", **line)
        return response


def described(response: Response) -> dict[str, Any]:
    """What the log says of a request."""
    rule = request.url_rule.rule if request.url_rule else "(none)"
    ms = round((time.perf_counter() - g.get("started_at", time.perf_counter())) * 1000, 1)
    return {
        "method": request.method,
        "path": rule,
        "status": response.status_code,
        "ms": ms,
        "address": request.remote_addr,
    }


def importance(status: int, ms: float) -> int:
    """The level of a request's line."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if ms > SLOW_MS else logging.INFO


def note(**facts: Any) -> None:
    """Say of every line that follows in this request, or this job, who and what it is about."""
    bind_contextvars(**facts)


def some_of(names: Sequence[str]) -> list[str]:
    """Names for the log: all of a few; of many the first and the last, between which they lie."""
    return list(names) if len(names) <= MOST_NAMES else [names[0], "…", names[-1]]


SHARED: tuple[structlog.typing.Processor, ...] = (
    merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


def configure() -> None:
    """Hand what structlog is given to the standard library's loggers."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def send_to_standard_error(log_format: str, level: str) -> None:
    """Let every logger of the process write lines of one form."""
    plain = log_format == "plain" or (log_format == "auto" and sys.stderr.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer() if plain else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)


def _start_clock() -> None:
    clear_contextvars()
    note(trace=trace())
    g.started_at = time.perf_counter()
