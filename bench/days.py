"""When things happen in a crowd: evenly over fourteen months until a Monday morning."""

from datetime import UTC, datetime, timedelta

from bench.figures import Dice
from sandbox.base import Clock

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""The crowd's now."""
LONG_AGO = datetime(2025, 1, 6, 9, tzinfo=UTC)


def moment(number: int, of: int) -> datetime:
    """When the issue with this number was made, in whole seconds."""
    return (LONG_AGO + (MORNING - timedelta(days=1) - LONG_AGO) * number / of).replace(microsecond=0)


def between(dice: Dice, start: datetime, end: datetime) -> datetime:
    return (start + (end - start) * dice.random()).replace(microsecond=0)


class Past(Clock):
    """A clock that shows when the thing at hand happened; the same in every build."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = LONG_AGO

    def now(self) -> datetime:
        return self.moment
