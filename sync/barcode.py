"""A scanned, typed or wedged string becomes trade item, lot, serial, dates and quantity."""

import calendar
import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from sync import gs1
from sync.gtin import LENGTHS, expand_upc_e, gtin14, is_checked, is_digits
from sync.quantity import format_quantity

Kind = Literal["gs1", "gtin", "digital_link", "sscc", "text"]

GS1_SYMBOLOGIES: Final = frozenset({"]C1", "]d2", "]d5", "]Q3", "]Q4", "]J1", "]z1", "]e0", "]e1", "]e2"})
EAN_SYMBOLOGIES: Final = frozenset({"]E0", "]E1", "]E2", "]E3", "]E4"})
ITF_SYMBOLOGIES: Final = frozenset({"]I0", "]I1", "]I2"})

LONGEST_CODE: Final = 4296
"""Characters: the most text that one QR code holds."""

REFERENCE_YEAR: Final = 2026
"""The year from which two-digit years are understood when the caller names none."""

DATES: Final = ("11", "12", "13", "15", "16", "17", "4324", "4325", "4326", "7003", "7006", "7007", "7011")
"""AIs that begin with YYMMDD."""
COUNTS: Final = ("37", "30")
MEASURES: Final = {
    "310": "kg", "311": "m", "314": "m2", "315": "l", "316": "m3",
    "320": "lb", "321": "in", "322": "ft", "323": "yd", "350": "in2", "351": "ft2", "352": "yd2",
    "356": "ozt", "357": "oz", "360": "qt", "361": "gal", "364": "in3", "365": "ft3", "366": "yd3",
}  # fmt: skip
"""Net trade measures by the first three digits of their AI; the fourth digit counts the decimals."""

IDENTIFIER: Final = re.compile(r"\][A-Za-z][0-9A-Za-z]")
SPELLED_FNC1: Final = re.compile(r"\{GS\}|<GS>|\u241d")
BRACKETED: Final = re.compile(r"\([0-9]{2,4}\)")
ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """What one code says.

    ``gtin`` has 14 digits, dates are ISO dates, ``quantity`` is a plain decimal string in ``quantity_unit``
    (``piece``, ``kg``, ``m``, ``l`` …), ``elements`` maps every GS1 application identifier to its value as
    printed. ``problem`` is None or one of check_digit, unknown_element, bad_element, conflict, bad_date,
    empty, too_long; only bad_date leaves the rest of the reading usable.
    """

    raw: str
    symbology: str | None = None
    kind: Kind = "text"
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    expires_on: str | None = None
    best_before: str | None = None
    quantity: str | None = None
    quantity_unit: str | None = None
    sscc: str | None = None
    elements: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


def read_code(text: str, symbology: str | None = None, year: int = REFERENCE_YEAR) -> Reading:
    """Read one code; never raises: what is not understood is of kind ``text``.

    ``symbology`` is the ISO/IEC 15424 identifier such as ``]C1``, or None for a wedge or a keyboard, in which
    case the text may begin with it. ``year`` (today's) settles the century of two-digit years.
    """
    body = text.strip(" \t\r\n")
    if symbology is None and IDENTIFIER.match(body):
        symbology, body = body[:3], body[3:]
    if not body:
        return Reading(text, symbology, problem="empty")
    if len(body) > LONGEST_CODE:
        return Reading(text, symbology, problem="too_long")
    if symbology in GS1_SYMBOLOGIES:
        return read_message(text, symbology, body, year)
    if symbology in EAN_SYMBOLOGIES:
        return read_ean(text, symbology, body)
    return read_open(text, symbology, body, year)


def read_message(raw: str, symbology: str | None, body: str, year: int) -> Reading:
    """A code that says of itself that it holds GS1 elements."""
    try:
        bracketed = BRACKETED.match(body)
        elements = gs1.bracketed_elements(body) if bracketed else gs1.message_elements(body)
    except gs1.BadElements as error:
        return Reading(raw, symbology, problem=error.code)
    return from_elements(raw, symbology, elements, year)


def read_ean(raw: str, symbology: str, body: str) -> Reading:
    """An EAN or UPC, possibly with an add-on of 2 or 5 digits, which is left out."""
    digits = body[:13] if symbology == "]E3" else body
    if symbology in ("]E1", "]E2"):
        return Reading(raw, symbology)
    is_upc_e = symbology == "]E0" and len(digits) < 9
    gtin = gtin14((expand_upc_e(digits) or "") if is_upc_e else digits)
    return from_gtin(raw, symbology, gtin, "check_digit")


