"""A small world around one dependency or one issue, taken apart so that single things in it can be exchanged. Pure.

``why_not`` exchanges what is for what a rule would find something on, and asks the rule itself each time: no rule's
conditions are written down a second time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from pydantic import ValidationError

from model.interpret import reach_of, state_of
from model.snapshot import Coverage, Dependency, Issue, Missing, Snapshot
from rules.base import RuleSettings


class Part(NamedTuple):
    """What can be exchanged."""

    where: str
    """``consumer``, ``provider``, ``issue``, ``edge``, ``setting``, ``world``; of what is around: ``dependency`` and
    ``relative`` for what is there and could be absent, ``added`` and ``beside`` for what is not there."""
    what: str


Parts = Mapping[Part, Any]

ENDS = ("consumer", "provider", "issue")
_GROUPS = {"end": ("end", "complete"), "owner": ("team", "party")}
_IDENTITY = frozenset({"uid", "ref", "title", "url", "status", "audience"})
_GROUPED = frozenset(name for group in _GROUPS.values() for name in group)
ISSUE_FIELDS = tuple(f.name for f in fields(Issue) if f.name not in _IDENTITY | _GROUPED)
EDGE_FIELDS = ("evidence", "promised", "moves", "since", "coverage", "shared_forums")
SILENT = frozenset({"severity", "severity_from", "notify", "teams", "name", "message", "advice"})
"""Settings that decide how a finding is told, never whether there is one."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stays the same whatever is exchanged."""

    snapshot: Snapshot
    """The neighbourhood: its moment, calendars and meetings count."""
    settings: RuleSettings
    ends: Mapping[str, Issue]
    """``consumer`` and ``provider``, or only ``issue``."""
    edge: Dependency | None = None
    others: tuple[Dependency, ...] = ()
    issues: Mapping[str, Issue] = field(default_factory=dict)

    @property
    def uids(self) -> frozenset[str]:
        return frozenset(issue.uid for issue in self.ends.values())


def absent(frame: Frame) -> dict[Part, Any]:
    """Nothing around."""
    return {part: None for part in parts_of(frame) if part.where in ("dependency", "relative")}


def parts_of(frame: Frame) -> dict[Part, Any]:
    """Everything of a frame that can be exchanged."""
    found: dict[Part, Any] = {}
    for role, issue in frame.ends.items():
        found.update(issue_parts(role, issue))
    if frame.edge is not None:
        found.update(edge_parts(frame.edge))
    found.update(setting_parts(frame.settings))
    found.update({Part("dependency", f"{e.consumer.ref} -> {e.provider.ref}"): e for e in frame.others})
    found.update({Part("relative", uid): issue for uid, issue in frame.issues.items() if uid not in frame.uids})
    found[Part("world", "unreadable")] = frame.snapshot.unreadable
    found[Part("world", "missing")] = frame.snapshot.missing
    return found


def issue_parts(role: str, issue: Issue) -> dict[Part, Any]:
    grouped = {Part(role, name): tuple(getattr(issue, f) for f in group) for name, group in _GROUPS.items()}
    return grouped | {Part(role, name): getattr(issue, name) for name in ISSUE_FIELDS}


def edge_parts(edge: Dependency) -> dict[Part, Any]:
    found: dict[Part, Any] = {Part("edge", name): getattr(edge, name) for name in EDGE_FIELDS}
    return found | {Part("edge", "needed"): (edge.needed, edge.needed_explicit)}


def setting_parts(settings: RuleSettings) -> dict[Part, Any]:
    names = (name for name in type(settings).model_fields if name not in SILENT)
    return {Part("setting", name): getattr(settings, name) for name in names}


def compose(frame: Frame, parts: Parts) -> tuple[Snapshot, RuleSettings] | None:
    """The world with these parts, and the settings; None when those settings do not go together."""
    wanted = {part.what: value for part, value in parts.items() if part.where == "setting"}
    settings = _settings(frame.settings, wanted)
    if settings is None:
        return None
    ends = {role: _issue(issue, role, parts) for role, issue in frame.ends.items()}
    around = [value for part, value in parts.items() if part.where in ("dependency", "added") and value is not None]
    near = [value for part, value in parts.items() if part.where in ("relative", "beside") and value is not None]
    issues = {issue.uid: issue for issue in (*near, *ends.values())}
    edges = [_refreshed(edge, issues) for edge in around]
    if frame.edge is not None:
        edges.append(_edge(frame.edge, ends, parts))
    return _world(frame.snapshot, edges, issues, parts), settings


