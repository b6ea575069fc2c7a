"""Days as addresses and forms name them."""

from datetime import UTC, datetime


def day_of(text: str) -> datetime | None:
    """The beginning of a day such as 2026-11-28, in UTC; None for anything else."""
    try:
        found = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None
