"""What monitoring reads: counted in this process, or asked of the database when it is read."""

import hmac
import time
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now_ms
from app.config import VERSION
from app.database import reading
from app.upkeep.state import State, state_of
from app.web.errors import Refusal
from app.words import t

EXTENSION = "tallyman.metrics"
LIVE = "tallyman.live"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
LOOPBACK = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}

metrics = Blueprint("metrics", __name__)


class Meters:
    """The counters of one process."""

    def __init__(self, app: Flask) -> None:
        self.registry = CollectorRegistry()
        self.pushes = Counter(
            "tallyman_pushes", "Pushes by how they ended", ["outcome"], registry=self.registry
        )
        self.operations = Counter(
            "tallyman_operations", "Operations by verdict", ["verdict"], registry=self.registry
        )
        self.seconds = Histogram(
            "tallyman_request_seconds",
            "Time from the request to its answer",
            ["endpoint", "method", "status"],
            buckets=SECONDS,
            registry=self.registry,
        )
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.registry.register(House(app))

    def pushed(self, outcome: str, verdicts: Iterable[Any]) -> None:
        """Count a push: ``taken``, or the code with which it was stopped, and what its operations got."""
        self.pushes.labels(outcome).inc()
        for status, number in Tally(verdict.status for verdict in verdicts).items():
            self.operations.labels(status).inc(number)


class House:
    """Figures that the database knows; read anew each time."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> list[Any]:
        """Nothing is read while the collector is being registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge; where the database cannot be read, only that."""
        yield gauge("tallyman_info", "The release that runs", {VERSION: 1}, "version")
        with self.app.app_context():
            try:
                with reading() as connection:
                    state = state_of(connection, now_ms())
            except (SQLAlchemyError, Refusal):
                yield gauge("tallyman_database_up", "Whether the database answers", {"": 0})
                return
            yield gauge("tallyman_database_up", "Whether the database answers", {"": 1})
            yield from state_gauges(state, now_ms())
            yield from live_gauges(self.app.extensions.get(LIVE), state.head)


def gauge(name: str, meaning: str, values: Mapping[str, float], label: str = "") -> GaugeMetricFamily:
    """One gauge, with a label where one is named."""
    family = GaugeMetricFamily(name, meaning, labels=[label] if label else [])
    for key, value in values.items():
        family.add_metric([key] if label else [], value)
    return family


def state_gauges(state: State, now: int) -> Iterator[GaugeMetricFamily]:
    """How the installation stands. Ages are seconds, 0 where nothing waits."""
    phones, queue = state.phones, state.queue
    yield gauge("tallyman_devices", "Devices", {"trusted": phones.trusted, "online": phones.online}, "state")
    yield gauge("tallyman_devices_stuck", "Connected, unsent for over 5 minutes", {"": len(phones.stuck)})
    yield gauge("tallyman_unsent_operations", "Operations that wait on devices", {"": phones.unsent})
    oldest = age_s(phones.oldest_unsent_at, now)
    yield gauge("tallyman_oldest_unsent_seconds", "Age of the oldest unsent operation", {"": oldest})
    yield gauge("tallyman_feed_head", "Position of the feed", {"": state.head})
    jobs = {"waiting": queue.waiting, "running": queue.running, "failed": queue.failed}
    yield gauge("tallyman_jobs", "Background work", jobs, "state")
    waiting = age_s(queue.oldest_due_at, now)
    yield gauge("tallyman_oldest_job_seconds", "How long the oldest due job waits", {"": waiting})
    opened = {"firm": state.firm, "provisional": state.provisional}
    yield gauge("tallyman_discrepancies", "Open discrepancies", opened, "state")
    yield gauge("tallyman_quarantine", "Operations in quarantine", {"": state.quarantined})
    yield gauge("tallyman_database_bytes", "Size of the database", {"": state.database_bytes})
    yield from run_gauges(state, now)


def run_gauges(state: State, now: int) -> Iterator[GaugeMetricFamily]:
    """The last check and the last backup; absent until there was one."""
    if state.check:
        found = state.check.summary["count"]
        yield gauge("tallyman_ledger_differences", "Ledger against balances, last check", {"": found})
        age = age_s(state.check.finished_at, now)
        yield gauge("tallyman_check_age_seconds", "Since the last check", {"": age})
    if state.backup:
        age = age_s(state.backup.finished_at, now)
        yield gauge("tallyman_backup_age_seconds", "Since the last backup that succeeded", {"": age})
    failed = int(state.backup_failed is not None)
    yield gauge("tallyman_backup_failed", "Whether the last backup failed", {"": failed})


def live_gauges(live: Any, head: int) -> Iterator[GaugeMetricFamily]:
    """The sockets of this process, and how far behind the feed they were told."""
    if live is not None:
        yield gauge("tallyman_sockets", "Open live connections of this process", {"": len(live.holders)})
        lag = max(0, head - live.last.head) if live.tailing else 0
        yield gauge("tallyman_feed_lag", "Changes not yet told to this process's sockets", {"": lag})


def age_s(at: int | None, now: int) -> float:
    """Seconds since ``at`` (milliseconds); 0 for nothing."""
    return 0.0 if at is None else max(0, now - at) / 1000


def meters() -> Meters:
    """Those of the application."""
    found: Meters = current_app.extensions[EXTENSION]
    return found


def register_metrics(app: Flask) -> None:
    """Count from now on; offer ``/metrics``."""
    counters = app.extensions[EXTENSION] = Meters(app)
    app.register_blueprint(metrics)

    @app.after_request
    def count(response: Response) -> Response:
        taken = time.perf_counter() - g.get("started_at", time.perf_counter())
        endpoint, method = request.endpoint or "(none)", request.method
        counters.seconds.labels(endpoint, method, f"{response.status_code // 100}xx").observe(taken)
        return response


@metrics.get("/metrics")
def show() -> Response:
    """The figures as Prometheus reads them."""
    if not may_read():
        raise Refusal(403, "not_allowed", t("error.not_allowed"))
    return Response(generate_latest(meters().registry), content_type=CONTENT_TYPE_LATEST)


def may_read() -> bool:
    """Whether the one who asks shows the token, or sits on this machine with no proxy in between."""
    token = current_app.config["TALLYMAN"].metrics_token
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if token and shown:
        return hmac.compare_digest(shown.encode(), token.encode())
    return request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)
