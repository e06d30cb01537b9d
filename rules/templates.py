"""Messages with fields in them: ``{provider.party} delivers this without a contract on record``.

Names are checked against the fields that expressions see. What is filled in comes from tickets and stays inert
(``model.document``); what is absent reads "unknown".
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from model.document import Day, Line, Piece, Quoted, Words
from model.snapshot import Issue
from rules.base import SubjectKind
from rules.expression_faults import Refused
from rules.expression_tree import Fault, nearest
from rules.fields import RECORDS, TODAY, VARIABLES, Reader, Value, View, reader
from rules.wording import SENTENCE_LENGTH, TITLE_LENGTH, key, line, listed, quoted

LONGEST = 500
MOST_LISTED = 5
_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"(\w+)\.(\w+)")
ABSENT = Words("unknown")


class Template:
    """Safe to share between threads."""

    def __init__(self, text: str, kind: SubjectKind) -> None:
        """Raises Refused."""
        self._parts: list[str | tuple[str, str, Reader]] = []
        self._kind: SubjectKind = kind
        if faults := tuple(self._parse(text)):
            raise Refused(faults)
        self.reads = tuple((part[0], part[1]) for part in self._parts if not isinstance(part, str))
        """(record, field) of everything that it shows."""

    def fill(self, view: View) -> Line:
        return line(*(part if isinstance(part, str) else _shown(view, *part) for part in self._parts))

    def _parse(self, text: str) -> Iterator[Fault]:
        if len(text) > LONGEST:
            yield Fault(message=f"is {len(text)} characters long; {LONGEST} is the limit")
            return
        text = text.rstrip(". \n")
        end = 0
        for found in _PART.finditer(text):
            self._parts.append(" ".join(text[end : found.start()].split("\n")))
            end = found.end()
            if found[0] in ("{{", "}}"):
                self._parts.append(found[0][0])
            elif fault := self._field(found):
                yield fault
        self._parts.append(" ".join(text[end:].split("\n")))

    def _field(self, found: re.Match[str]) -> Fault | None:
        """Adds a field; what is wrong with it."""
        column, inside = found.start() + 1, found[1]
        if inside is None:
            return Fault(message=f"a {found[0]} alone; write {found[0] * 2} for the sign itself", column=column)
        name = _NAME.fullmatch(inside)
        known = [f"{record}.{field}" for record in VARIABLES[self._kind] for field in RECORDS[record]]
        if inside == TODAY:
            return Fault(message="today would change the message every day; leave it out", column=column)
        if not name or inside not in known:
            hint = "" if name else "; a field is written {provider.team}, with nothing else between the braces"
            return Fault(message=f'there is no field "{inside}"{hint}', near=_near(inside, known), column=column + 1)
        self._parts.append((name[1], name[2], reader(name[1], name[2])))
        return None


@lru_cache(maxsize=512)
def template(text: str, kind: SubjectKind) -> Template:
    """``text`` parsed for findings of a kind. Raises Refused."""
    return Template(text, kind)


def _near(inside: str, known: list[str]) -> str:
    """The same record's nearest field before any other's."""
    record, _, field = inside.partition(".")
    own = nearest(field, list(RECORDS.get(record, ())))
    return f"{record}.{own}" if own and f"{record}.{own}" in known else nearest(inside, known)


def _shown(view: View, record: str, field: str, read: Reader) -> Piece | Line:
    of, value = getattr(view, record), read(view)
    if field == "key" and isinstance(of, Issue):
        return key(of)
    if field == "title" and isinstance(value, str):
        return quoted(value, TITLE_LENGTH)
    return ABSENT if value is None else _piece(value)


def _piece(value: Value) -> Piece | Line:
    if isinstance(value, bool):
        return Words("yes" if value else "no")
    if isinstance(value, datetime):
        return Day(value.date())
    if isinstance(value, date):
        return Day(value)
    if isinstance(value, tuple):
        more = len(value) - MOST_LISTED
        shown = [_text(text) for text in value[:MOST_LISTED]]
        return listed([*shown, f"{more} more"] if more > 0 else shown) if value else Words("none")
    return _text(str(value))


def _text(value: str) -> Quoted:
    flat = " ".join(value.split())
    return Quoted(flat if len(flat) <= SENTENCE_LENGTH else flat[: SENTENCE_LENGTH - 1].rstrip() + "…")
