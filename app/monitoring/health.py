"""Whether the process lives, and whether it can do its work: for those who watch over it."""

import shutil
from pathlib import Path

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.database import reading
from app.database.schema import is_current
from app.web.errors import Refusal

health = Blueprint("health", __name__)

FREE_BYTES = 200 * 1024 * 1024
"""Less free disk than this is too little to promise that what people scan can be stored."""


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """The database answers, its tables are those this code needs, and there is room on the disk."""
    checks = {**database_checks(), "disk": disk_check(current_app.config["TALLYMAN"].home)}
    is_ready = all(state == "ok" for state in checks.values())
    return jsonify(status="ok" if is_ready else "unavailable", checks=checks), 200 if is_ready else 503


def database_checks() -> dict[str, str]:
    """The state of the database and of its tables."""
    try:
        with reading() as connection:
            connection.execute(text("SELECT 1"))
            current = is_current(connection)
    except (SQLAlchemyError, Refusal):
        return {"database": "unavailable", "migrations": "unknown"}
    return {"database": "ok", "migrations": "ok" if current else "behind: run flask database-upgrade"}


def disk_check(home: Path) -> str:
    """Whether there is room where the data live."""
    return "ok" if shutil.disk_usage(home).free >= FREE_BYTES else "nearly full"
