"""Guards the texts of an exported table: a spreadsheet must not take them for formulas.

A cell that a spreadsheet could evaluate gets an apostrophe in front; so does one that begins with an
apostrophe already, so that taking it off again restores every text exactly.
"""

STARTERS = frozenset("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - the full-width signs are meant
"""First characters that make a spreadsheet evaluate a cell, the full-width ones included."""

GUARD = "'"
GUARDED = STARTERS | {GUARD}


def guarded(text: str) -> str:
    """The cell as written into a file."""
    return GUARD + text if text[:1] in GUARDED else text


def unguarded(text: str) -> str:
    """The text that ``guarded`` made the cell of; cells of other origin stay as they are."""
    if text.startswith(GUARD) and (text[1:2] in GUARDED):
        return text[1:]
    return text
