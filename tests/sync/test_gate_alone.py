"""Nothing goes round the gate: by how the code is built, and by what random audiences let through."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sync
from model.audience import may_read
from model.facts import Person
from model.policy import PUBLIC
from model.snapshot import Dependency, Evidence
from model.statements import Statement, Verb
from rules.edges import inputs
from sync import fragments
from sync.base import Case
from sync.notes import wanted_notes
from tests.sync.build import NOW, issue
from tests.sync.notes_world import MONDAY, SPOKEN, dependency, desk, opened, text

ROOM = Path(sync.__path__[0])
OF_TICKETS = {"line", "step", "veiled", "message", "phrase", "excerpt", "title", "about", "words", "answer", "said"}
"""Attributes that hold words of tickets, or what was derived from them."""
MAKE_DOCUMENTS = {
    "gate.py": "puts together what the reader may read",
    "notes/base.py": "says that there is nothing to note, in our own words",
    "digest/build.py": "says that there is nothing new, in our own words",
    "digest/fitting.py": "shortens a document of the gate, for the same reader",
    "digest/issue.py": "sets a title above a document of the gate, for the same reader",
    "refused.py": "shortens a document of the gate",
}


def calls(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield f"{path.relative_to(ROOM)}:{node.lineno} {node.func.id}"


def test_documents_are_made_by_the_gate_alone() -> None:
    files = [path for path in sorted(ROOM.rglob("*.py")) if str(path.relative_to(ROOM)) not in MAKE_DOCUMENTS]
    made = [call for path in files for call in calls(path, {"Document", "Section", "Item"})]
    assert not made, "have sync.gate.Gate make it of fragments"


@pytest.mark.parametrize("path", sorted((ROOM / "notes").glob("*.py")), ids=lambda path: path.name)
def test_notes_take_no_words_of_a_ticket_in_hand(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    taken = [
        f"{node.attr} in line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in OF_TICKETS and not _is_ours(node)
    ]
    assert not taken, "have sync.fragments make a fragment of it, with its audiences"
    assert not list(calls(path, {"Fragment"}))


def _is_ours(node: ast.Attribute) -> bool:
    """``self.said`` is all statements, ``one.answer`` only asked whether it is there."""
    value = node.value
    return isinstance(value, ast.Name) and (value.id, node.attr) in {
        ("self", "said"),
        ("one", "about"),
        ("s", "answer"),
    }


VERBS: tuple[Verb, ...] = ("ack", "snooze", "why")
AUDIENCES = (PUBLIC, "internal", "jira:SEC")


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Dependency], list[Case], list[Statement]]:
    """Issues of any audience, each with words that nothing else has; evidence and answers of any audience there."""
    ends = [
        issue(f"jira:K{n}X-{n}", audience=draw(st.sampled_from(AUDIENCES)), title=f"title{n}x", team=f"team{n}x")
        for n in range(6)
    ]
    pairs = draw(st.lists(st.tuples(st.sampled_from(ends), st.sampled_from(ends)), min_size=1, max_size=8))
    edges, cases, statements = [], [], []
    for n, (consumer, provider) in enumerate({p[0].uid + p[1].uid: p for p in pairs if p[0] != p[1]}.values()):
        of = [_evidence(draw, n, end.uid, end.audience) for end in (consumer, provider)]
        edge = dependency(consumer, provider, evidence=tuple(of))
        edge = replace(edge, inputs=inputs(edge))
        edges.append(edge)
        cases.append(opened(f"case{n}", of=edge))
        at = draw(st.sampled_from((consumer, provider)))
        verb, restricted = draw(st.sampled_from(VERBS)), draw(st.booleans())
        statements.append(
            Statement(
                id=f"jira:{n}:0",
                uid=at.uid,
                at=SPOKEN,
                verb=verb,
                restricted=restricted,
                case=f"case{n}",
                person=Person(id="p"),
                day=date(2026, 4, 1),
                words=f"words{n}x",
            )
        )
    return edges, cases, statements


def _evidence(draw: st.DrawFn, n: int, at: str, audience: str) -> Evidence:
    place = draw(st.sampled_from(("body", "comment:1")))
    restricted = place != "body" and draw(st.booleans())
    return Evidence(
        strength="stated",
        kind="text",
        at=at,
        place=place,
        written=MONDAY,
        phrase=f"phrase{n}{at}x",
        author=f"author{n}{at}x",
        audience=f"only {at} {place}" if restricted else audience,
    )


@settings(max_examples=50, deadline=None)
@given(worlds())
def test_nothing_is_told_to_those_who_may_not_read_its_source(
    world: tuple[list[Dependency], list[Case], list[Statement]],
) -> None:
    edges, cases, statements = world
    if not edges:
        return
    at = desk(*edges, statements=statements)
    issues = at.snapshot.issues
    secrets = [(word, i.audience) for i in issues.values() for word in (i.title, i.team, i.ref.key)]
    secrets += [(word, e.audience) for edge in edges for e in edge.evidence for word in (e.phrase, e.author)]
    secrets += [(s.words, fragments.audience_of(s, at.snapshot)) for s in statements]
    for uid, note in wanted_notes(cases, at, NOW.date()).items():
        reader, page = issues[uid].audience, "\n".join(text(note.document))
        assert note.document is None or note.document.reader == reader
        for word, audience in secrets:
            assert word not in page or may_read(reader, {audience}), f"{word} of {audience} is told to {reader}"
        shown = {case.id: may_read(reader, case.finding.inputs) for case in cases if case.id in note.cases}
        assert all(shown.values()), "nor do its cases count as told"
        assert reader != PUBLIC or "not every reader" not in page
