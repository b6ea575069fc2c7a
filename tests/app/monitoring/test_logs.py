"""The log names each request as its answer does, and tells no secrets."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.monitoring.logs import importance, some_of
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import Visitor
from tests.databases import url_at


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
    assert "ZeroDivisionError" in caplog.text and "ZeroDivision" not in answer.text


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
app = create_app(Settings(home, sys.argv[2], "only for tests", log_format="json"))
app.test_client().get("/api/jobs/a-secret-id?token=another-secret")
app.test_client().get("/healthz")
app.logger.warning("watch out")
"""


def test_lines_are_json_without_the_secrets_of_an_address(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOGGING, str(tmp_path), url_at(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["request", "watch out"]
    assert (lines[0]["path"], lines[0]["status"], lines[0]["level"]) == ("/api/jobs/<job_id>", 401, "info")
    assert "secret" not in ended.stderr


def test_a_push_names_who_and_what_it_is_about(
    phone: Phone, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    phone.hello()
    operations = [phone.move(world.sugar, SUPPLIER, world.dock, "1") for _ in range(3)]
    phone.push(headers={"X-Request-ID": "phone-7.push-0001"})
    [line] = [record.msg for record in caplog.records if "sync/v1/push" in str(record.msg)]
    assert isinstance(line, dict)
    assert line["operations"] == [one["id"] for one in operations]
    assert (line["device"], line["user"]) == (phone.device, phone.actor)
    assert line["status"] == 200


def test_of_many_operations_the_first_and_the_last_are_named() -> None:
    assert some_of(["a", "b"]) == ["a", "b"]
    assert some_of([str(number) for number in range(500)]) == ["0", "…", "499"]


def test_the_line_of_a_refusal_says_why(
    signed_in: Callable[[str], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    viewer = signed_in("viewer")
    viewer.get("/api/users")
    viewer.client.post("/sign-out")
    viewer.get("/nothing")
    viewer.get("/api/session")
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)][-4:]
    assert [line.get("refused") for line in lines] == ["not_allowed", "forged", "not_found", None]


def test_what_one_request_is_about_is_not_said_of_the_next(
    client: FlaskClient, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    phone.hello()
    client.get("/api/nothing")
    line = caplog.records[-1].msg
    assert isinstance(line, dict)
    assert "device" not in line
    assert "user" not in line
