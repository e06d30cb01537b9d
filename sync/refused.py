"""Writes that trackers turned away: handled once, told once, and not tried again for nothing. Pure.

A write that was refused is tried again when its issue has changed, when it was the text and the
text is another one, and once a day, since what an admin mends (a permission, an archived
repository) changes no issue; ``--full`` tries all of them at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from connectors.base import Denied, Refused
from model.document import Document, Section, Words
from model.facts import Facts, IssueFact
from sync.base import NoteRow, Refusal, Write

NAMED = 3
"""Issues that are named where many are turned away for one reason."""

T = TypeVar("T")


def mark(issue: IssueFact) -> str:
    """What differs when an issue has changed."""
    return f"{issue.key} {issue.updated.isoformat() if issue.updated else ''}"


def marks(facts: Facts, uids: Iterable[str]) -> dict[str, str]:
    return {uid: mark(facts.issues[uid]) for uid in uids if uid in facts.issues}


def refusal(write: Write, error: Refused, mark: str, at: datetime) -> Refusal:
    """What to remember of it. Who may not write there may write no other text either."""
    text = "" if isinstance(error, Denied) or write.document is None else write.document.digest
    return Refusal(
        why=error.why or str(error),
        kind="labels" if write.kind == "labels" else "note",
        digest=text,
        mark="" if write.kind == "labels" else mark,
        at=at,
    )


def stands(refusal: Refusal | None, mark: str, now: datetime) -> bool:
    """Whether it would be the same again. Labels follow a note, which changes the issue itself.

    A day is one in UTC, as for a run that rests: the first run of a day judges, whatever else is the same.
    """
    if refusal is None or refusal.at > now or refusal.at.astimezone(UTC).date() < now.astimezone(UTC).date():
        return False
    return refusal.kind == "labels" or refusal.mark == mark


def sift(
    writes: Sequence[Write], notes: Mapping[str, NoteRow], marks: Mapping[str, str], now: datetime
) -> tuple[Write, ...]:
    """Those that are worth trying."""
    barred = {
        write.uid: refused
        for write in writes
        if (row := notes.get(write.uid)) is not None
        and (refused := row.refusal) is not None
        and stands(refused, marks.get(write.uid, ""), now)
        and _concerns(refused, [one for one in writes if one.uid == write.uid])
    }
    return tuple(write for write in writes if not _is_barred(write, barred.get(write.uid)))


def _concerns(refused: Refusal, writes: Collection[Write]) -> bool:
    """Another text is tried."""
    texts = {write.document.digest for write in writes if write.document is not None}
    return not refused.digest or not texts or refused.digest in texts


def _is_barred(write: Write, refused: Refusal | None) -> bool:
    return refused is not None and (refused.kind == "note" or write.kind == "labels")


def standing_lines(notes: Iterable[NoteRow]) -> list[str]:
    """One calm sentence for each reason: ``github: 3 notes cannot be written: acme/old is archived``."""
    by_why: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in notes:
        if row.refusal is not None:
            by_why[row.tracker, row.refusal.kind, row.refusal.why] += 1
    return [
        f"{tracker}: {_counted(kind, count)} cannot be written: {why}" for (tracker, kind, why), count in by_why.items()
    ]


def _counted(kind: str, count: int) -> str:
    thing = "note" if kind == "note" else "label"
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def turned_away(tracker: str, why: str, keys: Sequence[str]) -> str:
    """What is said of those that were turned away for one reason, the first time."""
    more = f" and {len(keys) - NAMED} more" if len(keys) > NAMED else ""
    return f"{tracker}: nothing can be written on {', '.join(keys[:NAMED])}{more}: {why}"


def shortened(document: Document) -> Document:
    """As much as half of it, for a tracker that takes less than others; what is left out is counted.

    The same document where nothing can be left out.
    """
    sections, left = [], 0
    for section in document.sections:
        lines, items = _half(section.lines), _half(section.items)
        left += len(section.lines) - len(lines) + len(section.items) - len(items)
        sections.append(msgspec.structs.replace(section, lines=lines, items=items))
    if not left:
        return document
    said = (Words(f"{left} more could not be shown here: this tracker takes no longer text."),)
    return msgspec.structs.replace(document, sections=(*sections, Section(heading="", lines=(said,))))


def _half(things: tuple[T, ...]) -> tuple[T, ...]:
    return things[: max(1, len(things) // 2)] if things else things
