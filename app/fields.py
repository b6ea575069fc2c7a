"""Fields that every schema shares: text that fits, without control characters, and an e-mail address."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from app.text import BadText, clean_line, clean_lines


class Line(fields.String):
    """One line of text, trimmed, of at most ``longest`` characters; where it is required, at least one."""

    def __init__(self, longest: int, **named: Any) -> None:
        self.longest = longest
        limits = {"maxLength": longest} | ({"minLength": 1} if named.get("required") else {})
        super().__init__(metadata=limits | named.pop("metadata", {}), **named)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> str:
        text = super()._deserialize(value, attr, data, **named)
        try:
            return self.clean(str(text))
        except BadText as error:
            raise ValidationError(str(error)) from error

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return clean_line(text, self.longest, self.required)


class Paragraph(Line):
    """Text of several lines."""

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return clean_lines(text, self.longest)


class EmailAddress(Line):
    """An e-mail address, in small letters, because people type it either way."""

    def __init__(self, **named: Any) -> None:
        super().__init__(254, validate=validate.Email(error="This is not an e-mail address."), **named)

    def clean(self, text: str) -> str:
        """The text as it is kept. Raises BadText."""
        return super().clean(text).casefold()


def email_problem(text: str) -> str | None:
    """Why a text is no e-mail address; None for one that is."""
    try:
        validate.Email(error="This is not an e-mail address.")(text)
    except ValidationError as error:
        return str(error.messages[0])
    return None
