"""The page on which an administrator sees whether the installation is well."""

import shutil

from flask import Blueprint, Response, flash, render_template

from app.clock import now_ms
from app.config import VERSION
from app.database import database, reading, transaction
from app.database.schema import newest_revision
from app.jobs import enqueue
from app.people.guard import require_role
from app.settings import in_force
from app.settings.known import OFF
from app.upkeep.backups import backup_folder, listed_backups
from app.upkeep.job_desk import dismiss, job_lines, retry
from app.upkeep.nightly import BACKUP, CHECK
from app.upkeep.runs import latest_checks
from app.upkeep.state import state_of
from app.upkeep.worries import Expected, worries
from app.web.replies import to_page
from app.words import t

upkeep_pages = Blueprint("upkeep_pages", __name__, url_prefix="/health")

BACKUPS_SHOWN = 14
CHECKS_SHOWN = 10
BEGUN = {"backup": (BACKUP, "upkeep.backup_begun"), "check": (CHECK, "upkeep.check_begun")}


@upkeep_pages.route("")
@require_role("administrator")
def health() -> str:
    """Everything on one page."""
    now = now_ms()
    free = shutil.disk_usage(in_force().home)
    with reading() as connection:
        state = state_of(connection, now)
        jobs = job_lines(connection)
        checks = latest_checks(connection, CHECKS_SHOWN)
    return render_template(
        "upkeep/health.html",
        state=state,
        jobs=jobs,
        checks=checks,
        backups=listed_backups()[:BACKUPS_SHOWN],
        folder=backup_folder(),
        worries=worries(state, expected(free.free), now),
        disk=free,
        settings=in_force(),
        engine=database.engine.dialect.name,
        version=VERSION,
        revision=newest_revision(),
    )


def expected(free_bytes: int) -> Expected:
    """What may be asked of this installation."""
    return Expected(in_force().backup_at != OFF, in_force().check_at != OFF, free_bytes)


@upkeep_pages.route("/<any(backup, check):kind>", methods=["POST"])
@require_role("administrator")
def begin(kind: str) -> Response:
    """Have the worker back up or check now."""
    job, words = BEGUN[kind]
    with transaction() as connection:
        enqueue(connection, job, {"now": True}, f"now:{kind}")
    return back(words)


@upkeep_pages.route("/jobs/<job_id>/retry", methods=["POST"])
@require_role("administrator")
def try_again(job_id: str) -> Response:
    """Put failed work back into the queue."""
    with transaction() as connection:
        retry(connection, job_id)
    return back("upkeep.job_retried")


@upkeep_pages.route("/jobs/<job_id>/dismiss", methods=["POST"])
@require_role("administrator")
def forget(job_id: str) -> Response:
    """Forget failed work."""
    with transaction() as connection:
        dismiss(connection, job_id)
    return back("upkeep.job_dismissed")


def back(words: str) -> Response:
    """To the page again, with a note."""
    flash(t(words), "green")
    return to_page("upkeep_pages.health")
