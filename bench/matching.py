"""Pairs issues up, so that each has about as many links as the dice gave it and a share of them crosses projects."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.figures import ACROSS, DEPENDENCIES_ACROSS, DEPENDENCY_TYPES, Dice


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    kind: str
    """A link type."""
    earlier: str
    """An issue that was there before: links of dependency types lead towards it, so that they form no cycle."""


class Matching:
    def __init__(self, dice: Dice, sizes: Mapping[str, float]) -> None:
        self._dice, self._sizes = dice, sizes
        self._waiting: dict[str, list[str]] = {place: [] for place in sizes}
        """Issues, by place, that still want a link; as often as they want one."""

    def pairs(self, place: str, issue: str) -> list[Pair]:
        """The links of a new issue to earlier ones; what finds no partner waits for a later issue."""
        found: dict[str, Pair] = {}
        wanted = self._dice.links()
        for _ in range(wanted):
            kind = self._dice.link_type()
            earlier = self._take(self._where(place, kind))
            if earlier and earlier not in found:
                found[earlier] = Pair(kind=kind, earlier=earlier)
        self._waiting[place] += [issue] * (wanted - len(found))
        return list(found.values())

    def _where(self, place: str, kind: str) -> str:
        """Drawn until it is another one, when the link is to cross."""
        across = DEPENDENCIES_ACROSS if kind in DEPENDENCY_TYPES else ACROSS
        other = place
        while self._dice.chance(across) and other == place:
            other = self._dice.choices([*self._sizes], [*self._sizes.values()])[0]
            across = 1.0
        return other

    def _take(self, place: str) -> str:
        waiting = self._waiting[place]
        if not waiting:
            return ""
        at = self._dice.randrange(len(waiting))
        waiting[at], waiting[-1] = waiting[-1], waiting[at]
        return waiting.pop()
