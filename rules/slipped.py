"""slipped: a promise has moved to later days again and again, or past the day it is needed."""

from datetime import date

from pydantic import Field

from model.calendar import Calendar
from model.document import Day, Piece
from model.snapshot import DateClaim, Dependency, Move, Snapshot, Strength
from rules.base import Finding, RuleSettings
from rules.edges import EdgeRule, at_least, earliest, latest, said
from rules.examples import Example, depends, issue, link, text
from rules.wording import between, dated, line, settle_the_date

_TIMES = {1: "once", 2: "twice"}


class SlippedSettings(RuleSettings):
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    times: int = Field(default=2, ge=1, description="Moves to a later day from which on it is found.")


class Slipped(EdgeRule[SlippedSettings]):
    """What it finds: a dependency whose promised day has moved to a later one at least `times` times, or has moved from
    a day that would have served the consumer to one after the day it is needed; for that, one move is enough. A move
    counts when at least one day on which both teams work lies between; moves to an earlier day do not count. A promise
    that stands where it first stood, or earlier, has not slipped.

    Why it matters: a day that moves a little each time always looks near. The team that waits learns more from the
    moves than from the newest day, and a promise that has left the day of need behind has to be talked about, not
    only re-dated.

    How to clear it: agree on a day that holds, on a smaller part that comes first, or on doing without it, and then
    move the day by which it is needed, split the issue or remove the link. It clears by itself when the provider is
    delivered, or when the promise is back where it first stood.
    """

    id = "slipped"
    levels = (
        "the promise moved to later days at least `times` times",
        "it moved past the day it is needed",
    )
    settings = SlippedSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: SlippedSettings) -> Finding | None:
        promised, moves = dependency.promised, dependency.moves
        if not moves or promised is None or promised.day <= moves[0].before:
            return None
        if len(moves) < settings.times and (dependency.needed is None or promised.day <= dependency.needed.day):
            return None
        later = [move for move in moves if _is_later(snapshot, dependency, move)]
        past = bool(later) and _is_past_need(snapshot, dependency, promised)
        if not (past or len(later) >= settings.times) or not at_least(dependency.strength, settings.strength):
            return None
        return self._found(dependency, promised, len(later), past, settings)

    def _found(
        self, dependency: Dependency, promised: DateClaim, times: int, past: bool, settings: SlippedSettings
    ) -> Finding:
        consumer, provider = dependency.consumer, dependency.provider
        moved = f" has moved {_TIMES.get(times) or f'{times} times'} to a later day, from "
        days = (Day(dependency.moves[0].before), " to ", *dated(promised))
        here = (*_need(dependency, past, "this issue needs it", consumer.uid), ".")
        there = (*_need(dependency, past, "it needs this issue", provider.uid), ".")
        to_consumer, to_provider = settle_the_date(dependency)
        return self.finding(
            dependency,
            level=2 if past else 1,
            message=between(
                *(consumer, " waits for ", provider),
                *(f", whose promise{moved}", *days),
                *_need(dependency, past, "it is needed"),
            ),
            to_consumer=(line(f"Its promise{moved}", *days, *here), to_consumer),
            to_provider=(line(f"The promise of this issue{moved}", *days, *there), to_provider),
            about={
                "moves": "; ".join(f"{move.at.date()}: {move.before} -> {move.after}" for move in dependency.moves),
                "needed": said(dependency.needed),
                "promised": said(promised),
                "setting times": str(settings.times),
            },
        )


def _is_later(snapshot: Snapshot, dependency: Dependency, move: Move) -> bool:
    return move.after > move.before and snapshot.working_days(dependency, move.before, move.after) > 0


def _is_past_need(snapshot: Snapshot, dependency: Dependency, promised: DateClaim) -> bool:
    """Whether the promise once served the need and certainly does not any more."""
    if dependency.needed is None:
        return False
    last, first = latest(dependency.needed), earliest(promised)
    served = any(move.before <= last for move in dependency.moves)
    return served and first > last and snapshot.working_days(dependency, last, first) > 0


def _need(dependency: Dependency, past: bool, needs: str, here: str = "") -> tuple[str | Piece, ...]:
    """Which need was left behind, if one was, said with ``needs``."""
    needed = dependency.needed
    return (f"; {needs} by ", *dated(needed, here)) if past and needed else ()


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_ONCE = "2026-11-10: 2026-12-04 -> 2026-12-11"
_AGAIN = "2026-11-24: 2026-12-11 -> 2026-12-18"
_EASTER = Calendar(timezone="Europe/Berlin", holidays=frozenset({date(2027, 3, 26), date(2027, 3, 29)}))

