"""How gunicorn runs us. Green threads are switched on here and nowhere else, before all other imports."""

# ruff: noqa: E402 - the patching must come first
import os
import warnings

MODE = os.environ.get("SERVER_MODE", "eventlet")
if MODE == "eventlet":
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()

import gunicorn.workers

from app.server.settings import bound_addresses, raise_file_limit, worker_for

WORKERS = {
    "eventlet": "app.server.eventlet_worker.EventletWorker",
    "threads": "app.server.threads_worker.ThreadsWorker",
}
gunicorn.workers.SUPPORTED_WORKERS.update(WORKERS)
raise_file_limit()

worker_class = worker_for(MODE)
workers = 1
threads = int(os.environ.get("SERVER_THREADS", "64"))
worker_connections = 4000
bind = bound_addresses(os.environ)
keepalive = 30
timeout = 60
graceful_timeout = 20
control_socket_disable = True
sendfile = False
"""Green sockets do not block, and the system's sendfile refuses those: files would break off in the middle."""
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
