"""The note after something was posted: what it was, the way to it, and the way back."""

from flask import get_template_attribute
from markupsafe import Markup


def posted_note(words: str, operation_id: str, *, undo: bool = True) -> Markup:
    """A note with a link to the entry and, where it can be taken back, to that."""
    written: Markup = get_template_attribute("stock/posted_note.html", "posted_note")(
        words, operation_id, undo
    )
    return written
