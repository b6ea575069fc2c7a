"""The application: wiring, nothing else."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from app.catalog.category_pages import category_pages
from app.catalog.field_pages import field_pages
from app.catalog.import_items import ITEMS
from app.catalog.merge_pages import merge_pages
from app.catalog.pack_pages import pack_pages
from app.catalog.pack_routes import packs
from app.catalog.pages import item_pages
from app.catalog.photo_pages import photo_pages
from app.catalog.routes import items
from app.catalog.shelf import keep_shelf
from app.cli import register_commands
from app.clock import HOUR_MS
from app.config import Settings, settings_from
from app.database import init_database
from app.exchange.routes import doors
from app.exchange.snapshot import SNAPSHOT, build_ahead
from app.imports.kinds import register_imports
from app.imports.pages import import_pages
from app.imports.routes import imports
from app.imports.steering import CHECK, RUN, SWEEP, UNDO, sweep_imports
from app.imports.undo import undo_import
from app.imports.work import check_import, run_import
from app.jobs import Work, register_jobs
from app.jobs.routes import jobs as job_routes
from app.live import register_live
from app.monitoring.health import health
from app.monitoring.logs import register_logs
from app.monitoring.metrics import register_metrics
from app.monitoring.trace import register_trace
from app.office.guide_pages import guide_pages
from app.office.pages import register_office
from app.people.access.credentials import register_credentials
from app.people.access.join_pages import join
from app.people.access.link_mail import SEND_LINK, send_link_job
from app.people.access.pages import access_pages
from app.people.access.routes import access
from app.people.access.throttle import register_throttle
from app.people.account.factor_pages import factor_pages
from app.people.account.routes import account
from app.people.account.token_pages import token_pages
from app.people.audit.pages import audit_pages
from app.people.audit.routes import audit
from app.people.devices.pages import device_pages
from app.people.devices.pin_pages import pin_pages
from app.people.devices.pin_routes import pins
from app.people.devices.routes import enrolments
from app.people.import_users import USERS
from app.people.pages import pages as people_pages
from app.people.routes import sessions
from app.people.sites import keep_directory
from app.people.user_pages import user_pages
from app.people.user_routes import users
from app.people.views.pages import view_pages
from app.phone import phone
from app.pwa import register_pwa
from app.settings import register_settings
from app.settings.pages import settings_pages
from app.stock.book.watermark import FIRM_UP, firm_up_job
from app.stock.count_tasks.pages import count_task_pages
from app.stock.count_tasks.tasks import TELL, tell_tasks_job
from app.stock.discrepancies.pages import discrepancy_pages
from app.stock.discrepancies.routes import discrepancies_json
from app.stock.import_stock import STOCK
from app.stock.levels.pages import pages as stock_pages
from app.stock.movements.pages import movement_pages
from app.stock.office.pages import posting_pages
from app.stock.quarantine.pages import quarantine_pages
from app.stock.quarantine.routes import quarantine_json
from app.stock.retirement.pages import device_retirement
from app.stock.retirement.retired_devices import CLOSE_COUNTED, close_counted_job
from app.stock.retirement.routes import retirements
from app.stock.routes import stock
from app.stock.shelf import BookShelf
from app.upkeep.nightly import BACKUP, TIDY, backup_job, check_job, tidy_job
from app.upkeep.nightly import CHECK as CHECK_BOOK
from app.upkeep.pages import upkeep_pages
from app.upkeep.verify_pages import verify_pages
from app.values.numbers import register_numbers
from app.warehouse.import_places import LOCATIONS
from app.warehouse.pages import location_pages
from app.warehouse.routes import locations
from app.warehouse.sites import sites_in_use
from app.web.api import register_api
from app.web.api_reader import reader
from app.web.bodies import register_bodies
from app.web.compression import register_compression
from app.web.device_cookie import register_device_cookie
from app.web.errors import register_errors
from app.web.headers import SafeHeaders, behind_proxies
from app.words import register_words

JSON_BLUEPRINTS = (
    sessions,
    account,
    users,
    access,
    audit,
    enrolments,
    pins,
    retirements,
    items,
    packs,
    imports,
    locations,
    stock,
    discrepancies_json,
    quarantine_json,
    doors,
    job_routes,
)
"""Everything under ``/api``: documented in the one OpenAPI document."""

PAGE_BLUEPRINTS = (
    health,
    phone,
    people_pages,
    user_pages,
    access_pages,
    audit_pages,
    factor_pages,
    token_pages,
    join,
    device_pages,
    pin_pages,
    device_retirement,
    view_pages,
    settings_pages,
    guide_pages,
    category_pages,
    field_pages,
    photo_pages,
    pack_pages,
    import_pages,
    item_pages,
    merge_pages,
    location_pages,
    stock_pages,
    movement_pages,
    upkeep_pages,
    discrepancy_pages,
    quarantine_pages,
    posting_pages,
    verify_pages,
    count_task_pages,
    reader,
)
"""Everything that people see in a browser."""

JOBS: dict[str, Work] = {
    CHECK: check_import,
    RUN: run_import,
    UNDO: undo_import,
    SNAPSHOT: build_ahead,
    SWEEP: sweep_imports,
    FIRM_UP: firm_up_job,
    CLOSE_COUNTED: close_counted_job,
    TELL: tell_tasks_job,
    SEND_LINK: send_link_job,
    BACKUP: backup_job,
    CHECK_BOOK: check_job,
    TIDY: tidy_job,
}
"""What the worker can do, by name; a job is a function of a ``Task``."""

IMPORTS = (ITEMS, LOCATIONS, STOCK, USERS)
"""The kinds of tables that can be imported."""

EVERY_MS = {
    SWEEP: HOUR_MS,
    FIRM_UP: 15_000,
    CLOSE_COUNTED: 15_000,
    TELL: 600_000,
    BACKUP: 300_000,
    CHECK_BOOK: 300_000,
    TIDY: 300_000,
}
"""Jobs that recur, and how often."""


class Tallyman(Flask):
    """Flask without coroutines: looking for them at every hook was a twentieth of a small request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from its settings; the environment decides where none are given."""
    app = Tallyman(__name__, static_folder=None)
    app.config.update((settings or settings_from()).flask())
    register_numbers(app)
    register_logs(app)
    register_trace(app)
    register_device_cookie(app)
    register_compression(app)
    register_bodies(app)
    init_database(app)
    register_commands(app)
    register_errors(app)
    register_words(app)
    register_credentials(app)
    register_throttle(app)
    register_settings(app)
    register_office(app)
    register_pwa(app)
    register_jobs(app, JOBS, EVERY_MS)
    register_imports(app, IMPORTS, then=(SNAPSHOT,))
    keep_shelf(app, BookShelf())
    keep_directory(app, sites_in_use)
    register_api(app, JSON_BLUEPRINTS)
    register_live(app)
    register_metrics(app)
    for blueprint in PAGE_BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = SafeHeaders(behind_proxies(app))  # type: ignore[method-assign]
    return app