Slipped.examples = (
    Example(
        name="Moved twice",
        edges=(depends(_PAY, _PLAT, promised="2026-12-18 due", moves=(_ONCE, _AGAIN)),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="each move was a week, and together they are two",
    ),
    Example(
        name="Moved once",
        edges=(depends(_PAY, _PLAT, promised="2026-12-11 due", moves=(_ONCE,)),),
        because="plans change; `times` asks for two moves",
    ),
    Example(
        name="Moved once, past the day it is needed",
        edges=(depends(_PAY, _PLAT, needed="2026-12-08 text", promised="2026-12-11 due", moves=(_ONCE,)),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="before the move it came in time, and now it does not",
    ),
    Example(
        name="Moved to the very day it is needed",
        edges=(depends(_PAY, _PLAT, needed="2026-12-11 text", promised="2026-12-11 due", moves=(_ONCE,)),),
        because="a day serves both",
    ),
    Example(
        name="Promised too late from the beginning",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 due", promised="2026-12-11 due", moves=(_ONCE,)),),
        because="the move did not leave the need behind; that the two dates clash is the business of `order-conflict`",
    ),
    Example(
        name="From one sprint to the next, across trackers",
        edges=(
            depends(
                issue("acme/web#3", "web"),
                _PLAT,
                needed="2026-12-14 start",
                promised="2026-12-18 sprint Aurora 13",
                moves=(_ONCE, _AGAIN),
            ),
        ),
        finds={("acme/web#3", "PLAT-7"): 2},
        because="it was planned in one sprint after another, and the newest ends after the consumer's start",
    ),
    Example(
        name="Moved back and forth",
        edges=(
            depends(
                *(_PAY, _PLAT),
                promised="2026-12-08 due",
                moves=(_ONCE, "2026-11-12: 2026-12-11 -> 2026-12-07", "2026-11-24: 2026-12-07 -> 2026-12-08"),
            ),
        ),
        finds={("PAY-1", "PLAT-7"): 1},
        because="of three moves two were to a later day, and it is promised for later than at first",
    ),
    Example(
        name="Back where it stood",
        edges=(
            depends(
                *(_PAY, _PLAT),
                promised="2026-12-04 due",
                moves=(_ONCE, _AGAIN, "2026-11-26: 2026-12-18 -> 2026-12-04"),
            ),
        ),
        because="the first promise holds again",
    ),
    Example(
        name="Only weekends between",
        edges=(
            depends(
                *(_PAY, _PLAT),
                needed="2026-12-04 text",
                promised="2026-12-06 due",
                moves=("2026-11-10: 2026-12-04 -> 2026-12-05", "2026-11-24: 2026-12-05 -> 2026-12-06"),
            ),
        ),
        because="from Friday to Sunday nobody waits",
    ),
    Example(
        name="Easter between, and the clocks change",
        now="2027-03-22",
        edges=(
            depends(
                *(_PAY, _PLAT),
                promised="2027-03-31 due",
                moves=("2027-03-08: 2027-03-25 -> 2027-03-29", "2027-03-15: 2027-03-29 -> 2027-03-31"),
            ),
        ),
        calendars={"platform": _EASTER},
        because="from Thursday to Easter Monday platform does not work, so that was no move; the other is one",
    ),
    Example(
        name="A milestone of uncertain day",
        edges=(
            depends(
                *(_PAY, issue("acme/web#3", "web")),
                needed="2026-12-10 text",
                promised="2026-12-11 milestone Spring +1",
                moves=(_ONCE,),
            ),
        ),
        because="GitHub keeps a moment, not a day, and this one may mean 10 December",
    ),
    Example(
        name="No history known",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text", promised="2026-12-18 due"),),
        because="where the day stood before is not known",
    ),
    Example(
        name="The date was taken away",
        edges=(depends(_PAY, _PLAT, moves=(_ONCE, _AGAIN)),),
        because="there is no promise any more; `undated` asks for one",
    ),
    Example(
        name="Not known how far the provider is",
        edges=(
            depends(
                *(_PAY, issue("PLAT-9", "platform", "started", complete=False)),
                promised="2026-12-18 due",
                moves=(_ONCE, _AGAIN),
            ),
        ),
        because="its newest day may stand where we could not look",
    ),
    Example(
        name="Closed as not planned",
        edges=(
            depends(
                *(_PAY, issue("PLAT-9", "platform", "dropped")),
                promised="2026-12-18 due",
                moves=(_ONCE, _AGAIN),
            ),
        ),
        because="it will not come on any day",
    ),
    Example(
        name="Recorded on both ends",
        edges=(
            depends(
                *(_PAY, _PLAT, link(_PAY), link(_PLAT, "blocks")), promised="2026-12-18 due", moves=(_ONCE, _AGAIN)
            ),
        ),
        finds={("PAY-1", "PLAT-7"): 1},
        because="it is one promise, however often the link is recorded",
    ),
    Example(
        name="Only said in a text",
        edges=(
            depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7"), promised="2026-12-18 due", moves=(_ONCE, _AGAIN)),
        ),
        because="dates are judged on declared dependencies, unless `strength` says otherwise",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY, promised="2026-12-18 due", moves=(_ONCE, _AGAIN)),),
        because="there is no one to promise to",
    ),
)
