"""The scan field alone on a page: built by Vite, served with the product's own security headers."""

import mimetypes
import os
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from app.headers import SafeHeaders
from tests.browser.barcodes import FRONT_END, node


def build(target: Path) -> Path:
    """Build the page into a folder."""
    vite = FRONT_END / "node_modules" / "vite" / "bin" / "vite.js"
    command = [node(), vite, "build", "--config", "tests/scan/page/vite.config.ts", "--outDir", target]
    subprocess.run(command, cwd=FRONT_END, check=True, capture_output=True, env=os.environ | {"CI": "1"})
    return target


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the folder on a free port of this machine; gives the address."""
    server = make_server("127.0.0.1", 0, SafeHeaders(files_of(folder)), WSGIServer, QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def files_of(folder: Path) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = folder / (environ["PATH_INFO"].lstrip("/") or "index.html")
        if not path.is_file():
            start("404 Not Found", [])
            return [b""]
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        start("200 OK", [("Content-Type", "application/wasm" if path.suffix == ".wasm" else kind)])
        return [path.read_bytes()]

    return answer
