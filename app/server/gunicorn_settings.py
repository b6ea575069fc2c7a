"""What gunicorn.conf.py must work out: the worker, the addresses, how many files may be open."""

import gc
import importlib.util
import resource
from collections.abc import Mapping

MODES = ("eventlet", "threads", "gevent")


def worker_for(mode: str) -> str:
    """Gunicorn's name of the worker for a ``SERVER_MODE``; ends the start with a sentence where none is."""
    if mode not in MODES:
        raise SystemExit(f"SERVER_MODE is {mode!r}; it may be eventlet (the default), threads or gevent.")
    if mode == "gevent" and importlib.util.find_spec("gevent") is None:
        raise SystemExit(
            "SERVER_MODE=gevent needs the package gevent, which is not installed: "
            "install it beside the others, or choose SERVER_MODE=eventlet (the default) or threads."
        )
    return mode


def bound_addresses(environ: Mapping[str, str]) -> list[str]:
    """Where to listen: ``HOST`` (default: all) on ``PORT``, and on ``TLS_PORT`` where it is set."""
    host = environ.get("HOST") or "0.0.0.0"  # noqa: S104 - phones come from the local network
    ports = [environ.get("PORT") or "8000", environ.get("TLS_PORT") or "0"]
    return [f"{host}:{port}" for port in ports if int(port)]


def raise_file_limit() -> None:
    """Every client is an open file: use as many as the system allows us."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def ease_collector() -> None:
    """Look for cycles of dead objects less often, and never among what was loaded at the start.

    At Python's own pace a fifth of the time of a push of 500 went into going through the whole house.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
