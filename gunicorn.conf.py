"""How gunicorn runs us. Green threads are switched on here and nowhere else, before all other imports."""

# ruff: noqa: E402 - the patching must come first
import importlib.util
import os
import warnings

MODE = os.environ.get("SERVER_MODE") or "eventlet"
if MODE == "eventlet":
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")
elif MODE == "gevent" and importlib.util.find_spec("gevent"):
    from gevent import monkey

    monkey.patch_all()

import logging
from typing import Any

import gunicorn.workers

from app.config import home_of
from app.server.gunicorn_settings import bound_addresses, ease_collector, raise_file_limit, worker_for
from app.upkeep.in_use import hold, refuse_broken_off

WORKERS = {
    "eventlet": "app.server.eventlet_worker.EventletWorker",
    "gevent": "app.server.gevent_worker.GeventWorker",
    "threads": "app.server.threads_worker.ThreadsWorker",
}
gunicorn.workers.SUPPORTED_WORKERS.update(WORKERS)
raise_file_limit()

worker_class = worker_for(MODE)
workers = 1
threads = int(os.environ.get("SERVER_THREADS") or 64)
worker_connections = 4000
bind = bound_addresses(os.environ)
keepalive = 30
timeout = 60
graceful_timeout = 20
control_socket_disable = True
sendfile = False
"""Green sockets do not block, which the system's sendfile cannot bear: files would break off midway."""
errorlog = "-"
loglevel = (os.environ.get("LOG_LEVEL") or "info").lower()


def on_starting(_server: Any) -> None:
    """Nothing is served from what a broken-off restore has left."""
    refuse_broken_off(home_of(os.environ))


def post_worker_init(_worker: Any) -> None:
    """Nothing may take the database's place while we serve."""
    hold(home_of(os.environ))
    ease_collector()


def worker_exit(_server: Any, worker: Any) -> None:
    """Leave at once: taking a large interpreter apart would only make the end of the server slower."""
    if worker.booted:
        logging.shutdown()
        os._exit(0)
