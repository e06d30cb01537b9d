"""cycle: issues that wait for each other in a circle."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import pairwise, takewhile
from typing import Literal

from pydantic import Field

from model.audience import may_read
from model.document import Line
from model.policy import PUBLIC
from model.snapshot import STRENGTHS, Dependency, Issue, Snapshot, Strength
from rules.base import Finding, Place, Rule, RuleSettings, Subject
from rules.edges import Told, at_least, inputs, said
from rules.examples import Example, depends, issue, link, text
from rules.graph import Waits, in_a_circle, tangled
from rules.known import doubt, ended
from rules.wording import key, line, name, settle, titled

LONGEST_TOLD = 6
"""Issues of a loop that a sentence names; of a longer one the rest is a count."""

Edges = Mapping[tuple[str, str], Dependency]


class CycleSettings(RuleSettings):
    strength: Strength = Field(default="stated", description="The weakest evidence of a dependency that is judged.")


class Cycle(Rule[CycleSettings]):
    """What it finds: open issues that wait for each other in a circle, across teams and trackers. Circles that share
    an issue are one finding. It is noted at one dependency only, the one that looks easiest to let go: the weakest
    evidence; then one without a promise; then the one needed latest, or by no day at all; then the first by key.

    Why it matters: nobody in the circle can finish first, and each of them sees only the neighbour. It stands until
    someone looks at the whole.

    How to clear it: agree which wait can be let go, and remove that link or reword that sentence; or split an issue so
    that the part that is waited for can be finished alone.
    """

    id = "cycle"
    subject = "cycle"
    levels = ("a circle inside one team", "a circle between teams")
    settings = CycleSettings

    def judge(self, snapshot: Snapshot, settings: CycleSettings) -> Iterator[Finding]:
        # Few issues can stand in a circle at all; only their dependencies are looked at any closer.
        knots = tangled(snapshot)
        maybe = (d for d in snapshot.open if knots and d.consumer.uid in knots and d.provider.uid in knots)
        for knot in _knots({d.key: d for d in maybe if at_least(d.strength, settings.strength)}):
            yield self._finding(knot)

    def unsure(self, snapshot: Snapshot, finding: Finding) -> str:
        """What is left of the circle, when all that certainly ended is gone, may not be one any more."""
        if not finding.rests_on:
            return super().unsure(snapshot, finding)
        left = [wait for wait in finding.rests_on if not ended(snapshot, wait)]
        return doubt(snapshot, left) if in_a_circle(left) else ""

    def _finding(self, knot: Edges) -> Finding:
        cut = min(knot.values(), key=_cost)
        members = tuple(sorted({uid for edge in knot for uid in edge}))
        loop = _loop(knot, cut)
        told = _told(loop, len(members) - len(loop))
        consumer, provider = cut.consumer, cut.provider
        onward = (*loop[1:], loop[0])
        secrets = frozenset[str]().union(*(inputs(d) for d in knot.values()))
        places = (
            _place(cut, told, "consumer", _veiled(knot, loop, secrets)),
            _place(cut, told, "provider", _veiled(knot, onward, secrets)),
        )
        return Finding(
            rule=self.id,
            subject=Subject("cycle", members),
            level=2 if any(d.reach in ("cross_team", "external") for d in knot.values()) else 1,
            consumer=consumer.uid,
            provider=provider.uid,
            about=_about(cut, members, knot),
            message=line("A circle of waiting: ", told),
            places=tuple(p for p, end in zip(places, (consumer, provider), strict=True) if end.end == "read"),
            inputs=secrets,
            rests_on=tuple(sorted(knot)),
        )


def _knots(edges: Edges) -> Iterator[Edges]:
    """The edges inside each strongly connected component of two issues or more, by their first member."""
    graph = Waits(edges.values())
    circles = sorted(sorted(graph.uids[node] for node in c) for c in graph.components if len(c) > 1)
    home = {uid: number for number, circle in enumerate(circles) for uid in circle}
    inner: dict[int, dict[tuple[str, str], Dependency]] = defaultdict(dict)
    for (consumer, provider), dependency in sorted(edges.items()):
        if consumer in home and home[consumer] == home.get(provider):
            inner[home[consumer]][consumer, provider] = dependency
    for number in sorted(inner):
        yield inner[number]


def _cost(dependency: Dependency) -> tuple[int, bool, int, tuple[str, str]]:
    """How hard a dependency looks to let go: cheap ones sort first."""
    needed = dependency.needed
    urgency = -needed.day.toordinal() if needed else -(2**31)
    return (STRENGTHS.index(dependency.strength), dependency.promised is not None, urgency, dependency.key)


def _loop(knot: Edges, cut: Dependency) -> tuple[Issue, ...]:
    """The shortest circle through ``cut``, from its consumer on; of several the first by key."""
    onward: dict[str, list[str]] = defaultdict(list)
    for consumer, provider in sorted(knot):
        onward[consumer].append(provider)
    came: dict[str, str] = {cut.provider.uid: ""}
    queue = deque([cut.provider.uid])
    while cut.consumer.uid not in came:
        here = queue.popleft()
        for uid in onward[here]:
            if uid not in came:
                came[uid] = here
                queue.append(uid)
    back = [cut.consumer.uid]
    while came[back[-1]]:
        back.append(came[back[-1]])
    issues = {i.uid: i for d in knot.values() for i in (d.consumer, d.provider)}
    return (cut.consumer, *(issues[uid] for uid in reversed(back[1:])))


def _told(loop: tuple[Issue, ...], tied: int) -> Line:
    """``A waits for B, which waits for C, which waits for A``."""
    shown = loop if len(loop) <= LONGEST_TOLD else loop[: LONGEST_TOLD - 1]
    first, second, *others = shown
    chain = line(name(first), " waits for ", name(second))
    for member in others:
        chain = line(chain, ", which waits for ", name(member))
    left = len(loop) - len(shown)
    through = f", through {left} further issue{'s' if left > 1 else ''}," if left else ""
    more = f" ({tied} further issue{'s' if tied > 1 else ''} tied into it)" if tied else ""
    return line(chain, f", which waits{through} for ", key(loop[0]), more)


def _veiled(knot: Edges, loop: tuple[Issue, ...], secrets: frozenset[str]) -> Told:
    """What readers of the first in the loop are told who may not read all of it: their part of it, and a number."""
    here = loop[0]
    if here.audience == PUBLIC or may_read(here.audience, secrets):
        return (), ()
    waits = [(knot[a.uid, b.uid], b) for a, b in pairwise((*loop, here))]
    seen = [(b, may_read(here.audience, inputs(wait))) for wait, b in waits]
    onward = [issue for issue, _ in takewhile(lambda pair: pair[1], seen[:LONGEST_TOLD]) if issue is not here]
    before = loop[-1] if seen[-1][1] else None
    hidden = sum(not may_read(here.audience, {issue.audience}) for issue in loop)
    some = f", {hidden} of them not open to every reader of this one" if hidden else ""
    chain = [line("waits for " if at == 0 else ", which waits for ", name(i)) for at, i in enumerate(onward)]
    met = onward[-1] if onward else here
    other = line(key(before), " waits for it") if before and before is not met else ()
    known = line(": it " if onward else ": " if other else "", *chain, "; " if onward and other else "", other)
    partner = onward[0] if onward else before
    first = "on what can go first"
    step = settle("Agree", partner, here, first) if partner else line(f"Agree with whoever runs crosstie {first}.")
    start = f"This issue is part of a circle of {len(loop)} issues that wait for each other{some}"
    return line(start, *known, "."), step


def _place(cut: Dependency, told: Line, role: Literal["consumer", "provider"], veiled: Told) -> Place:
    """What one end of the dependency that looks easiest to let go is told."""
    consumer, provider = cut.consumer, cut.provider
    here, other = (consumer, provider) if role == "consumer" else (provider, consumer)
    easiest = line("Its wait for ", *titled(provider)) if here is consumer else line("The wait of ", *titled(consumer))
    rest = " looks easiest to let go." if here is consumer else " for this issue looks easiest to let go."
    return Place(
        uid=here.uid,
        role=role,
        line=line("This issue is part of a circle of waiting: ", *told, ". ", *easiest, rest),
        step=settle("Agree", other, here, f"on what can go first, and then {_cut_it(cut)}"),
        veiled=veiled[0],
        veiled_step=veiled[1],
    )


def _cut_it(cut: Dependency) -> str:
    return "remove the link of that wait" if cut.evidence[0].kind == "link" else "reword the sentence behind that wait"


def _about(cut: Dependency, members: tuple[str, ...], knot: Edges) -> tuple[tuple[str, str], ...]:
    return (
        ("dependencies", "; ".join(f"{consumer} -> {provider}" for consumer, provider in sorted(knot))),
        ("easiest to cut", f"{cut.consumer.ref} -> {cut.provider.ref}"),
        ("evidence there", cut.strength),
        ("members", ", ".join(members)),
        ("needed there", said(cut.needed)),
        ("promised there", said(cut.promised)),
    )


_A = issue("PAY-1", "payments", title="Pay by invoice")
_B = issue("PLAT-7", "platform", "started", title="Ledger export")
_C = issue("acme/web#3", "web", title="Show the balance")
_HR = issue("HR-2", "people", audience="jira:HR")
_LAW = issue("LAW-9", "legal", audience="jira:LAW")

Cycle.examples = (
    Example(
        name="Three teams, two trackers",
        edges=(
            depends(_A, _B),
            depends(_B, _C, text(_C, "This blocks PLAT-7.")),
            depends(_C, _A, promised="2026-12-10 due"),
        ),
        finds={("PAY-1", "PLAT-7", "acme/web#3"): 2},
        because="none can be first; the wait that only a sentence speaks of is the easiest to let go",
    ),
    Example(
        name="Inside one team",
        edges=(depends(_A, issue("PAY-2", "payments")), depends(issue("PAY-2", "payments"), _A)),
        finds={("PAY-1", "PAY-2"): 1},
        because="it is as stuck, but one team can see it whole",
    ),
    Example(
        name="Two circles that share an issue",
        edges=(
            depends(_A, _B, promised="2026-12-04 due", needed="2026-12-04 text"),
            depends(_B, _A, promised="2026-12-04 due", needed="2026-12-01 text"),
            depends(_A, _C, promised="2026-12-04 due"),
            depends(_C, _A, promised="2026-12-04 due", needed="2026-12-20 text"),
        ),
        finds={("PAY-1", "PLAT-7", "acme/web#3"): 2},
        because="they are one knot; the wait that no day asks for is the easiest to let go",
    ),
    Example(
        name="One of them is not for every reader",
        edges=(depends(_HR, _B), depends(_B, _LAW), depends(_LAW, _HR)),
        finds={("HR-2", "PLAT-7", "LAW-9"): 2},
        because="who may read HR-2 alone is told that it is part of a circle and how many are; a public issue is told"
        " nothing",
    ),
    Example(
        name="Eight in a row",
        edges=tuple(depends(issue(f"PAY-{n}", "payments"), issue(f"PAY-{n % 8 + 1}", "payments")) for n in range(1, 9)),
        finds={tuple(f"PAY-{n}" for n in range(1, 9)): 1},
        because="it is one circle, however long; the sentence names five and counts the rest",
    ),
    Example(
        name="A chain",
        edges=(depends(_A, _B), depends(_B, _C)),
        because="the last in it can be finished first",
    ),
    Example(
        name="One of them is done",
        edges=(depends(_A, issue("PLAT-8", "platform", "done")), depends(issue("PLAT-8", "platform", "done"), _A)),
        because="the circle has been broken",
    ),
    Example(
        name="One of them was closed as not planned",
        edges=(
            depends(_A, issue("PLAT-8", "platform", "dropped")),
            depends(issue("PLAT-8", "platform", "dropped"), _A),
        ),
        because="nothing waits for it any more",
    ),
    Example(
        name="One of them cannot be read",
        edges=(
            depends(_A, issue("SEC-4", "security", "unknown", end="unreadable")),
            depends(issue("SEC-4", "security", "unknown", end="unreadable"), _A),
        ),
        because="it may be done",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_A, _A),),
        because="that is a slip in a link, and there is nobody to agree with",
    ),
    Example(
        name="Said and linked, one way only",
        edges=(depends(_A, _B, link(_A), link(_B, "blocks"), text(_A, "blocked by PLAT-7")),),
        because="evidence on both ends of one dependency is not a way back",
    ),
)