def _settings(base: RuleSettings, wanted: Mapping[str, Any]) -> RuleSettings | None:
    if all(getattr(base, name) == value for name, value in wanted.items()):
        return base
    try:
        return type(base).model_validate({**base.model_dump(), **wanted})
    except ValidationError:
        return None


def _issue(base: Issue, role: str, parts: Parts) -> Issue:
    wanted = {name: parts[Part(role, name)] for name in ISSUE_FIELDS}
    for name, group in _GROUPS.items():
        wanted.update(zip(group, parts[Part(role, name)], strict=True))
    changed = {name: value for name, value in wanted.items() if getattr(base, name) != value}
    return replace(base, **changed) if changed else base


def _edge(base: Dependency, ends: Mapping[str, Issue], parts: Parts) -> Dependency:
    consumer, provider = ends["consumer"], ends["provider"]
    needed, explicit = parts[Part("edge", "needed")]
    changed = {name: parts[Part("edge", name)] for name in EDGE_FIELDS}
    edge = replace(base, consumer=consumer, provider=provider, needed=needed, needed_explicit=explicit, **changed)
    return _judged(edge, base)


def _refreshed(edge: Dependency, issues: Mapping[str, Issue]) -> Dependency:
    """With its ends as they are in this world."""
    consumer = issues.get(edge.consumer.uid, edge.consumer)
    provider = issues.get(edge.provider.uid, edge.provider)
    if consumer is edge.consumer and provider is edge.provider:
        return edge
    return _judged(replace(edge, consumer=consumer, provider=provider), edge)


def _judged(edge: Dependency, before: Dependency) -> Dependency:
    """State and reach follow from the ends; where those are as they were, so are these."""
    same = _deciding(edge) == _deciding(before)
    acknowledged = edge.acknowledged is not None
    state = before.state if same else state_of(edge.consumer, edge.provider, edge.promised, acknowledged)
    return replace(edge, state=state, reach=reach_of(edge.consumer, edge.provider))


def _deciding(edge: Dependency) -> tuple[object, ...]:
    ends = ((i.progress, i.end, i.complete) for i in (edge.consumer, edge.provider))
    return (*ends, edge.promised is None)


def _world(base: Snapshot, edges: Iterable[Dependency], issues: Mapping[str, Issue], parts: Parts) -> Snapshot:
    everything = dict(issues)
    by_key = {edge.key: edge for edge in edges}
    for edge in by_key.values():
        everything.setdefault(edge.consumer.uid, edge.consumer)
        everything.setdefault(edge.provider.uid, edge.provider)
    unreadable: tuple[tuple[str, str, int], ...] = parts[Part("world", "unreadable")]
    missing: tuple[Missing, ...] = parts[Part("world", "missing")]
    return replace(
        base,
        issues=everything,
        dependencies=tuple(by_key[key] for key in sorted(by_key)),
        children=_children(everything),
        unreadable=unreadable,
        missing=missing,
        forums={**base.forums, **parts.get(Part("world", "meetings"), {})},
    )


def _children(issues: Mapping[str, Issue]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for uid in sorted(issues):
        if issues[uid].parent:
            found.setdefault(issues[uid].parent, []).append(uid)
    return {parent: tuple(children) for parent, children in found.items()}


def same(part: Part, one: Any, other: Any) -> bool:
    """Whether two values of a part are the same to a rule, as far as can be told without asking it."""
    if part == Part("edge", "evidence"):
        return {(e.strength, e.at) for e in one} == {(e.strength, e.at) for e in other}
    if part == Part("edge", "coverage"):
        covered: tuple[Coverage, Coverage] = (one, other)
        return covered[0].covered == covered[1].covered
    return bool(one == other)
