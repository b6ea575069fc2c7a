"""The processes that ``./manage run`` starts: each ends with it, whatever happens."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

GRACE_S = 12
PATIENCE_S = 5
"""A process that ended sooner after its start than this is not started again at once."""
DIE_WITH_PARENT = 1
"""Linux: PR_SET_PDEATHSIG."""


class Child:
    """One process in a session of its own, so that Ctrl-C reaches it through us and in order."""

    def __init__(self, name: str, command: list[str], log: Path) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        self.started_at = time.monotonic()
        with self.log.open("ab") as output:
            return subprocess.Popen(
                self.command,
                cwd=Path(__file__).parent.parent.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def restart(self) -> None:
        """Start it again; not in a busy loop if it ends at once."""
        if time.monotonic() - self.started_at < PATIENCE_S:
            time.sleep(PATIENCE_S)
        self.process = self._start()

    def ask_to_end(self) -> None:
        """Let it finish what it is doing."""
        if not self.has_ended():
            self.process.terminate()

    def stop(self) -> None:
        """Wait until it has ended as asked; after a while make it end."""
        try:
            self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:]


def end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def is_answering(port: int) -> bool:
    """Whether the server of this machine answers on the port."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
