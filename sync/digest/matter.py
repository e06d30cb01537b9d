"""All that a digest is made of, as values; and which of it concerns a team."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from model.snapshot import Issue, Snapshot
from rules.base import SEVERITIES, Place, RuleSettings
from rules.engine import mode_for
from sync.base import Case, CaseEvent, Mute


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """A step that nobody was called for on the ticket."""

    uid: str
    case: str
    why: str
    """``budget``, ``quiet hours``, ``cap``, or ``next run`` for one that is about to be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    snapshot: Snapshot
    cases: Mapping[str, Case]
    """By id: those that stand, and those that cleared lately."""
    rules: Mapping[str, RuleSettings]
    untold: Sequence[Untold] = ()
    mutes: Mapping[tuple[str, str], Mute]
    """By (uid, case id)."""
    read: date
    """The day of the data."""

    @property
    def whole(self) -> bool:
        """Whether everything that the config names could be read."""
        return not self.snapshot.missing

    def end(self, case: Case, teams: frozenset[str]) -> tuple[Issue, Place] | None:
        """Where the case would be told to one of these teams: the consumer's end first; None where it would not be."""
        ends = sorted(case.finding.places, key=lambda place: (place.role != "consumer", place.uid))
        return next((end for place in ends if (end := self._told_at(case, place, teams)) is not None), None)

    def place(self, case: Case, uid: str) -> tuple[Issue, Place] | None:
        """Its place on one issue."""
        issue = self.snapshot.issues.get(uid)
        place = next((place for place in case.finding.places if place.uid == uid), None)
        return (issue, place) if issue is not None and place is not None else None

    def _told_at(self, case: Case, place: Place, teams: frozenset[str]) -> tuple[Issue, Place] | None:
        issue = self.snapshot.issues.get(place.uid)
        if issue is None or issue.team not in teams or self._muted(case, place.uid):
            return None
        settings = self.rules.get(case.rule)
        mode = mode_for(settings, issue.team) if settings is not None else "off"
        return (issue, place) if mode in ("label", "comment") else None

    def _muted(self, case: Case, uid: str) -> bool:
        """Whether a person wants to hear no more of it there. What was there from the start is heard in a digest."""
        mute = self.mutes.get((uid, case.id))
        return mute is not None and mute.why != "baseline"


def latest(events: Iterable[tuple[datetime, CaseEvent]]) -> dict[str, tuple[datetime, CaseEvent]]:
    """By case: the last thing that opened, worsened or cleared it."""
    moving = ("opened", "reopened", "worsened", "cleared")
    return {event.case.id: (at, event) for at, event in events if event.kind in moving}


def by_urgency(case: Case) -> tuple[int, datetime, str]:
    """The most severe first, then the oldest."""
    return -SEVERITIES.index(case.severity), case.opened, f"{case.rule} {case.id}"
