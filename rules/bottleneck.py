"""bottleneck: one open issue on which many issues of several teams wait, directly or through others."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from model.document import Line, Quoted
from model.snapshot import Dependency, Issue, Snapshot, Strength
from rules.base import Finding, Mode, Place, Rule, RuleSettings, Severity, Subject
from rules.edges import inputs
from rules.examples import Example, depends, issue, link, text
from rules.graph import Waits, tangled, waits
from rules.known import ended
from rules.wording import capital, counted, line, listed, name

FARTHEST = 500
"""Issues that are walked in search of a team that waits; what one issue costs is bounded by it."""
MOST_TOLD = 3
"""Issues and teams that a sentence names; the rest is a count."""


class BottleneckSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    least_issues: int = Field(
        default=8, ge=2, description="Open issues that wait for it, at the least. Level 2 begins at twice as many."
    )
    least_teams: int = Field(
        default=3, ge=1, description="Teams whose issues wait for it, at the least; its own counts."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queue:
    """Those that wait for an issue, the nearest first."""

    issue: Issue
    waiting: tuple[Dependency, ...]
    """One for each that waits: by which it hangs on the issue, or on another that does."""
    teams: tuple[str, ...]
    more: bool
    """Whether the walk ended with enough before it had met all of them."""


class Bottleneck(Rule[BottleneckSettings]):
    """What it finds: one open issue on which at least `least_issues` open issues of at least `least_teams` teams wait,
    directly or through others. They are walked the nearest first, and counted up to twice `least_issues`, where level 2
    begins. An issue that stands in a circle of waiting is left to `cycle`.

    Why it matters: whatever moves here moves everywhere. The team that works on it sees the few issues that are linked
    to it, not the many behind those, and so cannot weigh it as it deserves.

    How to clear it: finish it first, or split off the part that most of them wait for; or let some of them go on
    without it, and remove those links.
    """

    id = "bottleneck"
    subject = "issue"
    levels = (
        "at least `least_issues` issues of `least_teams` teams wait for it",
        "at least twice as many issues wait for it",
    )
    settings = BottleneckSettings

    def judge(self, snapshot: Snapshot, settings: BottleneckSettings) -> Iterator[Finding]:
        graph, knots = waits(snapshot, settings.strength), tangled(snapshot)
        for node in _candidates(graph, settings):
            if graph.graph[node].uid not in knots:
                queue = _queue(graph, node, settings)
                if len(queue.waiting) >= settings.least_issues and len(queue.teams) >= settings.least_teams:
                    yield self._finding(queue, settings)

    def unsure(self, snapshot: Snapshot, finding: Finding) -> str:
        """Where too few of those that waited can still be waiting, the rest need not be known."""
        left = [wait for wait in finding.rests_on if not ended(snapshot, wait)]
        enough = len(left) >= int(dict(finding.about).get("setting least_issues", 0))
        return super().unsure(snapshot, finding) if enough else ""

    def _finding(self, queue: _Queue, settings: BottleneckSettings) -> Finding:
        here, number = queue.issue, len(queue.waiting)
        least = "at least " if queue.more else ""
        crowd = f"{least}{counted(number, 'issue')} of {counted(len(queue.teams), 'team')}"
        place = Place(uid=here.uid, role="provider", line=_told(queue, crowd), step=_step(queue))
        return Finding(
            rule=self.id,
            subject=Subject("issue", (here.uid,)),
            level=2 if number >= 2 * settings.least_issues else 1,
            provider=here.uid,
            about=(
                ("issues that wait", f"{number} or more" if queue.more else str(number)),
                ("nearest", ", ".join(str(d.consumer.ref) for d in queue.waiting[: settings.least_issues])),
                ("setting least_issues", str(settings.least_issues)),
                ("setting strength", settings.strength),
                ("setting least_teams", str(settings.least_teams)),
                ("teams that wait", ", ".join(queue.teams)),
            ),
            message=line(name(here), f" is waited for by {crowd}, directly or through others"),
            places=(place,) if here.end == "read" else (),
            inputs=frozenset().union(*(inputs(d) for d in queue.waiting)),
            rests_on=tuple(d.key for d in queue.waiting),
        )


def _told(queue: _Queue, crowd: str) -> Line:
    nearest = [name(d.consumer) for d in queue.waiting[:MOST_TOLD]]
    among = line("among them ", listed(nearest))
    start = capital(line(f"{crowd} wait for this issue, directly or through others, "))
    return line(*start, *among, ".")


def _step(queue: _Queue) -> Line:
    with_whom = [Quoted(team) for team in queue.teams]
    teams = listed(with_whom) if len(with_whom) <= MOST_TOLD else line("those who wait")
    return line("Agree with ", *teams, " on which part of this issue they need first.")


def _candidates(graph: Waits, settings: BottleneckSettings) -> Iterator[int]:
    """Issues whose crowd may be large enough, by one pass from those who wait to those who are waited for.

    The teams are exact. An issue that waits along two ways is counted twice here, so the crowd is at most this large.
    """
    bit = _bits(graph)
    teams, crowd = [0] * len(bit), [0] * len(bit)
    for component in reversed(graph.components):
        mask = count = 0
        for node in component:
            for waiting in graph.graph.predecessor_indices(node):
                mask |= teams[waiting] | bit[waiting]
                count += crowd[waiting] + 1
        if not count:
            continue
        if len(component) > 1:
            count = settings.least_issues
        for node in component:
            teams[node], crowd[node] = mask, min(count, settings.least_issues)
            if count >= settings.least_issues and mask.bit_count() >= settings.least_teams:
                yield node


def _bits(graph: Waits) -> list[int]:
    """By node its team as one bit; 0 where nobody is known to own it."""
    number: dict[str, int] = {"": 0}
    return [(1 << number.setdefault(issue.team, len(number))) >> 1 for issue in graph.graph.nodes()]


def _queue(graph: Waits, node: int, settings: BottleneckSettings) -> _Queue:
    reached: dict[str, Dependency] = {}
    teams: set[str] = set()
    next_up = deque([node])
    here: Issue = graph.graph[node]
    while next_up:
        for dependency in graph.from_consumers(next_up.popleft()):
            consumer = dependency.consumer
            if consumer.uid in reached or consumer.uid == here.uid:
                continue
            if len(reached) >= FARTHEST or (
                len(reached) >= 2 * settings.least_issues and len(teams) >= settings.least_teams
            ):
                return _Queue(issue=here, waiting=tuple(reached.values()), teams=tuple(sorted(teams)), more=True)
            reached[consumer.uid] = dependency
            teams |= {consumer.team} - {""}
            next_up.append(graph.node[consumer.uid])
    return _Queue(issue=here, waiting=tuple(reached.values()), teams=tuple(sorted(teams)), more=False)


_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_WEB = issue("acme/web#3", "web", title="Show the balance")
_TEAMS = ("payments", "web", "ops")


def _crowd(count: int, teams: tuple[str, ...] = _TEAMS) -> tuple[Issue, ...]:
    return tuple(issue(f"PAY-{n + 1}", teams[n % len(teams)]) for n in range(count))


_FOUR = {"least_issues": 4}

Bottleneck.examples = (
    Example(
        name="Eight issues of three teams",
        edges=tuple(depends(waiting, _PLAT) for waiting in _crowd(8)),
        finds={("PLAT-7",): 1},
        because="that is where a crowd begins",
    ),
    Example(
        name="Three through one that waits itself",
        edges=(depends(_WEB, _PLAT), *(depends(waiting, _WEB) for waiting in _crowd(3))),
        settings=_FOUR,
        finds={("PLAT-7",): 1},
        because="three wait for PLAT-7 through acme/web#3, which is the fourth; for that one only three wait",
    ),
    Example(
        name="Twice as many, and one more",
        edges=tuple(depends(waiting, _PLAT) for waiting in _crowd(9)),
        settings=_FOUR,
        finds={("PLAT-7",): 2},
        because="twice four is level 2, and there the count ends",
    ),
    Example(
        name="Four, one of them along two ways",
        edges=(depends(_WEB, _PLAT), *(depends(w, p) for w in _crowd(2) for p in (_WEB, _PLAT))),
        settings=_FOUR,
        because="an issue that waits along two ways is one issue, so they are three",
    ),
    Example(
        name="Four issues of two teams",
        edges=tuple(depends(waiting, _PLAT) for waiting in _crowd(4, ("payments", "web"))),
        settings=_FOUR,
        because="two teams can settle it between them",
    ),
    Example(
        name="One of them without a known owner",
        edges=tuple(depends(waiting, _PLAT) for waiting in _crowd(4, ("payments", "web", "payments", ""))),
        settings=_FOUR,
        because="it may belong to one of the two teams",
    ),
    Example(
        name="One of four is done",
        edges=tuple(depends(w, _PLAT) for w in (*_crowd(3), issue("OPS-4", "ops", "done"))),
        settings=_FOUR,
        because="what is done waits no more",
    ),
    Example(
        name="One of four cannot be read",
        edges=tuple(depends(w, _PLAT) for w in (*_crowd(3), issue("SEC-4", "security", "unknown", end="unreadable"))),
        settings=_FOUR,
        because="it may be done",
    ),
    Example(
        name="Closed as not planned",
        edges=tuple(depends(waiting, issue("PLAT-8", "platform", "dropped")) for waiting in _crowd(4)),
        settings=_FOUR,
        because="nothing is to be had there; that is for `broken-promise`",
    ),
    Example(
        name="Three, told twice, and itself",
        edges=(
            *(depends(waiting, _PLAT, link(waiting), text(_PLAT, "blocks them all")) for waiting in _crowd(3)),
            depends(_PLAT, _PLAT),
        ),
        settings=_FOUR,
        because="evidence on both ends is one wait, and an issue does not wait for itself",
    ),
)
