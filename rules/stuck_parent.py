"""stuck-parent: every open child of an issue waits for something outside it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from model.document import Day, Line, plain
from model.policy import PUBLIC
from model.snapshot import Dependency, Issue, Missing, Snapshot, Strength
from rules.base import Finding, Mode, Place, Rule, RuleSettings, Severity, Subject
from rules.edges import earliest, inputs
from rules.examples import Example, depends, issue, link, text
from rules.graph import Waits, waits
from rules.known import doubt, ended, settled, unknown
from rules.wording import dated, key, line, listed, name, owner, together

MOST_TOLD = 3
"""Children that a sentence names; the rest is a count."""
_ALL = {1: "The only open child of this issue waits", 2: "Both open children of this issue wait"}


class StuckParentSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stuck:
    """A child and what it waits for outside its family, itself or through its siblings."""

    child: Issue
    outside: tuple[Dependency, ...]
    """Never empty; the nearest first."""
    inside: tuple[Dependency, ...]
    """The waits inside the family that lead there."""


class StuckParent(Rule[StuckParentSettings]):
    """What it finds: an open issue whose open children all wait for something open outside it. A child that waits for
    its siblings alone is stuck only when they are; what any descendant of the issue delivers counts as inside. Of an
    issue with a child that could not be read in full, or while a project of the same tracker could not be, nothing is
    said.

    Why it matters: nothing in it can move, however it is ordered. Each child's wait looks small, and that together they
    stop the whole is seen on no single ticket.

    How to clear it: agree with those who are waited for what can come first, so that one child can go on; or take into
    the issue a part that waits for nobody.
    """

    id = "stuck-parent"
    subject = "issue"
    levels = (
        "all of its open children wait for something outside it",
        "and something they wait for is promised for a working day after its own due date",
    )
    settings = StuckParentSettings

    def judge(self, snapshot: Snapshot, settings: StuckParentSettings) -> Iterator[Finding]:
        graph = waits(snapshot, settings.strength)
        for uid, children in snapshot.children.items():
            parent = snapshot.issues.get(uid)
            if parent is not None and _known_open(parent) and not _hole(snapshot, parent):
                stuck = _all_stuck(snapshot, graph, parent, children)
                if stuck:
                    yield self._finding(parent, stuck, _after_due(snapshot, parent, stuck), settings)

    def unsure(self, snapshot: Snapshot, finding: Finding) -> str:
        (uid,) = finding.subject.members
        parent = snapshot.issues.get(uid)
        if parent is not None and settled(parent):
            return ""
        hole = _hole(snapshot, parent) if parent else ""
        family = (uid, *snapshot.children.get(uid, ()))
        reasons = (unknown(snapshot, member) for member in family)
        left = (wait for wait in finding.rests_on if not ended(snapshot, wait))
        return hole or next(filter(None, reasons), "") or doubt(snapshot, left)

    def _finding(
        self, parent: Issue, stuck: Sequence[_Stuck], late: Sequence[Dependency], settings: StuckParentSettings
    ) -> Finding:
        used = {d.key: d for one in stuck for d in (*one.outside, *one.inside)}
        has = "1 open child, which is" if len(stuck) == 1 else f"{len(stuck)} open children, each of them"
        audiences = {parent.audience, *(one.child.audience for one in stuck)}
        return Finding(
            rule=self.id,
            subject=Subject("issue", (parent.uid,)),
            level=2 if late else 1,
            consumer=parent.uid,
            about=(
                ("due", parent.due.isoformat() if parent.due else "none"),
                ("open children", ", ".join(str(one.child.ref) for one in stuck)),
                ("promised after it", ", ".join(str(d.provider.ref) for d in late) or "none"),
                ("setting strength", settings.strength),
                ("waited for", ", ".join(sorted({str(one.outside[0].provider.ref) for one in stuck}))),
            ),
            message=line(*name(parent), f" has {has} waiting for something outside it"),
            places=(_place(parent, stuck, late),),
            inputs=(frozenset().union(*(inputs(d) for d in used.values())) | audiences) - {PUBLIC},
            rests_on=tuple(sorted(used)),
        )


def _known_open(issue: Issue) -> bool:
    return issue.end == "read" and issue.certainly_open


def _hole(snapshot: Snapshot, parent: Issue) -> str:
    """Why there may be children that are not known: any project of a tracker can hold some."""
    holes = (hole for hole in snapshot.missing if hole.tracker == parent.ref.tracker)
    return next((f"{hole.tracker}:{hole.scope} could not be read in full: {hole.reason}" for hole in holes), "")


def _all_stuck(snapshot: Snapshot, graph: Waits, parent: Issue, children: Sequence[str]) -> list[_Stuck]:
    """The open children, if all are stuck and none is in doubt; else none of them."""
    found = []
    for uid in children:
        child = snapshot.issues.get(uid)
        if child is not None and settled(child):
            continue
        stuck = _stuck(snapshot, graph, parent, child) if child is not None and _known_open(child) else None
        if stuck is None:
            return []
        found.append(stuck)
    return found


def _stuck(snapshot: Snapshot, graph: Waits, parent: Issue, child: Issue) -> _Stuck | None:
    """Walks from the child along its waits, as far as they stay in the family."""
    met, ahead = {child.uid}, deque([child.uid])
    outside: list[Dependency] = []
    inside: list[Dependency] = []
    while ahead:
        node = graph.node.get(ahead.popleft())
        for wait in graph.to_providers(node) if node is not None else ():
            if not _in_family(snapshot, wait.provider, parent.uid):
                outside.append(wait)
                continue
            inside.append(wait)
            if wait.provider.uid not in met:
                met.add(wait.provider.uid)
                ahead.append(wait.provider.uid)
    return _Stuck(child=child, outside=tuple(outside), inside=tuple(inside)) if outside else None


def _in_family(snapshot: Snapshot, issue: Issue, parent: str) -> bool:
    """Whether it is the parent or anything below it. Trackers let parents go round in a circle."""
    uid, met = issue.uid, set[str]()
    while uid and uid != parent and uid not in met:
        met.add(uid)
        above = snapshot.issues.get(uid)
        uid = above.parent if above else ""
    return uid == parent


def _after_due(snapshot: Snapshot, parent: Issue, stuck: Sequence[_Stuck]) -> list[Dependency]:
    """One wait of each provider that is promised working days after the parent's own due date, the farthest first."""
    found: dict[str, Dependency] = {}
    for wait in (wait for one in stuck for wait in one.outside):
        if parent.due and wait.promised and snapshot.working_days(wait, parent.due, earliest(wait.promised)) > 0:
            found.setdefault(wait.provider.uid, wait)
    return sorted(found.values(), key=_farthest)


