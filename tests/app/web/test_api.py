"""The one OpenAPI document, and the page to read it."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.api import Blueprint
from app.web.api_reader import Field, chapters, coded
from tests.app.visitor import Visitor
from tests.house import ROOT

Enter = Callable[[str], Visitor]
ERROR = "#/components/schemas/Error"


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json or {})


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_the_document_is_openapi_3(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.")
    assert document["info"]["title"] == "Tallyman"
    assert {"session", "device"} <= document["components"]["securitySchemes"].keys()


def test_every_view_under_api_is_documented(app: Flask, document: dict[str, Any]) -> None:
    documented = {(path, method) for path, method, _operation in operations(document)}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/") or rule.endpoint in ("reader.read", "api-docs.openapi_json"):
            continue
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"{\1}", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert (path, method.lower()) in documented, rule.rule


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert operation.get("summary"), (method, path)
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/DEFAULT_ERROR"}
    failure = document["components"]["responses"]["DEFAULT_ERROR"]
    assert failure["content"]["application/json"]["schema"] == {"$ref": ERROR}
    assert {"code", "message", "trace"} == set(document["components"]["schemas"]["Error"]["required"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(references(document)):
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_a_guarded_operation_names_its_role(document: dict[str, Any]) -> None:
    listed = document["paths"]["/api/users"]["get"]
    assert listed["x-role"] == "administrator"
    assert listed["security"] == [{"session": []}, {"token": []}]
    assert {"401", "403"} <= listed["responses"].keys()
    assert document["paths"]["/api/session"]["post"]["security"] == []


def test_every_area_refuses_what_it_does_not_know(app: Flask) -> None:
    areas = {name: each for name, each in app.blueprints.items() if hasattr(each, "_docs")}
    assert {"items", "locations", "imports", "sync"} <= set(areas)
    for name, blueprint in areas.items():
        assert isinstance(blueprint, Blueprint), name


def test_what_is_unknown_is_refused_in_addresses_and_in_bodies(signed_in: Enter) -> None:
    browser = signed_in("manager")
    asked = browser.get("/api/items?colour=red")
    sent = browser.post("/api/items", json={"code": "TEA", "name": "Tea", "colour": "red"})
    assert (asked.status_code, asked.json["errors"].keys()) == (422, {"query"})
    assert (sent.status_code, sent.json["errors"]["json"].keys()) == (422, {"colour"})


def test_the_page_shows_every_operation(signed_in: Enter, document: dict[str, Any]) -> None:
    page = signed_in("viewer").get("/api/")
    assert page.status_code == 200 and page.mimetype == "text/html"
    for path, method, _operation in operations(document):
        assert (
            f'<span class="method {method}">{method.upper()}</span><code class="path">{path}</code>'
            in page.text
        )


def test_the_page_sends_a_visitor_to_the_door(client: FlaskClient) -> None:
    assert client.get("/api/").headers["Location"] == "/sign-in?next=/api/"


def test_fields_are_followed_to_their_depth() -> None:
    person = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    page = {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}}},
    }
    answer = {
        "description": "OK",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
    }
    document = {
        "tags": [{"name": "people"}],
        "paths": {"/people": {"get": {"tags": ["people"], "responses": {"200": answer}}}},
        "components": {"schemas": {"Person": person, "Page": page}},
    }
    (chapter,) = chapters(document)
    (found,) = chapter.operations[0].answers
    assert found.fields == (
        Field("rows", "list of object", False, ""),
        Field("id", "integer", True, "", 1),
    )


def test_a_schema_that_holds_itself_does_not_run_for_ever() -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Tree"}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
    document = {
        "tags": [{"name": "x"}],
        "paths": {"/x": {"post": {"tags": ["x"], "requestBody": body, "responses": {}}}},
        "components": {"schemas": {"Tree": tree}},
    }
    (chapter,) = chapters(document)
    assert 0 < len(chapter.operations[0].body) < 10


def test_code_in_a_text_is_marked_and_everything_else_is_text() -> None:
    assert coded("Say `a<b`.\n\n<i>") == "<p>Say <code>a&lt;b</code>.</p><p>&lt;i&gt;</p>"


REFUSALS = ("Refusal", "refused_field", "error_response")
"""What makes an error of the one shape."""


def test_every_field_of_a_refusal_is_in_the_document(document: dict[str, Any]) -> None:
    described = document["components"]["schemas"]["Error"]["properties"].keys()
    calls = [node for file in ROOT.glob("app/**/*.py") for node in ast.walk(ast.parse(file.read_text()))]
    named = {
        (word.arg, ast.unparse(call)[:80])
        for call in calls
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in REFUSALS
        for word in call.keywords
        if word.arg
    }
    assert {"errors", "retry_after", "item", "taken", "expect"} <= {name for name, _call in named}
    assert [found for found in named if found[0] not in described] == []
