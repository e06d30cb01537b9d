"""Worlds in which a rule finds something, laid over the dependency or issue in question. Pure.

They are the rule's own examples, moved to the day and the teams in question; for a rule whose examples do not fit
there are a few worlds in which much is wrong at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice, product
from typing import Any, NamedTuple

from model.snapshot import Coverage, DateClaim, Dependency, Evidence, Issue, Move, Progress, Reach, Snapshot, Strength
from rules.base import AnyRule, RuleSettings
from rules.examples import Example, uid
from sync.explain.frame import Frame, Part, Parts, absent, edge_parts, issue_parts, setting_parts

SHIFTS = (0, 1, -1, 2, -2, 3, -3)
"""Days by which an example is moved further when it does not hold on its own weekday."""
OTHER_TEAM, A_PARTY = "another team", "a vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Laid:
    """An example with its issues renamed and its days moved."""

    frame: Frame
    names: Mapping[str, str]
    """Uid in the example -> uid in question."""
    teams: Mapping[str, str]
    days: int

    def day(self, day: date) -> date:
        return day + timedelta(days=self.days)

    def moment(self, at: datetime | None) -> datetime | None:
        return at + timedelta(days=self.days) if at is not None else None

    def uid(self, name: str) -> str:
        """What is only in the example keeps apart from what is really there."""
        return self.names.get(name, f"example:{name}") if name else ""

    def claim(self, claim: DateClaim | None) -> DateClaim | None:
        return replace(claim, day=self.day(claim.day), of=self.uid(claim.of)) if claim is not None else None

    def issue(self, issue: Issue) -> Issue:
        return replace(
            issue,
            uid=self.uid(issue.uid),
            parent=self.uid(issue.parent),
            team=self.teams.get(issue.team, issue.team),
            due=self.day(issue.due) if issue.due else None,
            created=self.moment(issue.created),
            resolved=self.moment(issue.resolved),
            active=self.moment(issue.active),
        )

    def edge(self, edge: Dependency) -> Dependency:
        moves = (
            Move(at=m.at + timedelta(days=self.days), before=self.day(m.before), after=self.day(m.after))
            for m in edge.moves
        )
        return replace(
            edge,
            consumer=self.issue(edge.consumer),
            provider=self.issue(edge.provider),
            evidence=tuple(replace(e, at=self.uid(e.at), written=self.moment(e.written)) for e in edge.evidence),
            needed=self.claim(edge.needed),
            promised=self.claim(edge.promised),
            moves=tuple(moves),
            since=self.moment(edge.since),
        )


def examples_of(rule: AnyRule, frame: Frame) -> Iterator[Iterator[Parts]]:
    """For each fitting of an example on which the rule finds something: the same on its own day and on near ones."""
    for example in rule.examples:
        if example.finds:
            for focus in _focuses(rule, example, frame):
                yield _shifted(rule, example, focus, frame)


def _shifted(rule: AnyRule, example: Example, focus: Dependency | Issue, frame: Frame) -> Iterator[Parts]:
    return (_parts(rule, example, focus, frame, days) for days in SHIFTS)


def _focuses(rule: AnyRule, example: Example, frame: Frame) -> Iterator[Dependency | Issue]:
    """What of the example is laid over the frame: a dependency it finds something on, or an issue."""
    found = {name if rule.subject in ("scope", "party") else uid(name) for names in example.finds for name in names}
    if frame.edge is None:
        yield from (i for i in example.snapshot.issues.values() if i.uid in found)
        return
    for edge in example.edges:
        members = {edge.consumer.uid, edge.provider.uid, edge.consumer.party, edge.provider.party}
        scopes = {f"{i.ref.tracker}:{i.ref.scope}" for i in (edge.consumer, edge.provider)}
        if found & (members | scopes):
            yield edge


def _parts(rule: AnyRule, example: Example, focus: Dependency | Issue, frame: Frame, more: int) -> Parts:
    world = example.snapshot
    ends = {"issue": focus} if isinstance(focus, Issue) else {"consumer": focus.consumer, "provider": focus.provider}
    owners = _owners(ends, frame.ends)
    laid = _Laid(
        frame=frame,
        names={end.uid: frame.ends[role].uid for role, end in ends.items()},
        teams=_teams(world, {end.team: owners[role][0] for role, end in ends.items() if end.team}),
        days=(frame.snapshot.now.date() - world.now.date()).days + more,
    )
    found: dict[Part, Any] = {}
    for role, end in ends.items():
        found.update(issue_parts(role, laid.issue(end)))
        found[Part(role, "owner")] = owners[role]
    if isinstance(focus, Dependency):
        found.update(edge_parts(laid.edge(focus)))
    found.update(setting_parts(rule.settings.model_validate(example.settings)))
    return found | _around(example, focus, laid)


def _around(example: Example, focus: Dependency | Issue, laid: _Laid) -> dict[Part, Any]:
    """The rest of the example: its other dependencies and issues, each to be added alone."""
    world = example.snapshot
    edges = [laid.edge(edge) for edge in world.dependencies if edge is not focus]
    held = {i.uid for e in edges for i in (e.consumer, e.provider)} | laid.frame.uids
    beside = [issue for i in world.issues.values() if (issue := laid.issue(i)).uid not in held]
    found: dict[Part, Any] = {Part("added", f"{e.consumer.uid} -> {e.provider.uid}"): e for e in edges}
    found |= {Part("beside", i.uid): i for i in beside}
    found |= absent(laid.frame) | {Part("world", "missing"): world.missing}
    found[Part("world", "unreadable")] = tuple(_refused(world, laid))
    if world.forums:
        found[Part("world", "meetings")] = {forum: laid.day(day) for forum, day in world.forums.items()}
    return found


def _refused(world: Snapshot, laid: _Laid) -> Iterator[tuple[str, str, int]]:
    """What cannot be read in the example, said of the scope in question."""
    for end in islice(reversed(list(laid.frame.ends.values())), len(world.unreadable)):
        yield end.ref.tracker, end.ref.scope, 1


def _owners(ends: Mapping[str, Issue], actual: Mapping[str, Issue]) -> dict[str, tuple[str, str]]:
    """(team, party) of each end: of the kind that the example has, by the names in question where they can be kept."""
    owners = {role: _owner(end, actual[role]) for role, end in ends.items()}
    if len(owners) == 1:
        return owners
    one, other = ends["consumer"], ends["provider"]
    (team, _), (second, _) = owners["consumer"], owners["provider"]
    if one.team and other.team and (one.team == other.team) != (team == second):
        owners["provider"] = (team if one.team == other.team else OTHER_TEAM, "")
    return owners


def _teams(world: Snapshot, known: Mapping[str, str]) -> dict[str, str]:
    """Names for all teams of the example, so that two that are two stay two."""
    rest = sorted({issue.team for issue in world.issues.values()} - known.keys() - {""})
    return {**known, **{team: f"{OTHER_TEAM} {team}" if team in known.values() else team for team in rest}}


def _owner(end: Issue, actual: Issue) -> tuple[str, str]:
    if end.party:
        return "", actual.party or A_PARTY
    return (actual.team or OTHER_TEAM, "") if end.team else ("", "")


def generic(frame: Frame) -> Iterator[Iterator[Parts]]:
    """Worlds in which much is wrong at once, for rules whose own examples do not fit."""
    if frame.edge is None:
        return
    for reach, progress, days, strength in product(_REACHES, _PROGRESS, _DAYS, _STRENGTHS):
        yield iter((_wrong(frame, _Wrong(reach, progress, days, strength)),))


_REACHES: tuple[Reach, ...] = ("cross_team", "external", "internal")
_PROGRESS: tuple[tuple[Progress, Progress], ...] = (
    *(("open", "open"), ("started", "started"), ("open", "done"), ("open", "dropped"), ("done", "open")),
)
_DAYS: tuple[tuple[int | None, int | None], ...] = (
    *((-60, -40), (-60, None), (None, -60), (2, 2), (30, 60), (None, None)),
)
"""Of need and promise, counted from today."""
_STRENGTHS: tuple[Strength, ...] = ("declared", "stated")


class _Wrong(NamedTuple):
    reach: Reach
    progress: tuple[Progress, Progress]
    days: tuple[int | None, int | None]
    strength: Strength


def _wrong(frame: Frame, shape: _Wrong) -> Parts:
    now = frame.snapshot.now
    long_ago, (consumer, provider) = now - timedelta(days=90), frame.ends.values()
    found: dict[Part, Any] = {}
    for role, progress in zip(frame.ends, shape.progress, strict=True):
        end = replace(frame.ends[role], progress=progress, end="read", complete=True, active=long_ago)
        found.update(issue_parts(role, end))
    needed, promised = (now.date() + timedelta(days=days) if days is not None else None for days in shape.days)
    link = Evidence(
        strength=shape.strength,
        kind="link" if shape.strength == "declared" else "text",
        at=consumer.uid,
        phrase="is blocked by",
        place="links",
    )
    asked = DateClaim(day=needed, source="text", of=consumer.uid) if needed else None
    return found | {
        Part("consumer", "owner"): (consumer.team or OTHER_TEAM, ""),
        Part("provider", "owner"): _other_owner(shape.reach, consumer, provider),
        Part("edge", "evidence"): (link,),
        Part("edge", "needed"): (asked, asked is not None),
        Part("edge", "promised"): DateClaim(day=promised, source="due", of=provider.uid) if promised else None,
        Part("edge", "since"): long_ago,
        Part("edge", "coverage"): Coverage(covered=False),
        Part("edge", "shared_forums"): (),
        **setting_parts(_loud(frame.settings)),
    }


def _other_owner(reach: Reach, consumer: Issue, provider: Issue) -> tuple[str, str]:
    team = consumer.team or OTHER_TEAM
    if reach == "external":
        return "", provider.party or A_PARTY
    if reach == "internal":
        return team, ""
    return (provider.team if provider.team not in ("", team) else f"{OTHER_TEAM} again"), ""


def _loud(settings: RuleSettings) -> RuleSettings:
    return settings if settings.mode != "off" else settings.model_copy(update={"mode": "comment"})
