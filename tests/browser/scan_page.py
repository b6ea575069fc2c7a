"""The scan field alone on a page: built by Vite, served with the product's own security headers."""

import mimetypes
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from app.web.headers import SafeHeaders
from tests.browser.barcodes import FRONT_END, node


def build(target: Path, config: str = "tests/scan/page/vite.config.ts") -> Path:
    """Build the page of a Vite configuration into a folder."""
    vite = FRONT_END / "node_modules" / "vite" / "bin" / "vite.js"
    command = [node(), vite, "build", "--config", config, "--outDir", target]
    subprocess.run(command, cwd=FRONT_END, check=True, capture_output=True, env=os.environ | {"CI": "1"})
    return target


class ManyAtOnce(ThreadingMixIn, WSGIServer):
    """A browser opens connections that it may never use: none of them holds up the others, or the end."""

    daemon_threads = True
    block_on_close = False


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path, shell: str = "") -> Iterator[str]:
    """Serve the folder on a free port; gives the address. Paths below ``shell`` all give the first page."""
    server = make_server("127.0.0.1", 0, SafeHeaders(files_of(folder, shell)), ManyAtOnce, QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def files_of(folder: Path, shell: str) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked = environ["PATH_INFO"].lstrip("/") or "index.html"
        path = folder / ("index.html" if shell and asked.startswith(shell) else asked)
        if not path.is_file():
            start("404 Not Found", [])
            return [b""]
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        start("200 OK", [("Content-Type", "application/wasm" if path.suffix == ".wasm" else kind)])
        return [path.read_bytes()]

    return answer
