"""What stands beside two instances: nginx with the file that we ship, and Redis."""

import contextlib
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from app.server.certificates import Certificates
from tests.needs import find_nginx, find_redis
from tests.serving import ROOT, Served, free_port

SHIPPED = ROOT / "docs" / "deploy" / "nginx.conf"
HSTS = "add_header Strict-Transport-Security"
"""Beside it stands what tells which instance answered: nginx inherits headers as a whole or not at all."""
WHOLE = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def site(instances: tuple[Served, Served], files: Certificates, ports: tuple[int, int]) -> str:
    """The shipped file with the lines changed that it says are to be changed."""
    text = led_to(instances)
    text = text.replace(HSTS, f"add_header X-Instance $upstream_addr always; {HSTS}")
    text = text.replace("/etc/ssl/tallyman/server.crt", str(files.leaf))
    text = text.replace("/etc/ssl/tallyman/server.key", str(files.leaf_key))
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{ports[0]} ssl")
    return text.replace("listen 80;", f"listen 127.0.0.1:{ports[1]};")


def plain_site(instances: tuple[Served, Served], port: int) -> str:
    """The shipped file without TLS, for what measures the instances rather than nginx."""
    text = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", led_to(instances), count=1, flags=re.DOTALL)
    text = re.sub(r"\n    ssl_[^\n]*", "", text)
    return text.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")


def led_to(instances: tuple[Served, Served]) -> str:
    """The shipped file with the addresses of these instances."""
    text = SHIPPED.read_text()
    for number, one in enumerate(instances, start=1):
        text = text.replace(f"127.0.0.1:800{number}", one.url.removeprefix("http://"))
    return text


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a real Redis, which keeps nothing."""
    program, port = find_redis(), free_port()
    assert program, "redis-server is neither here nor to be had by apt"
    quiet = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--dir", str(folder))
    command = [program, "--port", str(port), *quiet]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            wait_for(process, port)
            yield f"redis://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextlib.contextmanager
def nginx(folder: Path, text: str, port: int) -> Iterator[None]:
    """A real nginx with just this configuration."""
    program = find_nginx()
    assert program, "nginx is neither here nor to be had by apt"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "nginx.conf").write_text(WHOLE.format(folder=folder, site=text))
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            wait_for(process, port)
            yield
        finally:
            process.terminate()
            process.wait(20)


def wait_for(process: "subprocess.Popen[str]", port: int) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    said = process.stdout.read() if process.stdout and process.poll() is not None else "no answer"
    raise AssertionError(said)