def _farthest(wait: Dependency) -> tuple[int, str]:
    return (-earliest(wait.promised).toordinal() if wait.promised else 0, wait.provider.uid)


def _place(parent: Issue, stuck: Sequence[_Stuck], late: Sequence[Dependency]) -> Place:
    step = line("Agree ", *_whom(parent, stuck), " on what can come first.")
    return Place(uid=parent.uid, role="consumer", line=_told(parent, stuck, late), step=step)


def _told(parent: Issue, stuck: Sequence[_Stuck], late: Sequence[Dependency]) -> Line:
    shown = stuck if len(stuck) == MOST_TOLD + 1 else stuck[:MOST_TOLD]
    told = [line(key(one.child), " for ", name(one.outside[0].provider)) for one in shown]
    left = len(stuck) - len(shown)
    start = _ALL.get(len(stuck), f"All {len(stuck)} open children of this issue wait")
    outside = listed([*told, f"{left} more"] if left else told)
    return line(start, " for something outside: ", *outside, ".", *_after(parent, late))


def _after(parent: Issue, late: Sequence[Dependency]) -> Line:
    if not late or late[0].promised is None or parent.due is None:
        return ()
    due, promised = Day(parent.due), dated(late[0].promised)
    return line(" ", key(late[0].provider), " is promised for ", *promised, ", and this issue is due on ", due, ".")


