"""Wanted notes against standing notes: the writes that make them one. Pure, and limited before the first write."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from model.snapshot import Issue
from sync.base import NoteRow, Reason, Write, WriteKind
from sync.notes import SETTLED, Wanted

BRAKE_FLOOR = 20
"""Issues that a run may always touch, however few there are in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    max_new_per_run: int
    brake_percent: int
    label: str
    released: bool = False
    """The brake was released by name for this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    writes: tuple[Write, ...]
    unchanged: int = 0
    suppressed: int = 0
    """New notes that the cap left for a later run."""
    braked: str = ""
    """Why nothing at all is written; empty when the brake did not bite."""


def plan(
    wanted: Mapping[str, Wanted],
    standing: Mapping[str, NoteRow],
    issues: Mapping[str, Issue],
    natives: Mapping[str, str],
    writable: frozenset[str],
    limits: Limits,
) -> Plan:
    """``natives``: uid -> the tracker's own id. ``writable``: uids on which anything may be written."""
    writes: list[Write] = []
    unchanged = 0
    for uid in sorted((wanted.keys() | standing.keys()) & writable):
        draft = _Draft(issues[uid], natives[uid], wanted.get(uid), standing.get(uid))
        note = draft.note()
        labels = draft.labels(limits.label)
        unchanged += note is None and draft.stands
        writes.extend(write for write in (note, labels) if write is not None)
    kept, suppressed = _capped(writes, wanted, limits.max_new_per_run)
    braked = _brake(kept, issues, limits)
    return Plan(
        writes=() if braked else tuple(kept),
        unchanged=unchanged,
        suppressed=suppressed + (len(kept) if braked else 0),
        braked=braked,
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    issue: Issue
    native_id: str
    wanted: Wanted | None
    row: NoteRow | None

    @property
    def stands(self) -> bool:
        return self.row is not None and bool(self.row.id)

    def note(self) -> Write | None:
        document = self.wanted.document if self.wanted else None
        if document is None and not self.stands:
            return None
        if self.row is not None and self.row.id and (document or SETTLED).digest == self.row.digest:
            return None
        return replace(
            self._write("note"),
            document=document or SETTLED,
            folded=document is None,
            known=self.row.id if self.row else "",
            reason=self._reason(),
        )

    def labels(self, label: str) -> Write | None:
        have = set(self.row.labels) if self.row else set()
        want = {label} if label and self.wanted is not None and self.wanted.label else set()
        if have == want:
            return None
        return replace(
            self._write("labels"),
            reason="changed" if want else "cleared",
            add=tuple(sorted(want - have)),
            remove=tuple(sorted(have - want)),
        )

    def _reason(self) -> Reason:
        if self.wanted is None or self.wanted.document is None:
            return "cleared"
        return "changed" if self.stands else "new"

    def _write(self, kind: WriteKind) -> Write:
        return Write(
            uid=self.issue.uid,
            tracker=self.issue.ref.tracker,
            native_id=self.native_id,
            key=self.issue.ref.key,
            kind=kind,
            reason="changed",
            cases=tuple(sorted(self.wanted.cases)) if self.wanted else (),
        )


def _capped(writes: list[Write], wanted: Mapping[str, Wanted], most: int) -> tuple[list[Write], int]:
    """The most urgent new notes; an issue whose note waits gets no label either."""
    new = sorted((w.uid for w in writes if w.reason == "new"), key=lambda uid: (wanted[uid].urgency, uid))
    late = set(new[most:])
    return [w for w in writes if w.uid not in late], len(late)


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
