"""Bodies that no view should ever see: one clear error each."""

from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app.web.bodies import accepts

ENTRANCE = "/api/session"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_a_body_of_another_kind_is_refused(client: FlaskClient, kind: str) -> None:
    answer = client.post(ENTRANCE, data='{"email": "a@b.example"}', headers={"Content-Type": kind})
    assert (answer.status_code, answer.json["code"]) == (415, "not_json")
    assert "application/json" in answer.json["message"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"{'a': 1}", b"\xff\xfe", b'{"email": NaN, "password": ""}', b"[" * 100_000, b'"\\ud800'],
)
def test_what_is_not_json_is_refused_as_such(client: FlaskClient, body: bytes) -> None:
    answer = client.post(ENTRANCE, data=body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert set(answer.json) >= {"code", "message", "trace"}
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"email": NaN, "password": "x"}',
        b'{"email": Infinity}',
        b'{"email": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_only_some_readers_take_for_json_is_a_bad_request(client: FlaskClient, body: bytes) -> None:
    answer = client.post(ENTRANCE, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


def test_a_body_beyond_the_limit_is_refused(app: Flask, client: FlaskClient) -> None:
    body = b'{"email": "' + b"a" * app.config["MAX_CONTENT_LENGTH"] + b'"}'
    answer = client.post(ENTRANCE, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "heap",
    [
        dict.fromkeys(map(str, range(20_001))),
        [{}] * 5_001,
        {"operations": [{str(name): 1 for name in range(50)}] * 500},
        {"operations": [{"serials": [1] * 4_000}] * 80},
    ],
    ids=["names", "list", "names in a list", "lists in a list"],
)
def test_json_of_parts_without_end_is_refused_before_each_is_checked(client: FlaskClient, heap: Any) -> None:
    answer = client.post(ENTRANCE, json=heap)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_form_of_fields_without_end_is_refused_before_it_is_read(client: FlaskClient) -> None:
    few, many = ("&".join(["a=1"] * count) for count in (5_000, 5_001))
    kind = "application/x-www-form-urlencoded"
    statuses = [client.post("/sign-in", data=body, content_type=kind).status_code for body in (few, many)]
    assert statuses == [401, 413]


def test_a_body_of_unknown_length_is_refused_rather_than_cut_off(client: FlaskClient) -> None:
    streaming = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    answer = client.post(ENTRANCE, data=b"{}", content_type="application/json", environ_overrides=streaming)
    assert (answer.status_code, answer.json["code"]) == (411, "length_required")


def test_a_view_may_ask_for_another_kind(app: Flask, client: FlaskClient) -> None:
    @app.post("/api/test/upload")
    @accepts("text/csv")
    def upload() -> Any:
        return {"bytes": len(request.get_data())}

    assert client.post("/api/test/upload", data="code;name", content_type="text/csv").json == {"bytes": 9}
    refused = client.post("/api/test/upload", json={})
    assert (refused.status_code, "text/csv" in refused.json["message"]) == (415, True)


def test_pages_are_not_asked_for_json(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "nobody@example.com", "password": "wrong"})
    assert answer.status_code == 401
