"""Fields that every schema shares: text that fits, whole numbers, words to choose from, e-mail addresses."""

from collections.abc import Sequence
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.values.text import BadText, clean_line, clean_lines
from app.words import t


class Line(fields.String):
    """One line of text, composed and trimmed, of at most ``longest`` characters.

    With ``filled`` at least one; where nothing is said of that, so is a line that is required.
    """

    def __init__(self, longest: int, filled: bool | None = None, **named: Any) -> None:
        self.longest = longest
        self.filled = bool(named.get("required")) if filled is None else filled
        limits = {"maxLength": longest} | ({"minLength": 1} if self.filled else {})
        super().__init__(metadata=limits | named.pop("metadata", {}), **named)

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(t("values.text_kind"))
        try:
            return self.clean(value)
        except BadText as error:
            raise ValidationError(str(error)) from error

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return clean_line(text, self.longest, self.filled)


class Paragraph(Line):
    """Text of several lines."""

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return clean_lines(text, self.longest)


class Email(validate.Email):
    """Whether a text is an e-mail address, said in the reader's language."""

    def _format_error(self, value: str) -> str:
        return t("error.not_email", value=value)


class EmailAddress(Line):
    """An e-mail address, in small letters, because people type it either way."""

    def __init__(self, **named: Any) -> None:
        super().__init__(254, validate=Email(), **named)

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return super().clean(text).casefold()


class Whole(fields.Field[int]):
    """A whole number within bounds, also written as text; 1.5, true and a text of blanks are none."""

    def __init__(self, least: int, most: int, **named: Any) -> None:
        described = {"type": "integer", "minimum": least, "maximum": most, **named.pop("metadata", {})}
        super().__init__(metadata=described, **named)
        self.least = least
        self.most = most

    def deserialize(self, value: Any, attr: str | None = None, *rest: Any, **named: Any) -> Any:
        """An empty field of a form says nothing, where nothing may be said."""
        return super().deserialize(None if value == "" and self.allow_none else value, attr, *rest, **named)

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> int:
        written = value if isinstance(value, str) else None
        if written is not None and written.isascii() and written.isdigit() and len(written) <= 16:
            value = int(written)
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValidationError(t("values.whole_number", least=self.least, most=self.most))
        return value


class Choice(fields.Field[str]):
    """One of a few fixed words."""

    def __init__(self, choices: Sequence[str], **named: Any) -> None:
        described = {"type": "string", "enum": list(choices), **named.pop("metadata", {})}
        super().__init__(metadata=described, **named)
        self.choices = choices

    def _deserialize(self, value: Any, *_place: Any, **_named: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise ValidationError(t("values.one_of", choices=", ".join(self.choices)))
        return value


def email_problem(text: str) -> str | None:
    """Why a text is no e-mail address; None for one that is."""
    try:
        Email()(text)
    except ValidationError as error:
        return str(error.messages[0])
    return None