def read_open(raw: str, symbology: str | None, body: str, year: int) -> Reading:
    """A code that may hold anything: a link, brackets, FNC1, a trade item number or a firm's own text."""
    if ADDRESS.match(body):
        return read_link(raw, symbology, body, year)
    if is_digits(body) and len(body) in LENGTHS:
        return read_number(raw, symbology, body)
    message = SPELLED_FNC1.sub(gs1.FNC1, body)
    explicit = BRACKETED.match(message) or (gs1.FNC1 in message and not message.startswith("[)>"))
    if not explicit and (symbology is not None or not begins_with_key(message)):
        return Reading(raw, symbology)
    reading = read_message(raw, symbology, message, year)
    claims_gs1 = explicit and symbology is None
    return reading if reading.kind != "text" or claims_gs1 else Reading(raw, symbology)


def begins_with_key(message: str) -> bool:
    """Whether a wedge's text, which lacks the leading FNC1, begins with a checked SSCC or GTIN element."""
    length = {"00": 20, "01": 16, "02": 16}.get(message[:2], 0)
    return length > 0 and len(message) >= length and is_checked(message[2:length])


def read_number(raw: str, symbology: str | None, digits: str) -> Reading:
    """A bare number: a trade item number if its check digit is right.

    Typed, wedged and ITF-14 numbers claim to be one; eight digits in other codes are a firm's own.
    """
    if symbology is None or (symbology in ITF_SYMBOLOGIES and len(digits) == 14):
        return from_gtin(raw, symbology, gtin14(digits) or gtin14(expand_upc_e(digits) or ""), "check_digit")
    if symbology in ITF_SYMBOLOGIES or len(digits) == 8:
        return Reading(raw, symbology)
    return from_gtin(raw, symbology, gtin14(digits), None)


def read_link(raw: str, symbology: str | None, address: str, year: int) -> Reading:
    """A web address: a Digital Link, or plain text with no problem."""
    try:
        reading = from_elements(raw, symbology, gs1.link_elements(address), year)
    except gs1.BadElements as error:
        return Reading(
            raw, symbology, problem=error.code if error.code in ("check_digit", "conflict") else None
        )
    return replace(reading, kind="digital_link")


def from_gtin(raw: str, symbology: str | None, gtin: str | None, problem: str | None) -> Reading:
    """The reading of a bare trade item number, or text with the problem."""
    if gtin is None:
        return Reading(raw, symbology, problem=problem)
    return Reading(raw, symbology, "gtin", gtin=gtin)


def from_elements(raw: str, symbology: str | None, elements: gs1.Elements, year: int) -> Reading:
    """The reading that valid elements stand for; a wrong date leaves the rest usable."""
    quantity, unit = quantity_in(elements)
    dates = {ai: iso_date(elements[ai], year) for ai in DATES if ai in elements}
    return Reading(
        raw,
        symbology,
        "sscc" if list(elements) == ["00"] else "gs1",
        gtin=elements.get("01") or elements.get("02"),
        lot=elements.get("10"),
        serial=elements.get("21"),
        expires_on=dates.get("17") or dates.get("7003"),
        best_before=dates.get("15"),
        quantity=quantity,
        quantity_unit=unit,
        sscc=elements.get("00"),
        elements=elements,
        problem="bad_date" if None in dates.values() else None,
    )


def quantity_in(elements: gs1.Elements) -> tuple[str | None, str | None]:
    """Quantity and unit: a count (AI 37, 30) before a net measure (GS1 General Specifications, 3.6)."""
    for ai in COUNTS:
        if elements.get(ai):
            return str(int(elements[ai])), "piece"
    for ai, value in sorted(elements.items()):
        if len(ai) == 4 and ai[:3] in MEASURES:
            return format_quantity(int(value) * 10 ** (6 - int(ai[3]))), MEASURES[ai[:3]]
    return None, None


def iso_date(digits: str, year: int) -> str | None:
    """YYMMDD as an ISO date; day 00 is the month's last (7.12 of the same); None if there is no such day."""
    full_year = year_of(int(digits[:2]), year)
    month, day = int(digits[2:4]), int(digits[4:6])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(full_year, month)[1]
    return f"{full_year:04d}-{month:02d}-{day or last:02d}" if day <= last else None


def year_of(two_digits: int, year: int) -> int:
    """The year with these last digits between 49 years before and 50 after ``year``."""
    century = year - year % 100
    distance = two_digits - year % 100
    if distance > 50:
        return century - 100 + two_digits
    return century + two_digits + (100 if distance < -49 else 0)
