"""Time in the simulation: one true clock, and phones whose clocks are wrong."""

from copy import copy
from random import Random

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class TrueClock:
    """The time that is; the server reads it exactly."""

    def __init__(self, start_at: int = 1_795_000_000_000) -> None:
        self.now_at = start_at

    def pass_time(self, duration_ms: int) -> None:
        """Let time go by."""
        self.now_at += duration_ms


class PhoneClock:
    """A wall clock with a skew of up to a day, and a monotonic clock that starts again at each boot."""

    def __init__(self, true: TrueClock, random: Random) -> None:
        self.true = true
        self.skew_ms = random.choice((0, random.randint(-5000, 5000), random.randint(-DAY_MS, DAY_MS)))
        self.measured = True
        """Whether the server was asked for the time since somebody set this clock."""
        self.boot = ""
        self.started_at = true.now_at
        self.boots = 0
        self.start_session()

    def start_session(self) -> None:
        """The page is opened anew."""
        self.boots += 1
        self.boot = f"boot-{self.boots}"
        self.started_at = self.true.now_at

    def copy(self) -> "PhoneClock":
        """A clock that shows the same and runs with the same true time."""
        return copy(self)

    def be_set(self, by_ms: int) -> None:
        """Somebody sets the clock."""
        self.skew_ms += by_ms
        self.measured = False

    @property
    def wall(self) -> int:
        """What the phone shows."""
        return self.true.now_at + self.skew_ms

    @property
    def mono(self) -> int:
        """Milliseconds since this page session began."""
        return self.true.now_at - self.started_at

    def reading(self) -> dict[str, object]:
        """The clock as it goes on the wire."""
        return {"wall": self.wall, "mono": self.mono, "boot": self.boot}
