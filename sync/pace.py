"""How far the writes are, and how long they will take, for whoever watches."""

from collections.abc import Callable
from datetime import datetime, timedelta

DOING = "writing notes"
SURE = 5
"""Rows after which the pace is known well enough to say how long it will go on."""
WORTH_SAYING = timedelta(seconds=20)


class Pace:
    def __init__(self, now: Callable[[], datetime], total: int) -> None:
        self._now, self._total, self._began = now, total, now()

    def saying(self, done: int) -> str:
        """``writing notes, about 2 min left``; without the estimate while it is unsure or not worth saying."""
        if done < SURE:
            return DOING
        left = (self._now() - self._began) / done * (self._total - done)
        return f"{DOING}, about {_rounded(left)} left" if left >= WORTH_SAYING else DOING


def _rounded(left: timedelta) -> str:
    seconds = left.total_seconds()
    return f"{round(seconds / 10) * 10} s" if seconds < 90 else f"{round(seconds / 60)} min"