def _whom(parent: Issue, stuck: Sequence[_Stuck]) -> Line:
    providers = [one.outside[0].provider for one in stuck]
    owners = {plain(line(owner(provider))): owner(provider) for provider in providers}
    if len(owners) == 1:
        return together(providers[0], parent)
    if len(owners) > MOST_TOLD:
        return line("with those who are waited for")
    return line("with ", listed([owner for _, owner in sorted(owners.items())]))


_EPIC = issue("PAY-10", "payments", "started", title="Invoices")
_DUE = issue("PAY-10", "payments", "started", title="Invoices", due="2026-12-11")
_A = issue("PAY-11", "payments", parent="PAY-10")
_B = issue("PAY-12", "payments", parent="PAY-10")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_WEB = issue("acme/web#3", "web", title="Show the balance")

StuckParent.examples = (
    Example(
        name="Two children, two trackers",
        edges=(depends(_A, _PLAT), depends(_B, _WEB)),
        issues=(_EPIC, issue("PAY-13", "payments", "done", parent="PAY-10")),
        finds={("PAY-10",): 1},
        because="neither of the two that are open can go on",
    ),
    Example(
        name="A child that waits for its sibling",
        edges=(depends(_A, _PLAT), depends(_B, _A)),
        issues=(_EPIC,),
        finds={("PAY-10",): 1},
        because="the sibling waits for platform, so both do",
    ),
    Example(
        name="Promised after the parent is due",
        edges=(depends(_A, _PLAT, promised="2026-12-18 due"),),
        issues=(_DUE,),
        finds={("PAY-10",): 2},
        because="18 December lies after the 11th, whatever is done in between",
    ),
    Example(
        name="Promised for the day the parent is due",
        edges=(depends(_A, _PLAT, promised="2026-12-11 due"),),
        issues=(_DUE,),
        finds={("PAY-10",): 1},
        because="it is stuck, and by its dates it may still be done in time",
    ),
    Example(
        name="Only a weekend between",
        edges=(depends(_A, _PLAT, promised="2026-12-13 sprint Aurora 12"),),
        issues=(_DUE,),
        finds={("PAY-10",): 1},
        because="from Friday to Sunday nobody waits",
    ),
    Example(
        name="A milestone of uncertain day",
        edges=(depends(_A, _WEB, promised="2026-12-12 milestone Spring +1"),),
        issues=(_DUE,),
        finds={("PAY-10",): 1},
        because="GitHub keeps a moment, not a day, and this one may mean 11 December",
    ),
    Example(
        name="One child can go on",
        edges=(depends(_A, _PLAT),),
        issues=(_EPIC, _B),
        because="PAY-12 waits for nobody",
    ),
    Example(
        name="Children that wait for each other only",
        edges=(depends(_A, _B),),
        issues=(_EPIC, _B),
        because="the second can go on, and then the first",
    ),
    Example(
        name="A child that could not be read in full",
        edges=(depends(_A, _PLAT),),
        issues=(_EPIC, issue("PAY-14", "payments", parent="PAY-10", complete=False)),
        because="it may wait for nobody",
    ),
    Example(
        name="A project of the tracker could not be read",
        edges=(depends(_A, _PLAT),),
        issues=(_EPIC,),
        missing=(Missing(tracker="jira", scope="OPS", reason="503 from the search"),),
        because="it may hold another child",
    ),
    Example(
        name="What is waited for is closed as not planned",
        edges=(depends(_A, issue("PLAT-8", "platform", "dropped")),),
        issues=(_EPIC,),
        because="nothing comes from there any more; that is for `broken-promise`",
    ),
    Example(
        name="Said on both ends, and a child that waits for itself",
        edges=(depends(_A, _PLAT, link(_A), text(_PLAT, "blocks PAY-11")), depends(_B, _B)),
        issues=(_EPIC,),
        because="twice told is one wait, and a slip in a link is none, so PAY-12 can go on",
    ),
    Example(
        name="The parent is done",
        edges=(depends(_A, _PLAT),),
        issues=(issue("PAY-10", "payments", "done"),),
        because="it waits for nothing",
    ),
)
