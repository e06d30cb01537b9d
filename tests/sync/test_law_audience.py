"""Who may read what: the laws, for every rule, note, label and digest there is.

*Nothing gets out*: whatever a note or a digest says, in any of its formats, no word of a source that its readers may
not read is in it: no title, key, name, team, sprint, sentence or person.

*Silence is all that a secret can do in public*: a verdict on a public issue is the one that the public facts alone
give, to the letter; days, counts and levels included. Facts that the public may not read can keep a verdict from being
told (an agreement that stands in a private project does so rightly: nobody is accused who has one), and never change
one or add one.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from hypothesis import given, settings

from connectors.github.markdown import render
from connectors.jira.adf import render_adf
from connectors.jira.wiki import render_wiki
from model.audience import may_read
from model.calendar import Calendar
from model.document import Document, Line, plain
from model.facts import Scope
from model.interpret import interpret
from model.policy import PUBLIC
from sync.base import CaseEvent
from sync.digest.build import Brief, build
from sync.digest.matter import Matter, Untold
from tests.model.build import NOW, blocked_by, fact, facts, policy, says, team
from tests.sync.audience_world import World, Written, forbidden, notes_of, seen_by_public, worlds
from tests.sync.audience_world import settings as rules
from tests.sync.digest_world import digest

READERS = (PUBLIC, "internal", "jira:SEC", "github:acme/vault")


def formats(document: Document) -> Iterator[str]:
    yield render(document)
    yield str(render_adf(document))
    yield render_wiki(document)


def leaks(world: World, reader: str, text: str) -> list[str]:
    return sorted(token for token in forbidden(world, reader) if token in text)


@given(worlds())
@settings(max_examples=25)
def test_no_note_holds_a_word_that_its_readers_may_not_read(world: World) -> None:
    written = notes_of(world.facts, world.policy)
    for uid, wanted in written.notes.items():
        reader = written.snapshot.issues[uid].audience
        if wanted.document is not None:
            assert wanted.document.reader == reader
            for text in formats(wanted.document):
                assert leaks(world, reader, text) == [], uid


@given(worlds())
@settings(max_examples=20)
def test_a_label_says_only_what_the_issue_s_readers_may_know(world: World) -> None:
    written = notes_of(world.facts, world.policy, mode="label")
    inputs = {case.id: case.finding.inputs for case in written.cases}
    for uid, wanted in written.notes.items():
        reader = written.snapshot.issues[uid].audience
        assert wanted.document is None
        assert wanted.cases
        assert all(may_read(reader, inputs[case]) for case in wanted.cases)


@given(worlds())
@settings(max_examples=12)
def test_no_digest_holds_a_word_that_its_readers_may_not_read(world: World) -> None:
    written = notes_of(world.facts, world.policy)
    for reader in READERS:
        letter = build(_brief(world, reader), _matter(written), _events(written))
        said = [letter.title, *(formats(letter.document) if letter.document is not None else ())]
        assert leaks(world, reader, "\n".join(said)) == [], reader


def _brief(world: World, reader: str) -> Brief:
    return Brief(
        digest=digest(team="owners"),
        teams=frozenset(world.policy.teams),
        calendar=Calendar(),
        reader=reader,
        day=NOW.date(),
        since=NOW.date() - timedelta(days=1),
    )


def _matter(written: Written) -> Matter:
    """Half of it was held back."""
    places = ((place.uid, case) for case in written.cases[::2] for place in case.finding.places)
    return Matter(
        snapshot=written.snapshot,
        cases={case.id: case for case in written.cases},
        rules=rules(),
        untold=[Untold(uid=uid, case=case.id, why="budget") for uid, case in places],
        mutes={},
        read=NOW.date(),
    )


def _events(written: Written) -> list[tuple[datetime, CaseEvent]]:
    return [(NOW, CaseEvent(case=case, kind="opened")) for case in written.cases]


@given(worlds())
@settings(max_examples=30)
def test_what_the_public_is_told_comes_of_public_facts_alone(world: World) -> None:
    """Told verdicts are those of a world of public facts, word for word, and so is all that stands by them."""
    whole, public = (notes_of(facts, world.policy) for facts in (world.facts, seen_by_public(world)))
    ids = {case.id for case in whole.cases}
    steps = {_plain(place.step) for case in public.cases for place in case.finding.places}
    for uid, wanted in whole.notes.items():
        if whole.snapshot.issues[uid].audience == PUBLIC and wanted.document is not None:
            other = public.notes.get(uid)
            known = _lines(other.document) if other is not None and other.document is not None else set()
            for about, line in said(wanted.document):
                # Since when is said in the lead where no verdict says it, and fewer verdicts may be told.
                if line[-5:] in ids or not line:
                    assert (_named(about), line) in known
                elif line.startswith("Next: "):
                    assert line.removeprefix("Next: ").casefold() in steps


def test_since_when_a_dependency_was_seen_is_not_told_where_a_restricted_comment_may_have_shown_it() -> None:
    hushed = says("OPEN-2", place="comment:c1", restricted=True, written=NOW - timedelta(days=2))
    for mentions, told in (((), True), ((hushed,), False)):
        consumer = fact("OPEN-1", links=(blocked_by("OPEN-2", on="OPEN-1"),), mentions=mentions)
        scopes = (Scope(tracker="jira", key="OPEN", public=True, read_at=NOW),)
        seen = {("jira:OPEN-1", "jira:OPEN-2"): NOW - timedelta(days=40)}
        known = facts(consumer, fact("OPEN-2"), scopes=scopes, since=seen)
        (dependency,) = interpret(known, policy(team("a", "jira:OPEN-1"), team("b", "jira:OPEN-2")), NOW).dependencies
        assert (dependency.since, dependency.inputs) == (NOW - timedelta(days=40), frozenset())
        assert may_read(PUBLIC, dependency.since_inputs) is told


def said(document: Document) -> Iterator[tuple[str, str]]:
    """Each line with what it is about; the lead of an item as its first, empty line."""
    for section in document.sections:
        yield from ((section.heading, plain(line)) for line in section.lines)
        for item in section.items:
            about = f"{section.heading}: {plain(item.lead)}"
            yield from ((about, line) for line in ("", *map(plain, item.below)))


def _lines(document: Document) -> set[tuple[str, str]]:
    return {(_named(about), line) for about, line in said(document)}


def _named(about: str) -> str:
    """A lead without its days."""
    return re.split(r", (?:seen since|since|needed by) ", about)[0]


def _plain(step: Line) -> str:
    return plain(step).casefold()
