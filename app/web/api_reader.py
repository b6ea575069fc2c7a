"""The page on which a person reads the JSON interface: chapters made from the OpenAPI document."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup, escape

from app.people.guard import require_role

reader = Blueprint("reader", __name__)

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 4
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One field of a body or a parameter, with how deep it stands."""

    name: str
    kind: str
    required: bool
    note: str
    depth: int = 0


@dataclass(frozen=True)
class Answer:
    """One way in which an operation may answer."""

    status: str
    words: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    summary: str
    description: str
    role: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]

    @property
    def anchor(self) -> str:
        """Names it in the page's address."""
        return f"{self.method}{re.sub('[^a-z0-9]+', '-', self.path.casefold())}".strip("-")


@dataclass(frozen=True)
class Chapter:
    """The operations of one area."""

    name: str
    words: str
    operations: tuple[Operation, ...]

    @property
    def title(self) -> str:
        """The name as a heading; where pages took the plain name, the area's ends in ``_json``."""
        return self.name.removesuffix("_json").replace("_", " ").replace("-", " ").capitalize()


@reader.route("/api/")
@require_role("viewer")
def read() -> str:
    """The interface, to read."""
    api = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    document = json.loads(json.dumps(api.document()))
    return render_template(
        "api.html", chapters=list(chapters(document)), coded=coded, origin=request.host_url.rstrip("/")
    )


def chapters(document: Document) -> Iterator[Chapter]:
    """The document by area, in its own order."""
    every = [*operations(document)]
    for tag in document.get("tags", []):
        own = tuple(operation for name, operation in every if name == tag["name"])
        if own:
            yield Chapter(tag["name"], tag.get("description", ""), own)


def operations(document: Document) -> Iterator[tuple[str, Operation]]:
    """Every operation with the name of its area."""
    for path, methods in document.get("paths", {}).items():
        for method in METHODS:
            if method in methods:
                shared = methods.get("parameters", [])
                yield methods[method]["tags"][0], operation(document, path, method, shared)


def operation(document: Document, path: str, method: str, shared: list[Any]) -> Operation:
    """One operation, its references followed."""
    found = document["paths"][path][method]
    given = [followed(document, one) for one in [*shared, *found.get("parameters", [])]]
    return Operation(
        method=method.upper(),
        path=path,
        summary=found.get("summary", ""),
        description=found.get("description", "").strip(),
        role=found.get("x-role", ""),
        parameters=tuple(parameter(document, one) for one in given),
        body=tuple(body_fields(document, found.get("requestBody", {}))),
        answers=tuple(answers(document, found.get("responses", {}))),
    )


def parameter(document: Document, found: Document) -> Field:
    """A part of the path, the query or the headers."""
    schema = followed(document, found.get("schema", {}))
    name = f"{{{found['name']}}}" if found["in"] == "path" else f"?{found['name']}"
    note = found.get("description", "") or limits(schema)
    return Field(name, kind_of(document, schema), found.get("required", False), note)


def answers(document: Document, responses: Document) -> Iterator[Answer]:
    """The answers: success in full, every failure is the one shape."""
    for status, response in sorted(responses.items()):
        found = followed(document, response)
        if status == "default":
            continue
        fields = body_fields(document, found) if status.startswith("2") else ()
        yield Answer(status, found.get("description", ""), tuple(fields))


def body_fields(document: Document, body: Document) -> Iterator[Field]:
    """The fields of a JSON body."""
    for kind, content in followed(document, body).get("content", {}).items():
        if "json" in kind:
            yield from schema_fields(document, content.get("schema", {}), 0)


def schema_fields(document: Document, schema: Document, depth: int) -> Iterator[Field]:
    """The fields of a schema, each followed by those within it."""
    found = followed(document, schema)
    if found.get("type") == "array":
        yield from schema_fields(document, found.get("items", {}), depth)
        return
    for name, inner in found.get("properties", {}).items():
        followed_inner = followed(document, inner)
        required = name in found.get("required", ())
        note = inner.get("description", "") or followed_inner.get("description", "") or limits(followed_inner)
        yield Field(name, kind_of(document, followed_inner), required, note, depth)
        if depth < DEEPEST:
            yield from schema_fields(document, followed_inner, depth + 1)


def kind_of(document: Document, schema: Document) -> str:
    """The type in words."""
    kind = str(schema.get("type") or ("object" if "properties" in schema else "any"))
    if kind == "array":
        kind = f"list of {kind_of(document, followed(document, schema.get('items', {})))}"
    return f"{kind} or null" if schema.get("nullable") else kind


def limits(schema: Document) -> str:
    """What a value may be, where the schema says so."""
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"] if value is not None)
    shown = {
        "minimum": "at least {}",
        "maximum": "at most {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "default": "{} when left out",
    }
    given = {name: schema.get(name) for name in shown}
    return ", ".join(shown[name].format(value) for name, value in given.items() if value not in (None, ""))


def followed(document: Document, found: Document) -> Document:
    """The thing itself where there is a reference to it."""
    for _ in range(DEEPEST):
        combined = found.get("allOf")
        target = found.get("$ref") or (combined[0].get("$ref") if combined else None)
        if not target:
            break
        found = target_of(document, target)
    return found


def target_of(document: Document, target: str) -> Document:
    """What ``#/components/…`` points at."""
    place: Any = document
    for part in target.removeprefix("#/").split("/"):
        place = place[part]
    resolved: Document = place
    return resolved


def coded(text: str) -> Markup:
    """A text in which `this` is code and an empty line begins a paragraph."""
    parts = str(escape(text)).split("\n\n")
    marked = (re.sub(r"`([^`]+)`", r"<code>\1</code>", part) for part in parts)
    return Markup("".join(f"<p>{part}</p>" for part in marked))  # noqa: S704 - escaped above
