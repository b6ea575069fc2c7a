"""Trade item numbers: check digits, and every EAN, UPC and ITF-14 number as fourteen digits."""

from typing import Final

LENGTHS: Final = (8, 12, 13, 14)


def check_digit(digits: str) -> str:
    """The GS1 modulo 10 check digit that belongs behind ``digits`` (GS1 General Specifications, 7.9.1)."""
    total = 3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)


def is_digits(text: str) -> bool:
    """Whether the text is one or more of the digits 0 to 9 and nothing else."""
    return text.isascii() and text.isdigit()


def is_checked(digits: str) -> bool:
    """Whether the last digit is the right check digit of those before it."""
    return is_digits(digits) and len(digits) > 1 and check_digit(digits[:-1]) == digits[-1]


def gtin14(digits: str) -> str | None:
    """An EAN-8, UPC-A, EAN-13 or ITF-14 number as fourteen digits; None for anything else."""
    if len(digits) not in LENGTHS or not is_checked(digits) or not digits.strip("0"):
        return None
    return digits.zfill(14)


def expand_upc_e(digits: str) -> str | None:
    """The UPC-A number of 12 digits that a UPC-E of 6, 7 or 8 stands for; None if it stands for none.

    Six digits lack number system and check digit, seven lack the check digit.
    """
    if not is_digits(digits) or len(digits) not in (6, 7, 8):
        return None
    system, body = ("0", digits) if len(digits) == 6 else (digits[0], digits[1:7])
    if system not in "01":
        return None
    payload = system + upc_e_body(body)
    upc_a = payload + check_digit(payload)
    return upc_a if len(digits) < 8 or upc_a[-1] == digits[-1] else None


def upc_e_body(body: str) -> str:
    """The ten digits that the six of a UPC-E stand for: its last says which zeros were left out."""
    last = body[5]
    if last in "012":
        return f"{body[:2]}{last}0000{body[2:5]}"
    if last == "3":
        return f"{body[:3]}00000{body[3:5]}"
    if last == "4":
        return f"{body[:4]}00000{body[4]}"
    return f"{body[:5]}0000{last}"
