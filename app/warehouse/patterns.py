"""Patterns for many codes at once: ``A-{01..12}-{01..06}`` stands for 72 of them."""

import math
import re
from collections.abc import Iterator
from itertools import product

from app.words import number, t

CODES_LIMIT = 5_000
"""Places that are made at once."""

PATTERN_LIMIT = 200

BRACES = re.compile(r"\{([^{}]*)\}")
NUMBERS = re.compile(r"(\d{1,6})\.\.(\d{1,6})(?:\.\.(\d{1,6}))?")
LETTERS = re.compile(r"([A-Z])\.\.([A-Z])|([a-z])\.\.([a-z])")
EXAMPLES = {"numbers": "{01..12}", "letters": "{A..F}", "list": "{1,3,5}"}
SEPARATORS = "-./_ "


class BadPattern(ValueError):
    """The pattern cannot be spelled out; the message says why."""


def spelled_out(pattern: str) -> list[str]:
    """Every code of a pattern, in order. Raises BadPattern.

    Braces hold a range of numbers (``01..12`` keeps its zeros, ``2..20..2`` takes every second), a range of
    letters (``A..F``), or a list (``1,3,5``).
    """
    pieces = BRACES.split(pattern)
    if any(brace in "".join(pieces[0::2]) for brace in "{}"):
        raise BadPattern(t("warehouse.pattern_braces"))
    choices = [[text] if place % 2 == 0 else part_choices(text) for place, text in enumerate(pieces)]
    count = math.prod(len(part) for part in choices)
    if count > CODES_LIMIT:
        raise BadPattern(t("warehouse.pattern_many", count=number(count), limit=number(CODES_LIMIT)))
    return ["".join(parts).strip() for parts in product(*choices)]


def part_choices(text: str) -> list[str]:
    """What the inside of one pair of braces stands for. Raises BadPattern."""
    if numbers := NUMBERS.fullmatch(text.strip()):
        return list(number_range(numbers[1], numbers[2], int(numbers[3] or 1)))
    if letters := LETTERS.fullmatch(text.strip()):
        first, last = letters[1] or letters[3], letters[2] or letters[4]
        if first > last:
            raise BadPattern(t("warehouse.pattern_backwards", text=text))
        return [chr(number) for number in range(ord(first), ord(last) + 1)]
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 1 and all(parts):
        return parts
    raise BadPattern(t("warehouse.pattern_unknown", text=text[:40], **EXAMPLES))


def number_range(first: str, last: str, step: int) -> Iterator[str]:
    """The numbers from first to last, as wide as they are written. Raises BadPattern."""
    if int(first) > int(last) or step < 1:
        raise BadPattern(t("warehouse.pattern_backwards", text=f"{first}..{last}"))
    if (int(last) - int(first)) // step >= CODES_LIMIT:
        count = number((int(last) - int(first)) // step + 1)
        raise BadPattern(t("warehouse.pattern_many", count=count, limit=number(CODES_LIMIT)))
    width = max(len(first), len(last)) if "0" in (first[0], last[0]) else 0
    return (f"{number:0{width}}" for number in range(int(first), int(last) + 1, step))


def aisle_of(code: str) -> str | None:
    """The aisle that a bin's code names: all before its last separator; None where there is none."""
    place = max(code.rfind(separator) for separator in SEPARATORS)
    return code[:place] if place > 0 else None
