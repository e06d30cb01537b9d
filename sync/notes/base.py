"""What a note is wanted to be, and all that decides what it says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from model.document import Document, Section, Words
from model.snapshot import Issue, Snapshot
from model.statements import Statement
from rules.base import Mode, RuleSettings, Severity
from rules.engine import mode_for
from sync.base import Case, Mute

SETTLED = Document((Section("", ((Words("crosstie has nothing to note here any more."),),)),))
"""What remains of a note when all its cases have cleared: one quiet line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The note one issue should carry; ``document`` None: labels only."""

    uid: str
    document: Document | None
    team: str = ""
    """Who owns the issue: whose attention a call would take."""
    cases: Mapping[str, int] = field(default_factory=dict)
    """Case id -> level shown."""
    settled: tuple[str, ...] = ()
    """Ids of the cleared cases that the document still names, newest first."""
    label: bool = False
    quiet_cases: frozenset[str] = frozenset()
    """Ids of those for which nobody is called, as they are now: answered, or shown by the label alone."""
    urgency: tuple[int, str] = (0, "")
    """Sorts what a cap lets through first, over all teams: the central severity, then the oldest case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that decides where a case may be told."""

    snapshot: Snapshot
    rules: Mapping[str, RuleSettings]
    write_to: Sequence[str]
    mutes: Mapping[tuple[str, str], Mute]
    """By (uid, case id)."""
    statements: Sequence[Statement] = ()
    """What people said by command, oldest first."""
    settled: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    """By uid: cases that its standing note shows, or names as settled, and that are cleared now."""
    commands: bool = True
    """Whether people can answer by command."""

    def writable(self, issue: Issue) -> bool:
        """Whether ``write_to`` names the issue's scope; an issue we do not read in full is never written to."""
        return issue.end == "read" and bool(self.scopes((f"{issue.ref.tracker}:{issue.ref.scope}",)))

    def scopes(self, among: Iterable[str]) -> frozenset[str]:
        """Those of ``tracker:scope`` that ``write_to`` names."""
        return frozenset(s for s in among if any(fnmatchcase(s.casefold(), p.casefold()) for p in self.write_to))

    def mode(self, case: Case, issue: Issue) -> Mode:
        settings = self.rules.get(case.rule)
        return mode_for(settings, issue.team) if settings is not None else "off"

    def severity(self, case: Case, issue: Issue) -> Severity:
        """The case's own, unless the issue's team sees it differently."""
        teams = self.rules[case.rule].teams if case.rule in self.rules else {}
        return (teams[issue.team].severity if issue.team in teams else None) or case.severity

    def muted(self, case: Case, uid: str) -> bool:
        mute = self.mutes.get((uid, case.id))
        return mute is not None and not (mute.why == "baseline" and case.level > mute.level)
