"""Wanted notes against standing notes: the writes that make them one. Pure, and limited before the first write."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from model.document import Document
from model.snapshot import Issue
from sync.base import Held, NoteRow, Reason, Write, WriteKind
from sync.notes import SETTLED, Wanted
from sync.quiet import Bell, Heard, Step, Why, hold_back, step_of

BRAKE_FLOOR = 20
"""Issues that a run may always touch, however few there are in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    brake_percent: int
    label: str
    released: bool = False
    """The brake was released by name for this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    writes: tuple[Write, ...]
    unchanged: int = 0
    suppressed: int = 0
    """New notes that are left for a later run; all writes where the brake bit."""
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By uid: the cases that stand where all is as it should be. Another case may stand by the same label."""
    held: tuple[Held, ...] = ()
    """What somebody should hear of and is not called for now."""
    braked: str = ""
    """Why nothing at all is written; empty when the brake did not bite."""


def plan(
    wanted: Mapping[str, Wanted],
    standing: Mapping[str, NoteRow],
    issues: Mapping[str, Issue],
    natives: Mapping[str, str],
    writable: frozenset[str],
    limits: Limits,
    bell: Bell,
) -> Plan:
    """``natives``: uid -> the tracker's own id. ``writable``: uids on which anything may be written."""
    heard = Heard(bell)
    found = (step_of(wanted[uid], standing.get(uid), issues[uid], heard, bell) for uid in wanted.keys() & writable)
    steps = {step.uid: step for step in found if step is not None}
    waits = hold_back(steps.values(), heard, bell)
    writes: list[Write] = []
    shown: dict[str, tuple[str, ...]] = {}
    unchanged = 0
    for uid in sorted((wanted.keys() | standing.keys()) & writable):
        step = steps.get(uid) if uid not in waits else None
        draft = _Draft(issues[uid], natives[uid], wanted.get(uid), standing.get(uid), step)
        notes = draft.notes(bell)
        unchanged += draft.stands and not notes
        drafted = [*notes, *draft.labels(limits.label)]
        if not drafted and not draft.waits and draft.row is not None:
            shown[uid] = draft.cases
        writes += drafted
    braked = _brake(writes, issues, limits)
    new = sum(steps[uid].how == "created" for uid in waits)
    return Plan(
        writes=() if braked else tuple(writes),
        unchanged=unchanged,
        shown=shown,
        suppressed=new + (len(writes) if braked else 0),
        held=_held(steps, waits, braked=bool(braked)),
        braked=braked,
    )


def _held(steps: Mapping[str, Step], waits: Mapping[str, Why], *, braked: bool) -> tuple[Held, ...]:
    reasons: dict[str, Why] = {**(dict.fromkeys(steps, "cap") if braked else {}), **waits}
    return tuple(held for uid in sorted(reasons) for held in steps[uid].held(reasons[uid]))


@dataclass(frozen=True, slots=True)
class _Draft:
    issue: Issue
    native_id: str
    wanted: Wanted | None
    row: NoteRow | None
    step: Step | None
    """What the note is to tell; None: nothing, or not now."""

    @property
    def stands(self) -> bool:
        return self.row is not None and bool(self.row.id)

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(sorted(self.wanted.cases)) if self.wanted else ()

    @property
    def waits(self) -> bool:
        """Whether this would be a first note, and is not to be made now."""
        first = self.wanted is not None and self.wanted.document is not None and not self.stands
        return first and self.step is None

    def notes(self, bell: Bell) -> list[Write]:
        document = self.wanted.document if self.wanted else None
        if self.waits or (document is None and not self.stands):
            return []
        if self.step is not None and document is not None:
            return self._telling(document, self.step, bell)
        if self.row is not None and (document or SETTLED).digest == self.row.digest:
            return []
        return [self._note(document or SETTLED, "changed" if document else "cleared")]

    def labels(self, label: str) -> list[Write]:
        """An issue whose first note waits gets no label either."""
        have = set(self.row.labels) if self.row else set()
        want = {label} if label and self.wanted is not None and self.wanted.label else set()
        if have == want or self.waits:
            return []
        write = replace(
            self._write("labels", "changed" if want else "cleared"),
            add=tuple(sorted(want - have)),
            remove=tuple(sorted(have - want)),
        )
        return [write]

    def _telling(self, document: Document, step: Step, bell: Bell) -> list[Write]:
        """The write that tells a step. A call that stands already has to go first: a name that an edit leaves where it
        was calls nobody."""
        told = replace(
            self._note(msgspec.structs.replace(document, call=step.call), "new" if not self.stands else "worse"),
            quiet=step.how == "created",
            repost=step.how == "repost",
            notifies=step.told(self.wanted.cases if self.wanted else {}, bell),
        )
        named = self.row is not None and self.row.called and step.how == "mention"
        return [self._note(document, "changed"), told] if named else [told]

    def _note(self, document: Document, reason: Reason) -> Write:
        known = self.row.id if self.row else ""
        return replace(self._write("note", reason), document=document, folded=reason == "cleared", known=known)

    def _write(self, kind: WriteKind, reason: Reason) -> Write:
        return Write(
            uid=self.issue.uid,
            tracker=self.issue.ref.tracker,
            native_id=self.native_id,
            key=self.issue.ref.key,
            kind=kind,
            reason=reason,
            cases=self.cases,
            settled=self.wanted.settled if self.wanted else (),
        )


def _brake(writes: list[Write], issues: Mapping[str, Issue], limits: Limits) -> str:
    touched = len({w.uid for w in writes})
    read = sum(issue.end == "read" for issue in issues.values())
    allowed = max(BRAKE_FLOOR, read * limits.brake_percent // 100)
    if limits.released or touched <= allowed:
        return ""
    return (
        f"this run would write to {touched} of {read} issues, more than the {allowed} that notes.brake_percent = "
        f"{limits.brake_percent} allows; nothing was written. Look at it with `crosstie run --dry-run`, then let it "
        "through once with `crosstie run --release-brake`"
    )
