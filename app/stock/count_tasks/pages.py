"""Office pages of the count tasks: what is to be counted again, asked for from a discrepancy, taken back."""

from flask import Blueprint, Response, flash, render_template, request

from app.clock import now_ms
from app.database import publish, reading, transaction
from app.lists.exports import asked_kind, download
from app.people.guard import current_user_id, require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page
from app.stock.count_tasks.tables_out import tasks_table
from app.stock.count_tasks.tasks import (
    Wanted,
    ask_for_count,
    cancel_count,
    found_tasks,
    task_page,
    task_reason,
    task_state,
    tasks_asked,
)
from app.stock.discrepancies.listing import standing_discrepancy
from app.web.errors import Refusal
from app.web.replies import to_page
from app.words import t
from sync.sentence import Sentence

count_task_pages = Blueprint("count_task_pages", __name__)


@count_task_pages.route("/recounts")
@require_role("viewer")
@list_page
def tasks() -> Response | str:
    """What waits to be counted, in walking order; or what was."""
    listing = tasks_asked(request.args)
    if kind := asked_kind():
        return download(as_seen(tasks_table(found_tasks(listing))), kind)
    with reading() as connection:
        page = task_page(connection, listing)
    return render_template("stock/recounts.html", page=page, task_reason=task_reason, task_state=task_state)


@count_task_pages.route("/discrepancies/<int(max=2147483647):number>/recount", methods=["POST"])
@require_role("manager")
def ask(number: int) -> Response:
    """Ask for the place of a discrepancy to be counted again."""
    with transaction() as connection:
        found = standing_discrepancy(connection, number)
        if found.location_id is None:
            raise Refusal(422, "invalid", t("stock.no_place_to_count"))
        place = (found.location_id, found.item_id, found.lot)
        wanted = Wanted(*place, why=Sentence(f"kind_{found.kind}"), discrepancy_id=number)
        task = ask_for_count(connection, wanted, current_user_id(), now_ms())
        publish(connection, [("count_task", str(task))])
    flash(t("stock.recount_asked"), "green")
    return to_page("discrepancy_pages.one", number=number)


@count_task_pages.route("/recounts/<int(max=2147483647):task>/cancel", methods=["POST"])
@require_role("manager")
def cancel(task: int) -> Response:
    """Take the request back."""
    with transaction() as connection:
        cancel_count(connection, task, now_ms())
        publish(connection, [("count_task", str(task))])
    flash(t("stock.recount_cancelled"), "green")
    return to_page("count_task_pages.tasks")
