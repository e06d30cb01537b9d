"""A digest as a document, for its readers. Pure: the same store, config and day give the same page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from model.calendar import Calendar
from model.document import Day, Document, Line, Section, long_day
from model.policy import PUBLIC
from rules.wording import line
from sync.config.digests import DigestTable
from sync.digest.base import Counts, Letter
from sync.digest.cases import Events, entries, news, settled, untold
from sync.digest.matter import Matter
from sync.digest.waiting import waiting
from sync.gate import Entry, Fragment, Gate, Part

ALL = 10**9
REASONS: Mapping[str, str] = {
    "budget": "beyond the day's budget",
    "quiet hours": "in quiet hours",
    "cap": "beyond what one run may write",
    "next run": "for the next run",
}
HOW_TO_ANSWER = "A date on the issue answers, and so does a comment there: /crosstie ack, or /crosstie promise DATE."


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What decides how a digest is put together."""

    digest: DigestTable
    teams: frozenset[str]
    calendar: Calendar
    reader: str
    """The audience that reads it."""
    day: date
    since: date
    """The day of the digest before."""


def build(brief: Brief, matter: Matter, events: Events) -> Letter:
    """``events``: what happened since the digest before."""
    digest, teams, since = brief.digest, brief.teams, long_day(brief.since)
    page = _Page(Gate(brief.reader), digest.most)
    held, why = untold(matter, teams)
    owned = bool(digest.forum)
    page.add("untold", "Not said on the tickets", *entries(held, page.gate, owned=owned), why)
    fresh = news(matter, teams, events, brief.calendar, without=why)
    page.add("news", f"New or worse since {since}", *entries(fresh, page.gate, owned=owned))
    page.add("settled", f"Settled since {since}", settled(matter, teams, events, owned=owned))
    _add_waiting(page, brief, matter)
    told = page.gate.document(page.parts, _footer(brief, matter), here="this page")
    counts = Counts(**page.counts, withheld=told.withheld)
    whom = digest.team or digest.forum
    return Letter(
        name=digest.name,
        day=brief.day,
        whom=whom,
        title=f"{whom}, {long_day(brief.day)}: {counts}",
        counts=counts,
        document=told.document or _nothing_new(brief, matter),
    )


@dataclass(slots=True)
class _Page:
    """The parts of a page as they come, and how much of each its readers may read."""

    gate: Gate
    most: int
    parts: list[Part] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        kind: str,
        heading: str,
        entries: Sequence[Entry],
        told: frozenset[str] | None = None,
        why: Mapping[str, str] | None = None,
    ) -> bool:
        """Whether the readers may read any of it.

        ``told``: the cases that they may read, where the entries have more than a line can name. ``why``: by case,
        the reason to be summed up beside the number.
        """
        if told is None:
            told = self.gate.document((Part(heading="", entries=tuple(entries), most=ALL),)).cases
        self.counts[kind] += len(told)
        reasons = Counter(REASONS.get(why[case], why[case]) for case in sorted(told)) if why else {}
        parts = [f"{number} {reason}" if len(reasons) > 1 else reason for reason, number in reasons.items()]
        summed = f" ({', '.join(parts)})" if parts else ""
        self.parts.append(Part(heading=f"{heading}: {len(told)}{summed}", entries=tuple(entries), most=self.most))
        return bool(told)

    def hint(self, words: str) -> None:
        self.parts.append(Part(heading="", lines=(Fragment(line(words), ()),)))


def _add_waiting(page: _Page, brief: Brief, matter: Matter) -> None:
    found = waiting(matter, brief.teams, brief.digest.waiting_days, brief.calendar)
    if brief.digest.forum:
        answerable = page.add("waiting", "Waiting for an answer among these teams", found.between)
        page.add("waiting", "They wait for others", found.ours)
        answerable |= page.add("waiting", "Others wait for them", found.theirs)
    else:
        page.add("waiting", "You wait for an answer", found.ours)
        answerable = page.add("waiting", "Waiting for your answer", found.theirs)
    if answerable:
        page.hint(HOW_TO_ANSWER)


def _footer(brief: Brief, matter: Matter) -> Line:
    partly = (
        ""
        if matter.whole or brief.reader == PUBLIC
        else " Not everything could be read; what is not known is not said."
    )
    return line("crosstie, from what the trackers said on ", Day(matter.read), f".{partly}")


def _nothing_new(brief: Brief, matter: Matter) -> Document | None:
    if brief.digest.empty == "skip":
        return None
    said = line("There is nothing new to say.")
    return Document((Section("", (said,)),), _footer(brief, matter), reader=brief.reader)
