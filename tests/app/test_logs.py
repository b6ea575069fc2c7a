"""The log names each request as its answer does, and tells no secrets."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.logs import importance


def test_an_error_can_be_found_in_the_log_by_its_trace(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    @app.get("/api/test/broken")
    def broken() -> str:
        raise ZeroDivisionError

    answer = client.get("/api/test/broken")
    assert answer.json["trace"] == answer.headers["X-Request-ID"]
    assert answer.json["trace"] in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_the_callers_own_name_is_kept_if_it_is_harmless(client: FlaskClient) -> None:
    named = client.get("/api/nothing", headers={"X-Request-ID": "phone-3.scan-0017"})
    assert named.json["trace"] == named.headers["X-Request-ID"] == "phone-3.scan-0017"
    for bad in ("short", "x" * 65, "a b c d e f", "<script>alert</script>"):
        assert client.get("/api/nothing", headers={"X-Request-ID": bad}).headers["X-Request-ID"] != bad


@pytest.mark.parametrize(
    ("status", "ms", "level"),
    [(200, 5, logging.INFO), (404, 5, logging.INFO), (200, 5000, logging.WARNING), (503, 5, logging.ERROR)],
)
def test_failures_and_slowness_stand_out(status: int, ms: float, level: int) -> None:
    assert importance(status, ms) == level


LOGGING = """
import sys
from pathlib import Path
from app import create_app
from app.config import Settings
home = Path(sys.argv[1])
place = f"sqlite:///{home / 'tallyman.sqlite3'}"
app = create_app(Settings(home, place, "only for tests", log_format="json"))
app.test_client().get("/api/jobs/a-secret-id?token=another-secret")
app.test_client().get("/healthz")
app.logger.warning("watch out")
"""


def test_lines_are_json_without_the_secrets_of_an_address(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOGGING, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["request", "watch out"]
    assert (lines[0]["path"], lines[0]["status"], lines[0]["level"]) == ("/api/jobs/<job_id>", 401, "info")
    assert "secret" not in ended.stderr
