"""GS1 element strings: from a scanned message, bracketed text or a Digital Link to AI → value."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

from sync.gtin import is_checked

FNC1: Final = "\x1d"
Elements = dict[str, str]

CHECKED_DIGITS: Final = {
    "00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17,
    "410": 13, "411": 13, "412": 13, "413": 13, "414": 13, "415": 13, "416": 13, "417": 13,
    "8003": 14, "8006": 14, "8017": 18, "8018": 18, "8026": 14,
}  # fmt: skip
"""How many leading digits of an element end in a check digit."""

LINK_KEYS: Final = {
    "01": ("22", "10", "21", "235"), "8006": ("22", "10", "21"), "8010": ("8011",), "8013": (),
    "414": ("254", "7040"), "415": ("8020",), "417": ("7040",), "8017": ("8019",), "8018": ("8019",),
    "255": (), "00": (), "253": (), "401": (), "402": (), "8003": (), "8004": ("7040",),
}  # fmt: skip
"""What a Digital Link may name, each with the qualifiers that may follow in its path, in this order."""

BRACKET: Final = re.compile(r"\(([0-9]{2,4})\)")
LINK: Final = re.compile(r"(?:https?|HTTPS?)://[A-Za-z0-9.:-]+/[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
CONFIG: Final = ParseConfig(gs1_element_strings_verify_date=False)


class BadElements(ValueError):
    """The text holds no valid GS1 elements; ``code`` says why, as in ``Reading.problem``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def message_elements(message: str) -> Elements:
    """The elements of a scanned message whose variable lengths end in FNC1. Raises BadElements."""
    return gather(split_message(message.strip(FNC1)))


def bracketed_elements(text: str) -> Elements:
    r"""The elements of ``(01)…(10)…`` as printed; ``\(`` is a bracket in a value. Raises BadElements."""
    pieces = BRACKET.split(text.replace("\\(", "\0"))
    if pieces[0].strip(" ") or len(pieces) < 3:
        raise BadElements("unknown_element")
    values = (value.strip(" ").replace("\0", "(") for value in pieces[2::2])
    return gather(whole_element(ai, value) for ai, value in zip(pieces[1::2], values, strict=True))


def link_elements(address: str) -> Elements:
    """The elements of a GS1 Digital Link (URI syntax 1.6), in path and query. Raises BadElements."""
    if not LINK.fullmatch(address):
        raise BadElements("unknown_element")
    parts = urlsplit(address)
    segments = parts.path.rstrip("/").split("/")
    start = link_start(segments)
    key, values = segments[start], [unquote(value) for value in segments[start + 1 :: 2]]
    in_order(segments[start + 2 :: 2], LINK_KEYS[key])
    if key == "01":
        values[0] = values[0].zfill(14)
    pairs = list(zip(segments[start::2], values, strict=True))
    query = [(ai, value) for ai, value in parse_qsl(parts.query, keep_blank_values=True) if is_known(ai)]
    return gather(whole_element(ai, value) for ai, value in pairs + query)


def link_start(segments: list[str]) -> int:
    """Where the key stands: the last place from which key, value, qualifier, value … reach the end.

    Raises BadElements where no key is.
    """
    for start in range(len(segments) - 2, 0, -2):
        if segments[start] in LINK_KEYS:
            return start
    raise BadElements("unknown_element")


def in_order(qualifiers: list[str], allowed: Iterable[str]) -> None:
    """Raise BadElements unless the qualifiers are among those allowed and stand in their order."""
    remaining = iter(allowed)
    if not all(qualifier in remaining for qualifier in qualifiers):
        raise BadElements("unknown_element")


def split_message(message: str) -> Iterator[GS1ElementString]:
    """The elements one after the other; one of variable length must reach FNC1 or the end.

    Raises BadElements.
    """
    if not message:
        raise BadElements("unknown_element")
    while message:
        element = first_element(message)
        message = message[len(element) :]
        if element.ai.separator_required and message and not message.startswith(FNC1):
            raise BadElements("bad_element")
        message = message.lstrip(FNC1)
        yield element


def first_element(message: str) -> GS1ElementString:
    """The element at the start of a message. Raises BadElements."""
    if not message.isascii():
        raise BadElements("bad_element")
    try:
        return GS1ElementString.extract(message, config=CONFIG)
    except ParseError as error:
        raise BadElements("bad_element" if is_known_start(message) else "unknown_element") from error


def whole_element(ai: str, value: str) -> GS1ElementString:
    """The element of this AI, which must take the whole value. Raises BadElements."""
    element = first_element(ai + value)
    if element.ai.ai != ai or element.value != value:
        raise BadElements("bad_element")
    return element


def gather(elements: Iterable[GS1ElementString]) -> Elements:
    """AI → value; check digits must be right, and one AI must not have two values. Raises BadElements."""
    gathered: Elements = {}
    for element in elements:
        ai, value = element.ai.ai, element.value
        length = CHECKED_DIGITS.get(ai)
        if length and not is_checked(value[:length]):
            raise BadElements("check_digit")
        if gathered.setdefault(ai, value) != value:
            raise BadElements("conflict")
    return gathered


def is_known(ai: str) -> bool:
    """Whether the text is an application identifier, no more and no less."""
    try:
        return GS1ApplicationIdentifier.extract(ai).ai == ai
    except ParseError:
        return False


def is_known_start(message: str) -> bool:
    """Whether a message begins with an application identifier."""
    return any(is_known(message[:length]) for length in (2, 3, 4))
