"""The smallest exchange of parts with which a rule finds something. Pure, and bounded."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, islice
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from model.snapshot import Snapshot
from rules.base import AnyRule, Finding, RuleError, RuleSettings
from rules.custom import CustomSettings, custom_rule
from rules.engine import run
from sync.explain.frame import SILENT, Frame, Part, Parts, absent, compose, parts_of, same
from sync.explain.patterns import examples_of, generic

MOST_PATTERNS = 200
"""Worlds that are laid over one dependency."""
MOST_KEPT = 12
"""Of those in which the rule finds something, that are taken apart."""
DAYS_AHEAD = 366
"""Days that are looked ahead for the one on which a finding comes by itself."""
LARGE = 10_000

Is = Callable[[Finding], bool]
"""Whether a finding is the one that was asked for."""

ORDER = (
    *("mode", "when", "progress", "end", "evidence", "coverage", "promised", "needed", "since", "moves", "active"),
    *("shared_forums", "assigned", "planned", "reopened", "resolved", "due", "owner", "sprint", "parent"),
)
"""What is most likely to be meant first; of parts not named here those of issues come before settings and the rest."""
_AROUND = ("dependency", "relative")
_LAST = {"setting": 40, "added": 50, "beside": 50, "dependency": 60, "relative": 60, "world": 70}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One part as it is, and as it would have to be."""

    part: Part
    actual: Any
    wanted: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    together: tuple[Change, ...] = ()
    """The smallest set found; empty when none was."""
    instead: tuple[Change, ...] = ()
    """Each of these alone would do as well; only where one alone does."""


def search(rule: AnyRule, frame: Frame, asked: Is) -> Answer:
    """Which parts of the frame keep the rule from finding what was asked for."""
    actual = parts_of(frame)
    fires = _Fires(rule, frame, asked)
    patterns = list(_patterns(rule, frame, fires, actual))
    singles = list(_singles(frame, actual, patterns, fires))
    if singles:
        return Answer(together=(singles[0],), instead=tuple(c for c in singles[1:] if _as_telling(c, singles[0])))
    smallest = [_smallest(actual, pattern, fires) for pattern in patterns]
    best = min(smallest, key=lambda changes: (len(changes), [_rank(c) for c in changes]), default=())
    return Answer(together=tuple(sorted(best, key=_rank)))


def _as_telling(other: Change, first: Change) -> bool:
    """Whether a second way is worth naming: not what is missing beside what is there, nor whose calendar would do."""
    return other.part.what != "owner" and (_is_empty(first) or not _is_empty(other))


@dataclass(frozen=True, slots=True)
class _Fires:
    rule: AnyRule
    frame: Frame
    asked: Is

    def __call__(self, parts: Parts) -> bool:
        world = compose(self.frame, parts)
        return world is not None and self.on(*world)

    def on(self, world: Snapshot, settings: RuleSettings) -> bool:
        rule = custom_rule(settings) if isinstance(settings, CustomSettings) else self.rule
        try:
            return any(self.asked(finding) for finding in run(rule, world, settings))
        except RuleError:
            return False


def _patterns(rule: AnyRule, frame: Frame, fires: _Fires, actual: Parts) -> Iterator[Parts]:
    """Worlds in which the rule certainly finds it; those of its own examples, or else the general ones."""
    own = list(islice(_holding(examples_of(rule, frame), fires, actual), MOST_KEPT))
    yield from own or islice(_holding(generic(frame), fires, actual), MOST_KEPT)


def _holding(fittings: Iterator[Iterator[Parts]], fires: _Fires, actual: Parts) -> Iterator[Parts]:
    for fitting in islice(fittings, MOST_PATTERNS):
        whole = ({**actual, **parts} for parts in fitting)
        yield from islice((parts for parts in whole if fires(parts)), 1)


def _differences(actual: Parts, wanted: Parts) -> list[Part]:
    return [part for part, value in wanted.items() if part not in actual or not same(part, actual[part], value)]


