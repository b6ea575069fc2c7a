"""The words of W3C WebDriver that the scenario needs; how they travel differs from browser to browser."""

from abc import ABC, abstractmethod
from typing import Any

from tests.engines.engine import ENTER, SEPARATOR

SCRIPT_LIMIT_MS = 30_000
CALL = """
const given = [...arguments]
const done = given.pop()
const tell = (problem) => done({ problem: String(problem) })
;(async () => (%s)(...given))().then((value) => done({ value }), tell)
"""
CONTROL, RETURN = "\ue009", "\ue007"


class Refused(Exception):
    """The browser could not do what it was asked; the text says why."""


class Driven(ABC):
    """A browser that understands WebDriver."""

    @abstractmethod
    def ask(self, command: str, **given: Any) -> Any:
        """Send one command, named as in Marionette, and wait for its value. Raises Refused."""

    def go(self, address: str) -> None:
        self.ask("Navigate", url=address)

    def reload(self) -> None:
        self.ask("Refresh")

    def evaluate(self, function: str, *arguments: Any) -> Any:
        answer = self.ask("ExecuteAsyncScript", script=CALL % function, args=list(arguments))
        if "problem" in answer:
            raise Refused(answer["problem"])
        return answer.get("value")

    def click(self, path: str) -> None:
        found = self.ask("FindElement", using="xpath", value=path)
        self.ask("ElementClick", id=next(iter(found.values())))

    def strokes(self, text: str) -> None:
        presses = [press for key in text for press in presses_of(key)]
        self.ask("PerformActions", actions=[{"type": "key", "id": "keyboard", "actions": presses}])


def presses_of(key: str) -> list[dict[str, str]]:
    """What goes down and up for one character."""
    if key == SEPARATOR:
        return [pressed(CONTROL), pressed("]"), released("]"), released(CONTROL)]
    key = RETURN if key == ENTER else key
    return [pressed(key), released(key)]


def pressed(key: str) -> dict[str, str]:
    return {"type": "keyDown", "value": key}


def released(key: str) -> dict[str, str]:
    return {"type": "keyUp", "value": key}
