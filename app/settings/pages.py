"""Door to the settings: what administrators decide, and what the server's environment fixes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    render_template,
    request,
)
from sqlalchemy import make_url

from app.clock import now_ms
from app.config import VERSION, Settings
from app.database import reading, transaction
from app.people.access.owner import require_owner
from app.people.guard import current_user_id, require_role
from app.settings import decide, forget_read, in_force, is_fixed, read_settings, shown
from app.settings.known import GROUPS, KNOWN
from app.upkeep.retention import more_going, outlook
from app.web.replies import once_more, to_page
from app.words import t

settings_pages = Blueprint("settings_pages", __name__)


@settings_pages.route("/settings", methods=["GET", "POST"])
@require_role("administrator")
@require_owner
def show() -> Response | str:
    """Every setting, and the form to change those of the office."""
    if request.method == "GET":
        return page({}, {})
    values, problems = read_settings(request.form)
    if not problems and "agreed" not in request.form and kept_lines(values)["more"]:
        problems = {"agreed": t("settings.keeping_look")}
    if problems:
        return once_more(page(request.form, problems))
    with transaction() as connection:
        decide(connection, current_user_id(), values)
    forget_read()
    flash(t("common.saved"), "green")
    return to_page(".show")


@settings_pages.route("/settings/keeping", methods=["POST"])
@require_role("administrator")
def keeping() -> str:
    """What would go with the days that are typed: nothing is saved."""
    values, _problems = read_settings(request.form)
    return render_template("parts/keeping.html", **kept_lines(values), problems={})


def kept_lines(values: Mapping[str, Any]) -> dict[str, Any]:
    """What there is of all that may go, how much would, and how much more than by the days that hold now."""
    now, held = now_ms(), asdict(in_force())
    with reading() as connection:
        more = more_going(connection, held, values, now)
        return {"kept": outlook(connection, values, now), "more": more}


def page(typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    """The page, with what was typed where it was refused."""
    base: Settings = current_app.config["TALLYMAN"]
    held = asdict(in_force())
    values = {known.name: typed.get(known.name, shown(held[known.name])) for known in KNOWN}
    fixed = {known.name: known.variable for known in KNOWN if is_fixed(base, known)}
    chapters = [(group, [known for known in KNOWN if known.group == group]) for group in GROUPS]
    named = {"chapters": chapters, "values": values, "fixed": fixed}
    named |= kept_lines(read_settings(values)[0])
    return render_template("settings.html", **named, problems=problems, machine=machine(base))


def machine(base: Settings) -> list[tuple[str, str, str]]:
    """What only the environment decides: words, value without secrets, and the variable."""
    database = make_url(base.database_url).render_as_string(hide_password=True)
    return [
        (t("settings.version"), VERSION, ""),
        (t("settings.home"), str(base.home), "TALLYMAN_HOME"),
        (t("settings.database"), database, "DATABASE_URL"),
        (t("settings.server_mode"), base.server_mode, "SERVER_MODE"),
        (t("settings.ports"), f"{base.port}, {base.tls_port or '—'}", "PORT, TLS_PORT"),
        (t("settings.backups"), str(base.backup_folder or base.home / "backups"), "BACKUP_FOLDER"),
        (t("settings.redis"), t("settings.set" if base.redis_url else "settings.not_set"), "REDIS_URL"),
        (t("settings.log"), f"{base.log_format}, {base.log_level}", "LOG_FORMAT, LOG_LEVEL"),
    ]
