"""What a rule is: a pure generator of findings over a snapshot and its settings.

A rule file holds its settings, its code, its examples and, as the docstring of its class,
its manual: what it finds; why it matters; how to clear it. ``rules.engine.load`` finds it by
walking the folder; nothing is registered anywhere.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, Generic, Literal, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from model.document import Line
from model.snapshot import Dependency, Snapshot
from rules.examples import Example
from rules.known import doubt, ended, settled, unknown

Mode = Literal["off", "observe", "label", "comment"]
Severity = Literal["info", "warning", "error"]
Notify = Literal["consumer", "provider", "both"]
SubjectKind = Literal["edge", "issue", "scope", "cycle", "party"]
OF_ISSUES: tuple[SubjectKind, ...] = ("edge", "issue", "cycle")
"""Kinds of subject whose members are uids."""

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


# Structs, for a large tracker has a million findings, and a dataclass takes ten times as long to make.
class Subject(msgspec.Struct, frozen=True):
    """What a finding is about: uids (a scope: ``tracker:scope``), an edge as (consumer, provider), a cycle sorted, a
    party by its name."""

    kind: SubjectKind
    members: tuple[str, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a finding would be noted: an issue and the part it plays."""

    uid: str
    role: Literal["consumer", "provider"]
    line: Line
    """The verdict, in one sentence or two. Of an edge it stands below a line that has just named the other end, and
    calls that end "it"; the issue the note is on is "this issue"."""
    step: Line = ()
    """The next step, in one sentence. Findings on one edge that advise the same say it in the same words."""
    veiled: Line = ()
    """The verdict for where not every reader may read all that the finding was derived from: without what is not
    theirs to read, but for its number. Never told in public."""
    veiled_step: Line = ()
    """The next step that goes with ``veiled``."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    subject: Subject
    level: int
    """From 1; the rule's ``levels`` says what each means. A higher one is worse."""
    severity: Severity = "warning"
    consumer: str = ""
    provider: str = ""
    """Uids of the edge's ends, where there is one edge to name."""
    about: tuple[tuple[str, str], ...] = ()
    """What it was judged by, as sorted (name, value): inputs that ``explain`` shows."""
    message: Line
    """The finding in one sentence that blames nobody."""
    places: tuple[Place, ...] = ()
    inputs: frozenset[str] = frozenset()
    """Audiences of everything the sentences were derived from (``model.snapshot``)."""
    rests_on: tuple[tuple[str, str], ...] = ()
    """(consumer, provider) of the dependencies it was derived from, where those are not its subject."""


class TeamSettings(BaseModel):
    """One team's overrides: they apply to that team's end of a case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode | None = Field(
        default=None, description="As the rule's mode, at this team's end; never more than the rule's own."
    )
    severity: Severity | None = Field(
        default=None,
        description="As the rule's severity: what stands first in the notes at this team's end. `--fail-on`, the list "
        "of findings and the order in which caps let new notes through go by the rule's own.",
    )
    notify: Notify | None = Field(
        default=None, description="As the rule's notify, for this team's issues; never more than the rule's own."
    )


class RuleSettings(BaseModel):
    """What every rule can be told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode = Field(
        default="comment", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="warning", description="How it is ranked and what `--fail-on` compares with.")
    severity_from: dict[int, Severity] = Field(
        default_factory=dict,
        description='Another severity from a level on: `{ 3 = "error" }`. A team\'s own severity goes before it.',
    )
    when: str = Field(
        default="",
        description="An expression that must hold for a finding to count: `consumer.team != 'sandbox'`. "
        "docs/custom-rules.md has the fields. Left out: all count.",
    )
    notify: Notify = Field(default="both", description="Which end of the dependency carries the line.")
    teams: dict[str, TeamSettings] = Field(default_factory=dict, description="Overrides per team, for that team's end.")


S = TypeVar("S", bound=RuleSettings)


class Rule(ABC, Generic[S]):
    """A rule, named for the bad thing. Subclasses set the class variables and write ``judge``."""

    id: ClassVar[str]
    subject: ClassVar[SubjectKind]
    levels: ClassVar[tuple[str, ...]]
    """Level 1 first."""
    settings: ClassVar[type[RuleSettings]] = RuleSettings
    examples: ClassVar[tuple[Example, ...]] = ()
    """What it finds and, as important, what it does not: run as tests, shown in the manual."""
    settled_by: ClassVar[tuple[Literal["consumer", "provider"], ...]] = ("consumer", "provider")
    """Of a rule about edges: the ends that leave nothing to find once they are certainly over."""
    judges_when: ClassVar[bool] = False
    """Whether ``when`` is what it judges by, rather than a condition on what it finds."""

    @abstractmethod
    def judge(self, snapshot: Snapshot, settings: S) -> Iterator[Finding]:
        """Findings in any order; the engine sorts, sets severity and drops ends that are not to be told."""

    def decided(self, snapshot: Snapshot, finding: Finding) -> bool:
        """Whether a finding on an edge certainly holds no more, whatever the other end is: one end is gone, or it is
        certainly over and that leaves nothing to find."""
        ends = zip(("consumer", "provider"), map(snapshot.issues.get, finding.subject.members), strict=True)
        over = ((role, end) for role, end in ends if end is not None and settled(end))
        return any(end.end == "gone" or role in self.settled_by for role, end in over)

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        """What this rule in particular would have to know of an edge and does not, as a sentence; "" when nothing."""
        return ""

    def unsure(self, snapshot: Snapshot, finding: Finding) -> str:
        """Why a finding of this rule that is not about an edge, and is gone, may still hold; "" when it does not."""
        members = finding.subject.members if finding.subject.kind in OF_ISSUES else ()
        return next(filter(None, (unknown(snapshot, uid) for uid in members)), "") or doubt(
            snapshot, (wait for wait in finding.rests_on if not ended(snapshot, wait))
        )


AnyRule = Rule[Any]


class RuleError(Exception):
    """A rule that broke. Its findings are unknown then, so the run stops before anything is cleared by it."""

    def __init__(self, rule: str, subject: Subject | None, reason: str) -> None:
        at = f" on {' -> '.join(subject.members)}" if subject else ""
        super().__init__(f'rule {rule}{at}: {reason}. This is a defect in the rule; mode = "off" leaves it out.')
        self.rule = rule
        self.subject = subject
