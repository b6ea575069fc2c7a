"""Yes and no, in the words that people write into forms and tables."""

from app.values.text import BadText, fold
from app.words import t

YES = frozenset(("yes", "y", "true", "1", "x", "on", "ja", "oui", "si", "tak"))
NO = frozenset(("no", "n", "false", "0", "off", "nein", "non", "nie", "none"))


def said_yes(text: str) -> bool:
    """Whether the text says yes. Raises BadText where it says neither."""
    said = fold(text)
    if said in YES or said in NO:
        return said in YES
    raise BadText(t("values.yes_or_no"))
