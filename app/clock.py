"""The one place that reads the clock, and how long its hours and days are."""

import time

HOUR_MS = 60 * 60 * 1000
DAY_MS = 24 * HOUR_MS


def now_ms() -> int:
    """Whole milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000
