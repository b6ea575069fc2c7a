"""The one place that reads the clock."""

import time


def now_ms() -> int:
    """Whole milliseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1_000_000