def _singles(frame: Frame, actual: Parts, patterns: Iterable[Parts], fires: _Fires) -> Iterator[Change]:
    """Every part that alone would do, the most telling first."""
    own = ((part, pattern[part]) for pattern in patterns for part in _differences(actual, pattern))
    nothing = absent(frame)
    alone = nothing.items() if nothing and fires({**actual, **nothing}) else ()
    offers = chain((offer for offer in own if offer[0] not in nothing), alone, _relaxed(frame.settings))
    found: dict[Part, Change] = {}
    tried: set[tuple[Part, str]] = set()
    for part, value in offers:
        if part not in found and (part, repr(value)) not in tried:
            tried.add((part, repr(value)))
            if fires({**actual, part: value}):
                nearest = _nearest(actual, part, value, fires) if part.where == "setting" else value
                found[part] = Change(part=part, actual=actual.get(part), wanted=nearest)
    yield from sorted(found.values(), key=_rank)


def _nearest(actual: Parts, part: Part, far: Any, fires: _Fires) -> Any:
    """Of a number the value that does and is nearest to the one that does not."""
    near = actual[part]
    if isinstance(far, bool) or not isinstance(far, int) or not isinstance(near, int):
        return far
    while abs(far - near) > 1:
        middle = (far + near) // 2
        far, near = (middle, near) if fires({**actual, part: middle}) else (far, middle)
    return far


def _smallest(actual: Parts, pattern: Parts, fires: _Fires) -> tuple[Change, ...]:
    """What remains when everything that can be taken back is; what is least telling is taken back first."""
    kept = {
        part: Change(part=part, actual=actual.get(part), wanted=pattern[part]) for part in _differences(actual, pattern)
    }
    groups = [[p for p in kept if p.where in _AROUND], *([p] for p in sorted(kept, key=lambda p: _rank(kept[p]))[::-1])]
    before = 0
    while len(kept) != before:
        before = len(kept)
        for group in groups:
            without = {part: change.wanted for part, change in kept.items() if part not in group}
            if len(without) < len(kept) and fires({**actual, **without}):
                kept = {part: kept[part] for part in without}
    return tuple(kept.values())


def _rank(change: Change) -> tuple[int, bool, str, str]:
    part = change.part
    place = ORDER.index(part.what) if part.what in ORDER else len(ORDER)
    rank = place if part.where not in _LAST or part.what in ("mode", "when") else _LAST[part.where]
    # Of two that would do, the one where something stands already says more than the one where nothing does.
    return (rank, _is_empty(change), part.where, part.what)


def _is_empty(change: Change) -> bool:
    return change.actual in (None, (), "", (None, False))


def _relaxed(settings: RuleSettings) -> Iterator[tuple[Part, Any]]:
    """Each setting of the rule as loose as it can be, either way."""
    for name, info in type(settings).model_fields.items():
        if name not in SILENT:
            yield from ((Part("setting", name), value) for value in _values(getattr(settings, name), info))


def _values(value: Any, info: FieldInfo) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        bounds = (getattr(limit, side, None) for limit in info.metadata for side in ("ge", "le"))
        yield from (*(bound for bound in bounds if bound is not None), 0, 1, LARGE)
    elif get_origin(info.annotation) is Literal:
        yield from (other for other in get_args(info.annotation) if other != value)
    elif isinstance(value, str) and value:
        yield ""


def day_ahead(rule: AnyRule, frame: Frame, asked: Is) -> int | None:
    """In how many days the rule will find it if nothing but the day changes; None when it will not for a year."""
    composed = compose(frame, parts_of(frame))
    fires = _Fires(rule, frame, asked)
    if composed is None:
        return None
    world, settings = composed
    for days in range(1, DAYS_AHEAD + 1):
        if fires.on(replace(world, now=world.now + timedelta(days=days)), settings):
            return days
    return None
