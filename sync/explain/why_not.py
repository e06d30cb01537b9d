"""Why a rule finds nothing on an issue: which condition failed, asked of the rule itself. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from model.document import plain
from model.evidence import Gatherer
from model.resolve import Resolver
from model.snapshot import Dependency, Issue, Snapshot
from rules.base import AnyRule, Finding, RuleSettings, Subject
from rules.engine import run
from sync.config.settings import Exemption
from sync.explain.days import Refs
from sync.explain.frame import Frame, Part
from sync.explain.reasons import AROUND, condition, does_not_hold, expression
from sync.explain.search import Change, Is, day_ahead, search
from sync.explain.view import View
from sync.places import place_url

MOST_DEPENDENCIES = 20
"""Of one issue, that are looked at."""
MOST_AROUND = 60
"""Dependencies around one that a rule sees when it is asked again."""
MOST_INSTEAD = 4
UNLIKE = "unlike"
"""The condition that is named where none could be told apart."""

CaseIds = Mapping[tuple[str, Subject], str]
"""Ids of the cases that stand."""


def why_not(view: View, rule: AnyRule, uid: str, refs: Refs, cases: CaseIds) -> dict[str, Any]:
    """``uid``: an issue of the snapshot. What the rule does find on it, and for the rest, what keeps it from that."""
    settings = view.config.rules.get(rule.id) or rule.settings()
    world = view.snapshot
    found = [f for f in run(rule, world, settings) if _about(f, world.issues[uid])]
    kept = {(f.rule, f.subject) for f in view.findings}
    told = [_found(f, cases, _exemption(f, view) if (f.rule, f.subject) not in kept else None, refs) for f in found]
    return {
        "issue": refs.get(uid, str(world.issues[uid].ref)),
        "rule": rule.id,
        "at": view.at.isoformat(),
        "found": told,
        "not_found": list(reasons(world, rule, settings, uid, found)),
        "left_out": max(0, sum(uid in edge.key for edge in world.dependencies) - MOST_DEPENDENCIES),
        "hints": list(hints(view, uid, refs)),
    }


def hints(view: View, uid: str, refs: Refs) -> Iterator[dict[str, Any]]:
    """Words that mention another issue and make no dependency: nobody said who waits, the writer does not count, or it
    was rejected."""
    everybody = dict.fromkeys(view.facts.issues, "")
    gathered = Gatherer(view.facts, view.policy, Resolver(view.facts, view.policy), everybody).gather()
    ties = {frozenset(edge.key) for edge in view.snapshot.dependencies}
    for hint in gathered.hints:
        if uid in hint.pair and frozenset(hint.pair) not in ties:
            piece = hint.evidence
            leans = hint.mention is not None and hint.mention.lean is not None
            yield {
                "between": [refs.get(end, end) for end in hint.pair],
                "says": piece.phrase,
                "by": piece.author or None,
                "url": place_url(view.snapshot.issues.get(piece.at), piece.place),
                "why": "who wrote it does not belong to a team" if leans else "it does not say who waits",
            }
    for pair, rejected in view.snapshot.rejected.items():
        if uid in pair:
            yield {
                "between": [refs.get(end, end) for end in pair],
                "says": f"/crosstie {rejected.said}",
                "by": rejected.person.name or rejected.person.id,
                "url": place_url(view.snapshot.issues.get(rejected.uid), f"comment:{rejected.id.split(':')[1]}"),
                "why": "it was rejected by command",
            }


def _about(finding: Finding, issue: Issue) -> bool:
    """Whether a finding concerns an issue: as a member, by its scope, or by its party."""
    scope = f"{issue.ref.tracker}:{issue.ref.scope}"
    members = finding.subject.members
    match finding.subject.kind:
        case "scope":
            return scope in members
        case "party":
            return issue.party in members
    return issue.uid in members


def _found(finding: Finding, cases: CaseIds, exempt: Exemption | None, refs: Refs) -> dict[str, Any]:
    return {
        "case": cases.get((finding.rule, finding.subject)),
        "about": [refs.get(member, member) for member in finding.subject.members],
        "level": finding.level,
        "message": plain(finding.message),
        "exempt": {"until": exempt.until.isoformat(), "reason": exempt.reason} if exempt else None,
    }


def _exemption(finding: Finding, view: View) -> Exemption | None:
    """The one of the config that takes this finding away."""
    ends = (view.snapshot.issues.get(member) for member in finding.subject.members)
    names = {str(end.ref) for end in ends if end is not None}
    live = (e for e in view.config.exemptions if e.until >= view.at.date())
    return next((e for e in live if e.rule == finding.rule and e.issue in names), None)


def reasons(
    world: Snapshot, rule: AnyRule, settings: RuleSettings, uid: str, found: Iterable[Finding] = ()
) -> Iterator[dict[str, Any]]:
    """Of each dependency of an issue on which nothing is found, and of the issue itself, which conditions failed."""
    found = tuple(found)
    if rule.subject in ("issue", "scope", "party") and found:
        return
    around = _Around(world)
    edges = [edge for edge in around.of(uid) if not any(_on(finding, edge) for finding in found)]
    if rule.subject != "issue":
        yield from (_of_edge(around, rule, settings, edge, uid) for edge in edges[:MOST_DEPENDENCIES])
    if not around.of(uid) or rule.subject == "issue":
        yield _of_issue(around, rule, settings, uid)


def _on(finding: Finding, edge: Dependency) -> bool:
    return set(edge.key) <= set(finding.subject.members)


class _Around:
    """Which dependencies stand around an issue."""

    def __init__(self, world: Snapshot) -> None:
        self.world = world
        self._at: dict[str, list[Dependency]] = defaultdict(list)
        for edge in world.dependencies:
            for end in sorted({edge.consumer.uid, edge.provider.uid}):
                self._at[end].append(edge)

    def of(self, uid: str) -> list[Dependency]:
        return self._at.get(uid, [])

    def near(self, uids: Iterable[str]) -> tuple[Dependency, ...]:
        """The nearest, in the order in which they are met, over parents and children too."""
        queue, seen = deque(uids), set(uids)
        found: dict[tuple[str, str], Dependency] = {}
        while queue and len(found) < MOST_AROUND:
            here = queue.popleft()
            edges = list(islice(self.of(here), MOST_AROUND))
            found.update((edge.key, edge) for edge in edges)
            ends = (end for edge in edges for end in edge.key)
            new = [uid for uid in dict.fromkeys([*ends, *self._family(here)]) if uid not in seen]
            seen.update(new)
            queue.extend(new)
        return tuple(islice(found.values(), MOST_AROUND))

    def _family(self, uid: str) -> Iterator[str]:
        issue = self.world.issues.get(uid)
        if issue is not None and issue.parent:
            yield issue.parent
        yield from islice(self.world.children.get(uid, ()), MOST_AROUND)

    def issues(self, uids: Iterable[str], edges: Iterable[Dependency]) -> dict[str, Issue]:
        ends = {end for edge in edges for end in edge.key} | set(uids)
        near = {*ends, *(relative for end in ends for relative in self._family(end))}
        return {uid: self.world.issues[uid] for uid in sorted(near) if uid in self.world.issues}

    def frame(self, settings: RuleSettings, ends: Mapping[str, Issue], edge: Dependency | None) -> Frame:
        uids = [end.uid for end in ends.values()]
        near = self.near(uids)
        return Frame(
            snapshot=self.world,
            settings=settings,
            ends=ends,
            edge=edge,
            others=tuple(other for other in near if other is not edge),
            issues=self.issues(uids, near),
        )


def frame_of(world: Snapshot, settings: RuleSettings, edge: Dependency) -> Frame:
    """One dependency and what is near it."""
    return _Around(world).frame(settings, {"consumer": edge.consumer, "provider": edge.provider}, edge)


def _of_edge(around: _Around, rule: AnyRule, settings: RuleSettings, edge: Dependency, uid: str) -> dict[str, Any]:
    head = {"consumer": str(edge.consumer.ref), "provider": str(edge.provider.ref)}
    if edge.consumer.uid == edge.provider.uid:
        says = f"{edge.consumer.ref} waits for itself, and nobody else is concerned"
        return {**head, "because": [_plain("ends", "the same issue", says)], "instead": [], "from": None, "when": None}
    frame = around.frame(settings, {"consumer": edge.consumer, "provider": edge.provider}, edge)
    return {**head, **_answer(rule, frame, _asked(rule, frame, uid))}


def _of_issue(around: _Around, rule: AnyRule, settings: RuleSettings, uid: str) -> dict[str, Any]:
    issue = around.world.issues[uid]
    head = {"consumer": None, "provider": None}
    if rule.subject in ("edge", "cycle") or (rule.subject != "issue" and not around.of(uid)):
        says = f"nothing on record says that {issue.ref} waits for anything, or that anything waits for it"
        return {**head, "because": [_plain("dependency", "none", says)], "instead": [], "from": None, "when": None}
    fitting = [around.frame(settings, {"issue": issue}, None)]
    fitting += [
        around.frame(settings, {"consumer": edge.consumer, "provider": edge.provider}, edge)
        for edge in around.of(uid)[:MOST_DEPENDENCIES]
        if edge.consumer.uid != edge.provider.uid
    ]
    answers = [_answer(rule, frame, _asked(rule, frame, uid)) for frame in fitting]
    return {**head, **sorted(answers, key=_simplicity)[0]}


def _simplicity(answer: dict[str, Any]) -> tuple[bool, int]:
    """What would have to stand around an issue says less of it than what stands on itself."""
    because = answer["because"]
    return (because[0]["condition"] == UNLIKE, sum(1 + reason.get("times", 0) for reason in because))


def _asked(rule: AnyRule, frame: Frame, uid: str) -> Is:
    """Which finding would be the one that is missed."""
    issue = next(end for end in frame.ends.values() if end.uid == uid)
    key = tuple(frame.ends[role].uid for role in ("consumer", "provider")) if frame.edge else (uid,)
    scopes = {f"{end.ref.tracker}:{end.ref.scope}" for end in frame.ends.values()}

    def asked(finding: Finding) -> bool:
        members = finding.subject.members
        match finding.subject.kind:
            case "edge":
                return members == key
            case "cycle":
                return set(key) <= set(members)
            case "scope":
                return bool(scopes & set(members))
            case "party":
                return frame.edge is not None
        return issue.uid in members

    return asked


def _answer(rule: AnyRule, frame: Frame, asked: Is) -> dict[str, Any]:
    answer = search(rule, frame, asked)
    ahead = day_ahead(rule, frame, asked)
    day = frame.snapshot.now.date() + timedelta(days=ahead) if ahead is not None else None
    because = list(_folded(answer.together, rule, frame))
    instead = {other["says"]: other for other in (condition(change, rule, frame) for change in answer.instead)}
    asked_for = expression(rule, frame)
    if not because and asked_for is not None and not asked_for["holds"]:
        because = [_plain("when", "yes" if asked_for["holds"] else "no", does_not_hold(asked_for))]
    if not because:
        says = f"no reason could be told apart: it is unlike everything on which {rule.id} is known to find something"
        because = [_plain(UNLIKE, "every example", says)]
    return {
        "because": because,
        "instead": [other for says, other in instead.items() if says != because[0]["says"]][:MOST_INSTEAD],
        "from": day.isoformat() if day else None,
        "when": asked_for,
    }


def _folded(changes: Sequence[Change], rule: AnyRule, frame: Frame) -> Iterator[dict[str, Any]]:
    """Each change as a condition; what would have to stand around it, as one with an example."""
    own = (c for c in changes if c.part.where not in AROUND and not _implied(c, changes))
    yield from (condition(change, rule, frame) for change in own)
    for where in AROUND:
        around = [change for change in changes if change.part.where == where]
        if around:
            first = condition(around[0], rule, frame)
            more = f", and {len(around) - 1} more like that" if len(around) > 1 else ""
            yield {**first, "condition": "around", "says": first["says"] + more, "times": len(around)}


def _implied(change: Change, changes: Iterable[Change]) -> bool:
    """How far an issue is that cannot be read is not known for that very reason."""
    unread = Part(change.part.where, "end") in (c.part for c in changes)
    return unread and change.part.what == "progress" and change.actual == "unknown"


def _plain(name: str, actual: str, says: str) -> dict[str, Any]:
    return {"condition": name, "is": actual, "would_do": None, "says": says}
