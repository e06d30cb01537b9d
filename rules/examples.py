"""Examples of a rule: a small world, a moment, and what is found in it or why nothing is.

They are the rule's tests and the last part of its page in docs/rules.md. Keys are written as
people write them: ``PAY-1`` is an issue of the tracker ``jira``, ``acme/web#3`` of ``github``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from model.calendar import Calendar
from model.facts import Ref
from model.policy import PUBLIC
from model.snapshot import (
    STRENGTHS,
    Coverage,
    DateClaim,
    Dependency,
    End,
    Evidence,
    Issue,
    Missing,
    Move,
    Progress,
    Reach,
    Snapshot,
    State,
    Strength,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    name: str
    """What is special about it, as a heading: ``The date is today``."""
    edges: tuple[Dependency, ...] = ()
    issues: tuple[Issue, ...] = ()
    """Issues that are there beside the edges' ends."""
    meetings: Mapping[str, str] = field(default_factory=dict)
    """Forum -> the date of its last meeting."""
    unreadable: tuple[tuple[str, str, int], ...] = ()
    missing: tuple[Missing, ...] = ()
    now: str = "2026-12-02"
    """The moment of judging: a date (noon in UTC) or a moment with its zone."""
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    finds: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """Keys of the subject's members -> level. Empty: nothing is found."""
    because: str
    """Why, in the words of the manual."""

    @property
    def snapshot(self) -> Snapshot:
        return world(
            *self.edges,
            now=moment(self.now),
            issues=self.issues,
            meetings=self.meetings,
            calendars=self.calendars,
            unreadable=self.unreadable,
            missing=self.missing,
        )


def moment(text: str) -> datetime:
    """``2026-12-02`` is noon in UTC; anything longer carries its own zone."""
    return datetime.fromisoformat(text if len(text) > 10 else f"{text}T12:00+00:00").astimezone(UTC)


def ref(key: str) -> Ref:
    return Ref("github" if "#" in key else "jira", key)


def uid(key: str) -> str:
    return key if key.startswith(("jira:", "github:")) else str(ref(key))


def issue(
    key: str,
    team: str = "",
    progress: Progress = "open",
    title: str = "",
    *,
    end: End = "read",
    party: str = "",
    sprint: str = "",
    audience: str = PUBLIC,
    complete: bool = True,
    kind: Literal["issue", "pull_request"] = "issue",
    parent: str = "",
    assigned: bool = False,
    planned: bool = False,
    reopened: bool = False,
    due: str = "",
    created: str = "",
    resolved: str = "",
    active: str = "",
    labels: tuple[str, ...] = (),
    type_name: str = "",
) -> Issue:
    """``parent`` is a key; dates are as in ``Example.now``."""
    name = ref(key)
    page = "https://github.example/{}/issues/{}" if "#" in key else "https://jira.example/browse/{}"
    return Issue(
        uid=str(name),
        ref=name,
        end=end,
        title=title,
        url=page.format(*key.split("#")),
        progress=progress,
        team=team,
        party=party,
        sprint=sprint,
        audience=audience,
        complete=complete,
        kind=kind,
        parent=uid(parent) if parent else "",
        assigned=assigned,
        planned=planned or bool(sprint or due),
        reopened=reopened,
        due=date.fromisoformat(due) if due else None,
        created=_maybe(created),
        resolved=_maybe(resolved),
        active=_maybe(active),
        labels=labels,
        type_name=type_name,
    )


def _maybe(text: str) -> datetime | None:
    return moment(text) if text else None


def text(
    at: Issue, phrase: str, place: str = "body", strength: Strength = "stated", audience: str = PUBLIC
) -> Evidence:
    """Dependency wording found in a text of ``at``."""
    return Evidence(strength=strength, kind="text", at=at.uid, phrase=phrase, place=place, audience=audience)


def link(at: Issue, phrase: str = "is blocked by") -> Evidence:
    """A native link, read on ``at``."""
    return Evidence(strength="declared", kind="link", at=at.uid, phrase=phrase, place="links", audience=at.audience)


def depends(
    consumer: Issue,
    provider: Issue,
    *evidence: Evidence,
    needed: str = "",
    promised: str = "",
    covered: bool | None = None,
    by: str = "",
    forums: tuple[str, ...] = (),
    since: str = "",
    moves: tuple[str, ...] = (),
) -> Dependency:
    """An edge; without ``evidence`` a native link declares it. Dates read ``2026-12-01 sprint Aurora 12``.

    ``since``: as in ``Example.now``. ``moves`` of the promise: ``2026-11-20: 2026-12-01 -> 2026-12-08``.
    """
    proof = evidence or (link(consumer),)
    return Dependency(
        consumer=consumer,
        provider=provider,
        evidence=tuple(sorted(proof, key=lambda e: -STRENGTHS.index(e.strength))),
        state=_state(consumer, provider, promised),
        reach=_reach(consumer, provider),
        needed=claim(needed, consumer),
        needed_explicit=needed.split()[1:2] in (["text"], ["command"]),
        promised=claim(promised, provider),
        since=_maybe(since),
        moves=tuple(_move(text) for text in moves),
        coverage=Coverage(covered=covered, by=by),
        shared_forums=forums,
        inputs=frozenset({consumer.audience, provider.audience}) - {PUBLIC},
    )


def _move(text: str) -> Move:
    at, days = text.split(": ")
    before, after = days.split(" -> ")
    return Move(at=moment(at), before=date.fromisoformat(before), after=date.fromisoformat(after))


def claim(text: str, of: Issue) -> DateClaim | None:
    """``DAY SOURCE [NAME]``; a name that ends in ``+1`` has a day of grace."""
    if not text:
        return None
    day, source, *name = text.split(maxsplit=2)
    label = "".join(name)
    grace = int(label.endswith("+1"))
    return DateClaim(
        day=date.fromisoformat(day),
        source=source,
        of=of.uid,
        name=label.removesuffix("+1").strip(),
        grace_days=grace,
    )


def _state(consumer: Issue, provider: Issue, promised: str) -> State:
    if consumer.over:
        return "moot"
    if provider.progress == "dropped":
        return "dropped"
    if provider.progress == "done":
        return "delivered"
    if "unknown" in (consumer.progress, provider.progress) or not (consumer.complete and provider.complete):
        return "unknown"
    return "committed" if promised else "requested"


def _reach(consumer: Issue, provider: Issue) -> Reach:
    if consumer.party or provider.party:
        return "external"
    if not (consumer.team and provider.team):
        return "unknown"
    return "internal" if consumer.team == provider.team else "cross_team"


def world(
    *edges: Dependency,
    now: datetime,
    issues: Iterable[Issue] = (),
    meetings: Mapping[str, str] | None = None,
    calendars: Mapping[str, Calendar] | None = None,
    unreadable: Iterable[tuple[str, str, int]] = (),
    missing: Iterable[Missing] = (),
) -> Snapshot:
    """The snapshot that holds these edges and their ends, these issues, and nothing else."""
    everything = {i.uid: i for i in (*issues, *(end for edge in edges for end in (edge.consumer, edge.provider)))}
    children: dict[str, list[str]] = {}
    for child in sorted(everything):
        if everything[child].parent:
            children.setdefault(everything[child].parent, []).append(child)
    return Snapshot(
        now=now,
        issues=everything,
        dependencies=tuple(sorted(edges, key=lambda edge: edge.key)),
        unreadable=tuple(unreadable),
        missing=tuple(missing),
        teams=calendars or {},
        children={parent: tuple(found) for parent, found in children.items()},
        forums={forum: date.fromisoformat(day) for forum, day in (meetings or {}).items()},
    )
