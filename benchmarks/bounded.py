"""Work in a process of its own that may take so long and no longer, whatever it is waiting for."""

import contextlib
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

Found = TypeVar("Found")
FORK = multiprocessing.get_context("fork")
"""Nothing is imported anew; who forks has no threads."""


class Unmeasured(Exception):
    """The work broke off, died or took too long; says which."""


def bounded(limit_s: float, work: Callable[..., Found], *arguments: Any) -> Found:
    """What the work returns. Raises Unmeasured; nothing that the work started outlives it."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=alone, args=(sender, work, arguments))
    sys.stdout.flush()
    process.start()
    sender.close()
    try:
        return answer_of(receiver, limit_s)
    finally:
        end(process)


def answer_of(receiver: "Connection[Any, Any]", limit_s: float) -> Any:
    """What the process says within the limit. Raises Unmeasured."""
    if not receiver.poll(limit_s):
        raise Unmeasured(f"took longer than {limit_s:.0f} s")
    try:
        found, fault = receiver.recv()
    except EOFError:
        raise Unmeasured("died") from None
    if fault:
        raise Unmeasured(fault)
    return found


def alone(sender: "Connection[Any, Any]", work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Do the work at the head of a group of processes, and tell what came of it."""
    os.setsid()
    try:
        told = (work(*arguments), "")
    except Exception as error:
        traceback.print_exc()
        told = (None, in_a_line(error))
    sender.send(told)


def in_a_line(error: Exception) -> str:
    """What went wrong; of a long text its first and its last line."""
    lines = str(error).strip().splitlines() or ["without a word"]
    return f"{type(error).__name__}: {' … '.join(dict.fromkeys((lines[0], lines[-1])))}"[:300]


def end(process: BaseProcess) -> None:
    """End the process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.kill()
    process.join(10)
