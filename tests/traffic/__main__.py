"""``python -m tests.traffic 0.1.0``: record what this release's client sends and gets, for later servers."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from app import create_app
from app.config import Settings
from app.database import Base, database, reading, transaction
from app.database.base_rows import seed_base_rows
from tests.serving import ROOT
from tests.traffic.world import balances, credentials, furnished

FRONT_END = ROOT / "app" / "static" / "pwa"
VECTORS = ROOT / "tests" / "vectors" / "traffic"
SCENARIO = ["npx", "vitest", "run", "--config", "tests/traffic/vitest.config.ts"]


def main(words: list[str]) -> int:
    """Play the scenario with the real client against the real server, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m tests.traffic", description=__doc__)
    parser.add_argument("name", help="the release whose client it is, such as 0.1.0")
    path = VECTORS / f"{parser.parse_args(words).name}.json"
    with tempfile.TemporaryDirectory(prefix="tallyman-traffic-") as folder:
        recorded = record(Path(folder))
    path.write_text(written(recorded))
    print(f"{len(recorded['traffic'])} requests, {path.stat().st_size:,} bytes: {path}")
    return 0


def record(home: Path) -> dict[str, Any]:
    """Everything that went over the wire, and what lies where at the end."""
    app = create_app(
        Settings(
            home=home, database_url=f"sqlite:///{home}/t.sqlite3", secret_key="record", log_level="error"
        )
    )
    with app.app_context():
        with transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
            world = furnished(connection)
            keys = credentials(connection, world["person"])
        database.session.remove()
        with listening(app) as address:
            traffic = played(address, world, keys, home / "traffic.json")
        with reading() as connection:
            return {"world": world, "traffic": traffic, "balances": balances(connection)}


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The application on a free port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def played(url: str, world: dict[str, int], keys: dict[str, str], path: Path) -> Any:
    """The client's own code plays the scenario; what went over the wire."""
    told = {"url": url, "world": world, "credentials": keys, "path": str(path)}
    environment = {**os.environ, "TRAFFIC": json.dumps(told)}
    subprocess.run(SCENARIO, cwd=FRONT_END, env=environment, check=True)
    return json.loads(path.read_text())


def written(recorded: dict[str, Any]) -> str:
    """One line a request, so that people can read it and git can compare it."""
    lines = ",\n  ".join(json.dumps(each, separators=(",", ":")) for each in recorded["traffic"])
    rest = {name: held for name, held in recorded.items() if name != "traffic"}
    return json.dumps(rest)[:-1] + ',\n "traffic": [\n  ' + lines + "\n ]}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
