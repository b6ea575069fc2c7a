"""What a person at the desk does with imports, in one line each."""

import threading
from typing import Any

from flask import Flask

from app.jobs.worker import work_once
from tests.app.visitor import Visitor

PATH = "/api/imports"


def upload(visitor: Visitor, content: str | bytes, name: str = "items.csv", kind: str = "items") -> Any:
    raw = content.encode() if isinstance(content, str) else content
    head = f'--edge\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + raw + b"\r\n--edge--\r\n"
    return visitor.post(f"{PATH}?kind={kind}", data=body, content_type="multipart/form-data; boundary=edge")


def uploaded(visitor: Visitor, content: str | bytes, kind: str = "items") -> str:
    answer = upload(visitor, content, kind=kind)
    assert answer.status_code == 201, answer.json
    return f"{PATH}/{answer.json['id']}"


def work(app: Flask) -> None:
    with app.app_context():
        while work_once(app, threading.Event()):
            pass


def checked(app: Flask, visitor: Visitor, content: str | bytes, kind: str = "items") -> str:
    path = uploaded(visitor, content, kind)
    assert visitor.ask("PUT", f"{path}/check").status_code == 202
    work(app)
    return path


def run(app: Flask, visitor: Visitor, path: str, **choice: bool) -> Any:
    answer = visitor.ask("PUT", f"{path}/run", json=choice)
    if answer.status_code == 202:
        work(app)
    return answer


def problems(visitor: Visitor, path: str, query: str = "") -> list[tuple[int, str, str]]:
    rows = visitor.get(f"{path}/problems?per_page=200{query}").json["rows"]
    return [(row["row"], row["column"], row["message"]) for row in rows]


def counts(visitor: Visitor, path: str) -> tuple[str, int, int, int, int]:
    body = visitor.get(path).json
    return (
        body["state"],
        body["created_count"],
        body["updated_count"],
        body["unchanged_count"],
        body["faulty_count"],
    )


def imported(app: Flask, visitor: Visitor, content: str | bytes, kind: str = "items") -> str:
    """Upload, check and run; every row must be in order."""
    path = checked(app, visitor, content, kind)
    assert problems(visitor, path, "&level=error") == []
    assert run(app, visitor, path).status_code == 202
    assert visitor.get(path).json["state"] == "done"
    return path


def undone(app: Flask, visitor: Visitor, path: str) -> tuple[int, int]:
    """Take an import back; how many things went and how many stayed."""
    assert visitor.ask("PUT", f"{path}/undo").status_code == 202
    work(app)
    body = visitor.get(path).json
    assert body["state"] == "undone"
    return body["undone_count"], body["kept_count"]
