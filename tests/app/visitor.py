"""A browser for tests, and the people of the small world."""

from typing import Any

from flask.testing import FlaskClient

PASSWORD = "five bars on a board"


def email_of(role: str) -> str:
    """The address of the one person of a role."""
    return f"{role}@tallyman.example"


class Visitor:
    """A browser: keeps its cookies, sends its session's token with every write."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.csrf_token = ""

    def sign_in(self, email: str, password: str = PASSWORD) -> Any:
        answer = self.client.post("/api/session", json={"email": email, "password": password})
        if answer.status_code == 200:
            self.csrf_token = answer.json["csrf_token"]
        return answer

    def ask(self, method: str, path: str, **named: Any) -> Any:
        headers = {"X-CSRF-Token": self.csrf_token, **named.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **named)

    def get(self, path: str, **named: Any) -> Any:
        return self.ask("GET", path, **named)

    def post(self, path: str, **named: Any) -> Any:
        return self.ask("POST", path, **named)

    def patch(self, path: str, **named: Any) -> Any:
        return self.ask("PATCH", path, **named)

    def delete(self, path: str, **named: Any) -> Any:
        return self.ask("DELETE", path, **named)


def page(visitor: Visitor, path: str, status: int = 200) -> str:
    """A page of the office as its source."""
    answer = visitor.get(path)
    assert answer.status_code == status, path
    return str(answer.get_data(as_text=True))


def said(answer: Any) -> str:
    """The text of an answer."""
    return str(answer.get_data(as_text=True))
