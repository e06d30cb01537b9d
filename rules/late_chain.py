"""late-chain: a promise far up a chain of waiting endangers a day further down."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace
from pydantic import Field, model_validator

from model.calendar import Calendar
from model.document import Line
from model.snapshot import Dependency, Snapshot, Strength
from rules.base import Finding, Place, Rule, RuleSettings, Subject
from rules.chains import Chain, at_risk
from rules.edges import inputs, latest, said
from rules.examples import Example, depends, issue, text
from rules.known import doubt, ended
from rules.wording import counted, dated, key, line, name, settle, standing, titled

MOST_TOLD = 3
"""Issues between both ends of a chain that a sentence names; the rest is a count."""


class LateChainSettings(RuleSettings):
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    level_2_after: int = Field(default=5, ge=0, description="Working days past the day after which it is level 2.")
    level_3_after: int = Field(default=15, ge=0, description="Working days past the day after which it is level 3.")

    @model_validator(mode="after")
    def _in_order(self) -> "LateChainSettings":
        if self.level_3_after < self.level_2_after:
            raise ValueError("level_3_after must not be below level_2_after")
        return self


class LateChain(Rule[LateChainSettings]):
    """What it finds: an issue that has a day to keep (the day by which it needs what it waits for, or the day it is
    promised to others itself) and waits, through at least one other issue, for one that is promised for a later day,
    by at least one day on which both teams of the first wait work. Of several promises the latest counts, and one that
    has passed unkept counts as today. An issue whose day is not known passes on what it waits for itself. Circles of
    waiting pass nothing on: `cycle` speaks of them.

    Why it matters: each team sees the next one only. The day that cannot hold is three tickets away from the day that
    depends on it, and nobody has both on one page until it is too near to move either.

    How to clear it: agree which of the two days moves, and move it on its ticket; or take a step out of the chain, so
    that the issue at risk no longer waits for the far one.
    """

    id = "late-chain"
    subject = "issue"
    levels = (
        "a promise further up lies after its day",
        "by more than `level_2_after` working days",
        "by more than `level_3_after` working days",
    )
    settings = LateChainSettings

    def judge(self, snapshot: Snapshot, settings: LateChainSettings) -> Iterator[Finding]:
        for chains in at_risk(snapshot, settings.strength):
            # Told by what does not depend on today, so that days alone change the level only, never the sentence.
            told = min(chains, key=lambda c: (-c.gap, latest(c.due), c.promised_to is not None, c.path[0].key))
            worst = max(chains, key=lambda c: (c.now, c is told))
            finding = self._finding(told, _limits(worst.now, settings), settings)
            # The level may be another chain's, and so may the number of days that is told.
            yield replace(finding, inputs=finding.inputs.union(*map(inputs, _used(worst))))

    def unsure(self, snapshot: Snapshot, finding: Finding) -> str:
        """A chain with one link certainly gone is none."""
        if any(ended(snapshot, wait) for wait in finding.rests_on):
            return ""
        return doubt(snapshot, finding.rests_on)

    def _finding(self, chain: Chain, limits: list[int], settings: LateChainSettings) -> Finding:
        behind = f". More than {limits[-1]} working days lie between." if limits else "."
        here, root, choice = chain.issue, chain.root, _choice(chain)
        places = (
            Place(
                uid=here.uid,
                role="consumer",
                line=_to_consumer(chain, behind),
                step=settle("Agree", root, here, f"{choice}, or plan this issue without it"),
            ),
            Place(
                uid=root.uid,
                role="provider",
                line=_to_root(chain, behind),
                step=settle("Agree", here, root, f"{choice}, or on what can come first"),
            ),
        )
        used = _used(chain)
        return Finding(
            rule=self.id,
            subject=Subject("issue", (chain.issue.uid,)),
            level=1 + len(limits),
            consumer=chain.issue.uid,
            provider=chain.root.uid,
            about=_about(chain, settings),
            message=_message(chain),
            places=tuple(p for p, end in zip(places, (chain.issue, chain.root), strict=True) if end.end == "read"),
            inputs=frozenset().union(*(inputs(d) for d in used)),
            rests_on=tuple(d.key for d in used),
        )


def _used(chain: Chain) -> tuple[Dependency, ...]:
    return (*chain.path, *((chain.promised_to,) if chain.promised_to else ()))


def _limits(gap: int, settings: LateChainSettings) -> list[int]:
    return [days for days in (settings.level_2_after, settings.level_3_after) if gap > days]


def _message(chain: Chain) -> Line:
    first, between = chain.path[0].provider, _between(chain)
    if chain.promised_to:
        start = line(name(chain.issue), " is promised for ", dated(chain.due), "; it waits for ", name(first))
        return line(start, ", which", between, name(chain.root), ", which ", _promised(chain))
    start = line(name(chain.issue), " needs ", name(first), " by ", dated(chain.due), "; ", key(first))
    return line(start, between, name(chain.root), ", which ", _promised(chain))


def _to_consumer(chain: Chain, behind: str) -> Line:
    first, rest = chain.path[0].provider, (*_between(chain), *titled(chain.root), ", which ", *_promised(chain), behind)
    if chain.promised_to:
        return line("This issue is promised for ", *dated(chain.due), ". It waits for ", *name(first), ", which", *rest)
    due = dated(chain.due, chain.issue.uid)
    return line(*titled(first), ", which this issue needs by ", *due, ",", *rest)


def _to_root(chain: Chain, behind: str) -> Line:
    first, further = chain.path[0].provider, len(chain.path) - 2
    through = line(key(first), f" and {counted(further, 'issue')} more" if further else "")
    due = dated(chain.due, chain.root.uid)
    ours = line(" and is promised for ", due) if chain.promised_to else line(" and needs ", key(first), " by ", due)
    waiting = line(titled(chain.issue), " waits for this issue through ", through, ours, ". This issue ")
    return line(waiting, _promised(chain), behind)


def _choice(chain: Chain) -> str:
    return "on which of the two days moves" if chain.gap else "on a date that holds"


def _between(chain: Chain) -> Line:
    """`` waits for B, which waits for C, which waits for ``: all but both ends."""
    steps = [d.provider for d in chain.path[1:-1]]
    told = line(*(piece for step in steps[:MOST_TOLD] for piece in (" waits for ", key(step), ", which")))
    left = len(steps[MOST_TOLD:])
    return line(told, f" waits, through {counted(left, 'issue')} more, for " if left else " waits for ")


def _promised(chain: Chain) -> Line:
    """``is promised for DAY``; of a promise that only its passing makes too late, how it stands."""
    claim = chain.path[-1].promised
    day = dated(claim) if claim else ()
    if chain.gap:
        return line("is promised for ", day)
    return line("was promised for ", day, f" and is {standing(chain.root)}")


def _about(chain: Chain, settings: LateChainSettings) -> tuple[tuple[str, str], ...]:
    own, uids = chain.promised_to, (chain.issue, *(d.provider for d in chain.path))
    return (
        ("day at risk", said(chain.due)),
        ("day of", f"its promise to {own.consumer.ref}" if own else f"its need of {chain.path[0].provider.ref}"),
        ("path", " -> ".join(str(issue.ref) for issue in uids)),
        ("promise at the end", said(chain.path[-1].promised)),
        ("setting level_2_after", str(settings.level_2_after)),
        ("setting level_3_after", str(settings.level_3_after)),
        ("setting strength", settings.strength),
        ("working days after", str(chain.gap) if chain.gap else "the promise has passed"),
    )


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_WEB = issue("acme/web#3", "web", title="Show the balance")
_OPS = issue("OPS-4", "ops", title="New cluster")

LateChain.examples = (
    Example(
        name="Two waits away, across trackers",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text"), depends(_PLAT, _WEB, promised="2026-12-04 due")),
        finds={("PAY-1",): 1},
        because="platform cannot deliver on 1 December what it waits for until the 4th",
    ),
    Example(
        name="Three waits away, and in between a promise that suits",
        now="2026-11-02",
        edges=(
            depends(_PAY, _PLAT, needed="2026-12-01 due", promised="2026-11-30 due"),
            depends(_PLAT, _WEB),
            depends(_WEB, _OPS, promised="2026-12-11 release 2.4"),
        ),
        finds={("PAY-1",): 2, ("PLAT-7",): 2},
        because="platform's own promise of 30 November is at risk as well as the day payments needs; nine and eight"
        " working days lie between",
    ),
    Example(
        name="A promise that has passed unkept",
        now="2026-12-24",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text"), depends(_PLAT, _WEB, promised="2026-11-27 due")),
        finds={("PAY-1",): 3},
        because="what was promised for 27 November is not there, so today counts, seventeen working days past the day"
        " it is needed",
    ),
    Example(
        name="Needed and promised on the same day",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-04 text"), depends(_PLAT, _WEB, promised="2026-12-04 due")),
        because="a day serves both",
    ),
    Example(
        name="Only a weekend between",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-04 text"), depends(_PLAT, _WEB, promised="2026-12-06 due")),
        because="from Friday to Sunday nobody waits",
    ),
    Example(
        name="Only the other team's holiday between",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-11-30 text"), depends(_PLAT, _WEB, promised="2026-12-01 due")),
        calendars={"platform": Calendar(holidays=frozenset({date(2026, 12, 1)}))},
        because="Tuesday is no day on which payments and platform both work",
    ),
    Example(
        name="One wait only",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text", promised="2026-12-11 due"),),
        because="two dates of one dependency are for `order-conflict`",
    ),
    Example(
        name="No day on record at the far end",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text"), depends(_PLAT, _WEB)),
        because="an absent date pushes nothing",
    ),
    Example(
        name="In the middle an issue that cannot be read",
        now="2026-11-02",
        edges=(
            depends(_PAY, issue("SEC-4", "security", "unknown", end="unreadable"), needed="2026-12-01 text"),
            depends(issue("SEC-4", "security", "unknown", end="unreadable"), _WEB, promised="2026-12-11 due"),
        ),
        because="it may be done, and then nobody waits",
    ),
    Example(
        name="In the middle an issue closed as not planned",
        now="2026-11-02",
        edges=(
            depends(_PAY, issue("PLAT-8", "platform", "dropped"), needed="2026-12-01 text"),
            depends(issue("PLAT-8", "platform", "dropped"), _WEB, promised="2026-12-11 due"),
        ),
        because="it waits for nothing any more",
    ),
    Example(
        name="Through a circle",
        now="2026-11-02",
        edges=(
            depends(_PAY, _PLAT, needed="2026-12-01 text"),
            depends(_PLAT, _WEB),
            depends(_WEB, _PLAT),
            depends(_WEB, _OPS, promised="2026-12-11 due"),
        ),
        because="what comes through a circle has no first day; `cycle` speaks of it",
    ),
    Example(
        name="Linked and said, and an issue that waits for itself",
        now="2026-11-02",
        edges=(
            depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7"), needed="2026-12-01 text"),
            depends(_PLAT, _PLAT, promised="2026-12-11 due"),
            depends(_PLAT, _WEB, promised="2026-12-11 due"),
        ),
        because="the first wait is only said in a text, and `strength` asks for more; a slip in a link is no wait",
    ),
)
