"""Which refused writes are worth trying again, and how they are told. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Denied, Refused
from model.document import Document, Item, Section, Words
from sync.base import NoteRow, Refusal, Write
from sync.refused import refusal, shortened, sift, standing_lines, turned_away

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = Document(sections=(Section("Waiting for", ((Words("PLAT-1"),),)),))
OTHER = Document(sections=(Section("Waiting for", ((Words("PLAT-2"),),)),))
WRITE = Write(uid="u", tracker="github", native_id="1", key="acme/web#1", kind="note", reason="new", document=TEXT)
LABELS = replace(WRITE, kind="labels", document=None, add=("crosstie",))
LOCKED = refusal(WRITE, Denied("github", "no", why="the issue is locked"), "m", NOW)
SPAM = refusal(WRITE, Refused("github", "no", why="spam"), "m", NOW)
NO_LABELS = refusal(LABELS, Refused("github", "no", why="labels"), "m", NOW)


def kept(refused: Refusal, *writes: Write, mark: str = "m", hours: float = 1) -> tuple[Write, ...]:
    rows = {"u": NoteRow(uid="u", tracker="github", id="", digest="", refusal=refused)}
    return sift(writes or (WRITE, LABELS), rows, {"u": mark}, NOW + timedelta(hours=hours))


def test_while_nothing_changes_neither_note_nor_label_is_tried() -> None:
    assert kept(LOCKED) == ()
    assert kept(SPAM) == ()
    assert kept(NO_LABELS) == (WRITE,)


def test_of_other_issues_everything_is() -> None:
    other = replace(WRITE, uid="v")
    assert kept(LOCKED, other, WRITE) == (other,)


@pytest.mark.parametrize("refused", [LOCKED, SPAM, NO_LABELS])
def test_on_the_next_day_it_is_tried_again(refused: Refusal) -> None:
    assert kept(refused, hours=23.5) == (WRITE, LABELS)
    midnight = 24 - NOW.hour - NOW.minute / 60
    assert LABELS not in kept(refused, hours=midnight - 0.1)
    assert kept(refused, hours=midnight) == (WRITE, LABELS), "the first run of a day, however soon"
    assert kept(refused, hours=-1) == (WRITE, LABELS), "a clock that was set back bars nothing"


def test_a_changed_issue_is_tried_again() -> None:
    assert kept(LOCKED, mark="n") == (WRITE, LABELS)
    assert kept(NO_LABELS, mark="n") == (WRITE,), "its own note changed it"


def test_another_text_is_tried_only_where_it_was_the_text() -> None:
    again = replace(WRITE, document=OTHER)
    assert kept(SPAM, again, LABELS) == (again, LABELS)
    assert kept(LOCKED, again, LABELS) == ()


def test_many_are_one_line_for_each_reason() -> None:
    rows = [NoteRow(uid=str(n), tracker="github", id="", digest="", refusal=LOCKED) for n in range(3)]
    rows += [NoteRow(uid="x", tracker="github", id="", digest="", refusal=NO_LABELS)]
    rows += [NoteRow(uid="y", tracker="github", id="7", digest="")]
    assert standing_lines(rows) == [
        "github: 3 notes cannot be written: the issue is locked",
        "github: 1 label cannot be written: labels",
    ]
    assert turned_away("jira", "x", ["A-1", "A-2", "A-3", "A-4", "A-5"]).endswith("on A-1, A-2, A-3 and 2 more: x")


def test_half_of_a_text_counts_what_it_leaves_out() -> None:
    items = tuple(Item((Words(f"PLAT-{n}"),)) for n in range(9))
    long = Document(sections=(Section("Waiting for", items=items),), call=(Words("Mira"),), reader="jira:PAY")
    short = shortened(long)
    assert [len(section.items) for section in short.sections] == [4, 0]
    assert short.sections[-1].lines[0][0] == Words("5 more could not be shown here: this tracker takes no longer text.")
    assert (short.call, short.reader) == (long.call, long.reader)
    assert shortened(TEXT) == TEXT, "there is nothing to leave out"
