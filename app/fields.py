"""Fields that every schema shares: text that fits, without control characters, and an e-mail address."""

import unicodedata
from typing import Any

from marshmallow import ValidationError, fields, validate

ALLOWED_CONTROLS = {"\n", "\t"}


def control_character(text: str, allowed: set[str] = frozenset()) -> bool:  # type: ignore[assignment]
    """Whether the text holds a character that no person types: control, lone surrogate, unassigned order."""
    return any(
        letter not in allowed and unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text
    )


class Line(fields.String):
    """One line of text: trimmed, at most ``longest`` characters, at least one where it is required."""

    def __init__(self, longest: int, shortest: int | None = None, **named: Any) -> None:
        least = shortest if shortest is not None else int(bool(named.get("required")))
        checks = [validate.Length(min=least, max=longest, error=_length_words(least, longest))]
        super().__init__(validate=[*checks, *named.pop("more", ())], **named)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **named))
        if control_character(text, self.allowed()):
            raise ValidationError("Control characters are not allowed here.")
        return text.strip()

    def allowed(self) -> set[str]:
        """The control characters that may stand in it."""
        return set()


class Paragraph(Line):
    """Text of several lines."""

    def allowed(self) -> set[str]:
        """Line ends and tabs."""
        return ALLOWED_CONTROLS


class EmailAddress(Line):
    """An e-mail address, in small letters, because people type it either way."""

    def __init__(self, **named: Any) -> None:
        super().__init__(254, more=[validate.Email(error="This is not an e-mail address.")], **named)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        return super()._deserialize(value, attr, data, **named).casefold()


def _length_words(least: int, most: int) -> str:
    if least <= 1:
        return f"Between {least} and {most} characters, please." if least else f"At most {most} characters."
    return f"At least {least} and at most {most} characters."
