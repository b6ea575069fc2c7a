"""A browser as the scenario sees it, whichever engine it has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

SEPARATOR = "\x1d"
"""Between two GS1 elements; scanners type it as Ctrl+]."""
ENTER = "\n"


class Engine(Protocol):
    """One browser with one page, and a profile that outlives it."""

    def go(self, address: str) -> None:
        """Open an address, and return once it is loaded."""

    def reload(self) -> None:
        """Load the page anew."""

    def evaluate(self, function: str, *arguments: Any) -> Any:
        """Call a JavaScript function in the page, with the answer that its promise gives."""

    def click(self, path: str) -> None:
        """Press the first element of an XPath with the mouse."""

    def strokes(self, text: str) -> None:
        """Press and release one key after the other, with the focus where it is."""

    def lose_network(self) -> None:
        """Tell the browser itself that there is no network, where it can be told."""

    def find_network(self) -> None:
        """Take that back."""

    def end(self) -> None:
        """End every process of it; what it has stored stays in its profile."""


Start = Callable[[Path], Engine]
"""Starts a browser on a profile."""
