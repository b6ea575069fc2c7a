"""How gunicorn and eventlet run us: the only place that knows green threads."""

import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def async_mode() -> str:
    """What Socket.IO must be told; left to itself it takes eventlet wherever that is installed."""
    if "eventlet.patcher" in sys.modules:
        from eventlet.patcher import is_monkey_patched

        if is_monkey_patched("thread"):
            return "eventlet"
    gevent = sys.modules.get("gevent.monkey")
    return "gevent" if gevent is not None and gevent.is_module_patched("threading") else "threading"


def run_blocking(
    function: Callable[Parameters, Result], *args: Parameters.args, **named: Parameters.kwargs
) -> Result:
    """Run what keeps the processor busy without freezing the other requests; its result or its error.

    On green threads it runs in a real thread, where neither the database nor a lock may be touched.
    """
    mode = async_mode()
    if mode == "eventlet":
        from eventlet import tpool

        return cast(Result, tpool.execute(function, *args, **named))
    if mode == "gevent":
        from gevent import get_hub

        return cast(Result, get_hub().threadpool.apply(function, args, named))
    return function(*args, **named)
