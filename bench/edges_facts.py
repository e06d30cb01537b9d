"""The facts from which a snapshot of ``bench.edges`` would come: what it takes to interpret them is measured apart."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bench.edges_home import FORUMS, TEAMS, calendars, forum_of, places, team
from model.facts import Facts, IssueFact, Link, LinkType, Mention, Person, Phase, Pointer, Scope
from model.plans import Milestone, Release, Sprint
from model.policy import Forum, Owns, Party, Policy, Team, TrackerPolicy
from model.snapshot import DateClaim, Dependency, Evidence, Issue, Snapshot

BLOCKS = {
    name: LinkType(tracker=name, id="1", name="Blocks", outward="blocks", inward="is blocked by")
    for name in ("jira", "github")
}
MIRA = Person(id="mira", name="Mira")
PACIFIC = ZoneInfo("America/Los_Angeles")


def facts(snapshot: Snapshot) -> Facts:
    """As a store gives them: a link on both of its ends, every issue by its key and its id."""
    said = _Said(snapshot)
    issues = {issue.uid: said.fact(issue) for issue in snapshot.issues.values() if issue.end == "read"}
    homes = places(len(snapshot.issues))
    return Facts(
        issues=issues,
        aliases={(f.tracker, name): uid for uid, f in issues.items() for name in (f.key, f.native_id)},
        scopes=tuple(Scope(tracker=p.tracker, key=p.name, read_at=snapshot.now) for p in homes),
        link_types=tuple(BLOCKS.values()),
        known_projects=frozenset(("jira", p.name) for p in homes if p.tracker == "jira"),
        since={d.key: d.since for d in snapshot.dependencies if d.since},
    )


class _Said:
    """What is to stand on each issue so that the snapshot's dependencies are found again."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._issues = snapshot.issues
        self._links: dict[str, list[Link]] = {}
        self._mentions: dict[str, list[Mention]] = {}
        self._claims: dict[str, DateClaim] = {}
        for dependency in snapshot.dependencies:
            self._add(dependency)
        # A promise takes the place of a need: one issue has one due date.
        self._claims |= {d.provider.uid: d.promised for d in snapshot.dependencies if d.promised}

    def _add(self, dependency: Dependency) -> None:
        consumer, provider = dependency.consumer, dependency.provider
        for evidence in dependency.evidence:
            if evidence.kind == "text":
                self._mentions.setdefault(evidence.at, []).append(_mention(dependency, evidence))
            else:
                self._links.setdefault(consumer.uid, []).append(_link(dependency, provider, forward=False))
                self._links.setdefault(provider.uid, []).append(_link(dependency, consumer, forward=True))
        if dependency.needed and not dependency.needed_explicit:
            self._claims[consumer.uid] = dependency.needed

    def fact(self, issue: Issue) -> IssueFact:
        claim = self._claims.get(issue.uid)
        source = claim.source if claim else ""
        above = self._issues.get(issue.parent)
        return IssueFact(
            tracker=issue.ref.tracker,
            native_id=f"id-{issue.uid}",
            key=issue.ref.key,
            url=issue.url,
            kind=issue.kind,
            title=issue.title,
            status=issue.status,
            phase=_phase(issue),
            resolution="Won't Do" if issue.progress == "dropped" else "",
            created=issue.created,
            updated=issue.active,
            resolved=issue.resolved,
            assignees=(MIRA,) if issue.assigned else (),
            labels=issue.labels,
            parent=_pointer(above) if above else None,
            start=claim.day if claim and source == "start" else None,
            due=claim.day if claim and source == "due" else None,
            sprints=(_sprint(claim),) if claim and source == "sprint" else (),
            releases=(Release(id=claim.name, name=claim.name, day=claim.day),) if claim and source == "release" else (),
            milestone=_milestone(claim) if claim and source == "milestone" else None,
            links=tuple(self._links.get(issue.uid, ())),
            mentions=tuple(self._mentions.get(issue.uid, ())),
            history=(),
            partial="" if issue.complete else "some of its comments",
        )


def _phase(issue: Issue) -> Phase:
    if issue.progress == "dropped":
        return "done"
    return "open" if issue.progress == "unknown" else issue.progress


def _pointer(issue: Issue) -> Pointer:
    return Pointer(
        tracker=issue.ref.tracker,
        key=issue.ref.key,
        native_id=f"id-{issue.uid}",
        title=issue.title,
        status=issue.status,
        phase=_phase(issue),
        url=issue.url,
    )


def _link(dependency: Dependency, other: Issue, *, forward: bool) -> Link:
    return Link(
        native_id="+".join(dependency.key),
        type_id="1",
        type_name="Blocks",
        phrase="blocks" if forward else "is blocked by",
        forward=forward,
        other=_pointer(other),
    )


def _mention(dependency: Dependency, evidence: Evidence) -> Mention:
    provider, needed = dependency.provider, dependency.needed
    return Mention(
        key=provider.ref.key,
        shape="jira" if provider.ref.tracker == "jira" else "github",
        lean="depends",
        needed_by=needed.day if needed and dependency.needed_explicit else None,
        place=evidence.place,
        author=MIRA,
        belongs=True,
        written=evidence.written,
        excerpt=evidence.phrase,
    )


def _sprint(claim: DateClaim) -> Sprint:
    return Sprint(id=claim.name, name=claim.name, state="active", end=datetime.combine(claim.day, time(12), UTC))


def _milestone(claim: DateClaim) -> Milestone:
    """As GitHub keeps a day that was set in the browser."""
    return Milestone(number=1, title=claim.name, due_on=datetime.combine(claim.day, time(), PACIFIC))


def policy(issues: int) -> Policy:
    """For snapshots of so many issues: each project is owned by its team or party."""
    owned: dict[str, list[Owns]] = {}
    for place in places(issues):
        owned.setdefault(place.team or place.party, []).append(Owns(tracker=place.tracker, scope=place.name))
    names = [team(number) for number in range(TEAMS)]
    return Policy(
        trackers={
            "jira": TrackerPolicy(name="jira", kind="jira", shape="jira", host="acme.atlassian.net"),
            "github": TrackerPolicy(name="github", kind="github", shape="github", host="github.com"),
        },
        audiences={"internal": ("jira:*", "github:*")},
        teams={name: Team(name=name, owns=tuple(owned[name]), calendar=name) for name in names},
        parties={name: Party(name=name, owns=tuple(found)) for name, found in owned.items() if name not in names},
        calendars=calendars(),
        forums={
            f"forum-{n}": Forum(
                name=f"forum-{n}", teams=tuple(name for name in names if forum_of(name) == f"forum-{n}")
            )
            for n in range(FORUMS)
        },
    )
