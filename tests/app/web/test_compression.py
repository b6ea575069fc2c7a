"""Gzip both ways, and nobody's small body may become a large one."""

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify, request, send_file
from flask.testing import FlaskClient

from app.web.compression import sent_bytes

LONG = {"items": ["A-01-01 tea"] * 500}


@pytest.fixture
def client(app: Flask, tmp_path: Path) -> FlaskClient:
    script = tmp_path / "floor.js"
    script.write_text("scan();" * 1000)

    @app.post("/api/test/echo")
    def echo() -> Any:
        return jsonify(read=request.get_json(), plain=request.content_length, sent=sent_bytes())

    @app.get("/api/test/long")
    def long() -> Any:
        return jsonify(LONG)

    @app.get("/api/test/short")
    def short() -> Any:
        return jsonify(a=1)

    @app.get("/test/page")
    def page() -> str:
        return "<p>tea</p>" * 1000

    @app.get("/test/floor.js")
    def floor() -> Any:
        return send_file(script, mimetype="text/javascript")

    return app.test_client()


def push(client: FlaskClient, body: bytes, coding: str = "gzip") -> Any:
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
    return client.post("/api/test/echo", data=body, headers=headers)


def test_a_packed_body_is_read_as_if_it_were_plain(client: FlaskClient) -> None:
    plain = json.dumps({"n": "x" * 9000}).encode()
    body = gzip.compress(plain)
    answer = push(client, body).json
    assert answer == {"read": {"n": "x" * 9000}, "plain": len(plain), "sent": len(body)}
    assert push(client, b"[1]", "identity").json == {"read": [1], "plain": 3, "sent": 3}


def test_a_bomb_is_refused_without_being_unpacked(app: Flask, client: FlaskClient) -> None:
    limit = app.config["MAX_CONTENT_LENGTH"]
    bomb = gzip.compress(b"\0" * (limit * 25), 9)
    tracemalloc.start()
    answer = push(client, bomb)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert peak < limit * 6


@pytest.mark.parametrize(
    "body",
    [
        b"not gzip",
        b"",
        gzip.compress(b"[1]")[:-6],
        gzip.compress(b"[1]") + b"more",
        gzip.compress(b"[1]") + gzip.compress(b"[2]"),
    ],
    ids=["plain", "empty", "cut off", "something behind", "two in one"],
)
def test_a_broken_body_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = push(client, body)
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


def test_another_coding_is_refused(client: FlaskClient) -> None:
    assert push(client, b"[1]", "br").status_code == 415


def test_a_long_answer_is_packed_for_those_who_can_unpack_it(client: FlaskClient) -> None:
    packed = client.get("/api/test/long", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert json.loads(gzip.decompress(packed.data)) == LONG
    assert int(packed.headers["Content-Length"]) == len(packed.data) < 300
    for refusing in ({}, {"Accept-Encoding": "gzip;q=0"}, {"Accept-Encoding": "br"}):
        assert "Content-Encoding" not in client.get("/api/test/long", headers=refusing).headers


@pytest.mark.parametrize("path", ["/api/test/short", "/test/page", "/api/nothing"])
def test_what_is_short_or_holds_a_token_stays_plain(client: FlaskClient, path: str) -> None:
    assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "gzip"}).headers


def test_a_file_is_packed_and_still_revalidated(client: FlaskClient) -> None:
    accepting = {"Accept-Encoding": "gzip"}
    first = client.get("/test/floor.js", headers=accepting)
    assert gzip.decompress(first.data) == b"scan();" * 1000
    assert client.get("/test/floor.js", headers=accepting).data == first.data
    known = {**accepting, "If-None-Match": first.headers["ETag"]}
    with client.get("/test/floor.js", headers=known) as again:
        assert again.status_code == 304
    with client.get("/test/floor.js") as plain:
        assert plain.data == b"scan();" * 1000
