"""The gate: what readers of one audience may be told. Nothing of a ticket reaches a note or a digest but through it.

    Fragment                a line with the audiences of all that it was derived from; opaque
       |  Gate(reader)      the only way to a line, and to a document
       v
    Told                    lines or a document for that reader, and how much was withheld

What is withheld leaves nothing at all in public: no line, no count, no label. Elsewhere it
leaves what the rule says in its place (``veiled``), or a number. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from model.audience import may_read
from model.document import Document, Item, Line, Section, Words
from model.policy import PUBLIC
from model.snapshot import Issue
from sync.base import Write


class Fragment:
    """A line, or a few that follow each other in it, with who may read them. It tells only to a reader."""

    __slots__ = ("__bits", "__instead", "case")

    def __init__(
        self, line: Line, inputs: Iterable[str], *, case: str = "", veiled: Line = (), veiled_for: str = ""
    ) -> None:
        """``inputs``: audiences of all that ``line`` was derived from. ``case``: it is the verdict of this one.

        ``veiled`` is told instead to readers of the audience ``veiled_for``, where they may not read the line.
        """
        self.__bits: tuple[tuple[Line, frozenset[str]], ...] = ((line, frozenset(inputs)),)
        self.__instead = (veiled, veiled_for)
        self.case = case

    def then(self, more: "Fragment") -> "Fragment":
        """This, and right behind it the other: as far as the reader may read that as well."""
        joined = Fragment((), (), case=self.case)
        joined.__bits, joined.__instead = (*self.__bits, *more.__bits), self.__instead
        return joined

    def told_to(self, reader: str) -> Line:
        """The line for readers of this audience; () when it is not theirs to read."""
        (_, inputs), *_ = self.__bits
        if may_read(reader, inputs):
            return tuple(piece for line, needs in self.__bits if may_read(reader, needs) for piece in line)
        veiled, whose = self.__instead
        return veiled if reader == whose != PUBLIC else ()

    def __repr__(self) -> str:
        return f"Fragment(case={self.case!r})"


NOTHING = Fragment((), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line made of several fragments, the first few that the reader may read; the rest is counted."""

    opening: str
    of: tuple[Fragment, ...]
    most: int
    rest: str = "more"

    def told_to(self, reader: str) -> Line:
        found = [line for line in (fragment.told_to(reader) for fragment in self.of) if line]
        if not found:
            return ()
        shown, left = found[: self.most], len(found) - self.most
        parts: list[Line] = [(Words(self.opening),), shown[0]]
        for line in shown[1:]:
            parts += [(Words("; "),), line]
        end = f"; and {left} {self.rest}." if left > 0 else "" if _ends_quoted(parts[-1]) else "."
        return tuple(piece for part in (*parts, (Words(end),)) for piece in part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Few:
    """A line for each of the first few fragments that the reader may read and that say different things."""

    of: tuple[Fragment, ...]
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item to be: it stands where the reader may read its lead and one of its verdicts."""

    lead: Fragment
    verdicts: tuple[Fragment, ...] = ()
    """Empty: the lead is the verdict."""
    below: tuple[Fragment | Listed | Few, ...] = ()
    """What is said of all of them; the same line once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section to be; one of which the reader may read nothing is left out, heading and all."""

    heading: str
    lines: tuple[Fragment, ...] = ()
    entries: tuple[Entry, ...] = ()
    folded: bool = False
    most: int = 20
    """Entries, and lines, that are told; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    lines: tuple[Line, ...] = ()
    document: Document | None = None
    """None: there is nothing that the reader may read."""
    cases: frozenset[str] = frozenset()
    """Cases whose verdict was told."""
    withheld: int = 0
    """Verdicts that were not the reader's to read; for public readers none, for they may not know that there are."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is left for the reader of one fragment or entry: its lines, the lead first; none when it is withheld."""

    lines: tuple[Line, ...] = ()
    cases: tuple[str, ...] = ()
    withheld: int = 0


class Gate:
    """Lines and documents for readers of one audience."""

    def __init__(self, reader: str) -> None:
        self.reader = reader

    def reads(self, inputs: Iterable[str]) -> bool:
        """Whether something derived from these may be told, or marked by a label."""
        return may_read(self.reader, inputs)

    def lines(self, fragments: Iterable[Fragment]) -> Told:
        """Those that may be read, in order."""
        heard = [self._heard(fragment) for fragment in fragments]
        return self._told(heard, lines=tuple(line for one in heard for line in one.lines))

    def document(self, parts: Iterable[Part], footer: Line = (), *, here: str = "this one") -> Told:
        """All of it that may be read, and how much more there is, unless in public.

        ``footer``: our own words. ``here``: what the readers read.
        """
        heard: list[_Heard] = []
        sections: list[Section] = []
        for part in (part for part in parts if part.lines or part.entries):
            lines, entries = [self._heard(one) for one in part.lines], [self._entry(one) for one in part.entries]
            heard += [*_shown(lines, part.most), *_shown(entries, part.most)]
            section = Section(part.heading, *_section(lines, entries, part.most), part.folded)
            sections += [section] if section.lines or section.items else []
        if not sections:
            return self._told(heard)
        if withheld := self._told(heard).withheld:
            sections.append(Section("", (withheld_line(withheld, here),)))
        return self._told(heard, document=Document(tuple(sections), footer, reader=self.reader))

    def _told(self, heard: Iterable[_Heard], *, lines: tuple[Line, ...] = (), document: Document | None = None) -> Told:
        whole = tuple(heard)
        cases = frozenset(case for one in whole for case in one.cases)
        withheld = 0 if self.reader == PUBLIC else sum(one.withheld for one in whole)
        return Told(lines=lines, document=document, cases=cases, withheld=withheld)

    def _heard(self, fragment: Fragment) -> _Heard:
        line = fragment.told_to(self.reader)
        if not line:
            return _Heard(withheld=1 if fragment.case else 0)
        return _Heard((line,), (fragment.case,) if fragment.case else ())

    def _entry(self, entry: Entry) -> _Heard:
        lead, verdicts = self._heard(entry.lead), [self._heard(verdict) for verdict in entry.verdicts]
        told = [one for one in (*verdicts, lead) if one.cases]
        withheld = lead.withheld + sum(one.withheld for one in verdicts)
        if not (lead.lines and told):
            return _Heard(withheld=withheld + sum(len(one.cases) for one in told))
        said = [line for one in verdicts for line in one.lines]
        more = [line for fragment in entry.below for line in _lines(fragment, self.reader)]
        # Several cases may give the same next step: a line is said once.
        below = dict.fromkeys((*said, *more))
        return _Heard((*lead.lines, *below), tuple(case for one in told for case in one.cases), withheld)


def _lines(one: Fragment | Listed | Few, reader: str) -> tuple[Line, ...]:
    several = one.of if isinstance(one, Few) else (one,)
    told = [line for line in dict.fromkeys(each.told_to(reader) for each in several) if line]
    return tuple(told[: one.most] if isinstance(one, Few) else told)


def _shown(heard: Iterable[_Heard], most: int) -> Iterator[_Heard]:
    """All of it, but as told only those cases that are within the first so many."""
    room = most
    for one in heard:
        shown = bool(one.lines) and room > 0
        room -= shown
        yield one if shown else _Heard(withheld=one.withheld)


def _section(
    lines: Sequence[_Heard], entries: Sequence[_Heard], most: int
) -> tuple[tuple[Line, ...], tuple[Item, ...]]:
    """Lines and items of a section, the first so many of each, and how many more there are."""
    said = [one.lines[0] for one in lines if one.lines]
    items = [Item(one.lines[0], one.lines[1:]) for one in entries if one.lines]
    left = [(Words(f"… and {len(found) - most} more."),) for found in (said, items) if len(found) > most]
    return (
        (*said[:most], *(left[:1] if len(said) > most else ())),
        (*items[:most], *((Item(left[-1]),) if len(items) > most else ())),
    )


def _ends_quoted(line: Line) -> bool:
    return isinstance(line[-1], Words) and line[-1].text.endswith("”")


def withheld_line(count: int, here: str = "this one") -> Line:
    things = "1 more thing" if count == 1 else f"{count} more things"
    return (Words(f"{things} noted here rest{'s' * (count == 1)} on issues that not every reader of {here} may see."),)


def objection(write: Write, issue: Issue | None, writable: bool) -> str:
    """Why a write must not be made, the last thing before the outbox; "" when it may.

    Whatever came before: nothing is written where ``write_to`` does not reach, and no document
    goes to an issue with other readers than those it was put together for.
    """
    name = f"{write.tracker}:{write.key}"
    if issue is None or (issue.uid, issue.ref.tracker) != (write.uid, write.tracker):
        return f"{name}: not written to, for it is not the issue that was judged. Please report this defect"
    if not writable:
        return f"{name}: not written to, for notes.write_to does not name its project or repository, or it was not read"
    reader = write.document.reader if write.document is not None else ""
    if reader and reader != PUBLIC and reader != issue.audience:
        return (
            f"{name}: not written to, for the note was put together for other readers ({reader}) than this issue has "
            f"({issue.audience}). The next run puts it together anew; if this comes again, please report the defect"
        )
    return ""
