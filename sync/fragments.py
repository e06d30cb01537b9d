"""What can be told of a case, a dependency or an answer, each with who may read it. Pure.

The only place where words that came from tickets, or were derived from them, become
fragments: whether their audiences are right is decided here and nowhere else.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from model.calendar import Calendar
from model.document import Code, Day, IssueLink, Line, Link, Piece, Quoted, Words
from model.facts import Ref
from model.said import audience_of as said_to
from model.snapshot import Dependency, Evidence, Issue, Snapshot
from model.statements import Statement
from rules.base import Place
from rules.wording import key, line, listed, quoted, titled
from sync.base import Case
from sync.gate import NOTHING, Fragment
from sync.places import place_url

SHORT_QUOTE = 120
"""Characters of what a person wrote that a note repeats; the rest is a click away."""
_IN = {"body": "description", "title": "title", "branch": "branch name"}


def of_message(case: Case) -> Fragment:
    """The case in one sentence that names both ends, for where it stands on neither: a digest, a list."""
    return Fragment((*case.finding.message, *_id(case)), case.finding.inputs, case=case.id)


def of_verdict(case: Case, place: Place, here: Issue) -> Fragment:
    """What the case tells this end; ``here``: the issue it is told on."""
    veiled = (*place.veiled, *_id(case)) if place.veiled else ()
    return Fragment(
        (*place.line, *_id(case)), case.finding.inputs, case=case.id, veiled=veiled, veiled_for=here.audience
    )


def of_step(case: Case, place: Place, here: Issue | None = None) -> Fragment:
    """What to do next, where the rule says so. ``here``: the issue it is told on, where it goes with a verdict."""
    return Fragment(
        _next(place.step),
        case.finding.inputs,
        veiled=_next(place.veiled_step),
        veiled_for=here.audience if here is not None else "",
    )


def of_other_end(case: Case, here: Issue, snapshot: Snapshot) -> Fragment:
    """The issue that this dependency binds ``here`` to: key, title and owner."""
    uid = other_end(case, here)
    issue = snapshot.issues.get(uid)
    if issue is not None:
        return Fragment(titled(issue), {issue.audience})
    # Nothing leads to it any more: then it is called what it was called when the case was last judged.
    return Fragment(_last_name(case, uid), case.finding.inputs)


def of_since(
    dependency: Dependency, snapshot: Snapshot, here: Issue, opened: date, told: Collection[Place] = ()
) -> Fragment:
    """Since when ``here`` waits: since somebody said so, else since we have seen it.

    ``opened``: the day since when there is something to note. That we have seen it no longer is nothing to tell, nor
    is a day that what is ``told`` below says.
    """
    moment = dependency.since or snapshot.now
    day = local_day(moment, here, snapshot)
    if Day(day) in _pieces(told):
        return NOTHING
    needs = dependency.inputs | dependency.since_inputs
    if any(e.written == moment and e.strength != "hinted" for e in dependency.evidence):
        return Fragment(line(", since ", Day(day)), needs)
    return Fragment(line(", seen since ", Day(day)) if day < opened else (), needs)


def of_need(dependency: Dependency, told: Collection[Place]) -> Fragment:
    """By when the consumer needs it; nothing where no day is known, or what is ``told`` below already says it."""
    day = Day(dependency.needed.day) if dependency.needed else None
    return Fragment(line(", needed by ", day) if day and day not in _pieces(told) else (), dependency.inputs)


def of_evidence(evidence: Evidence, here: Issue, snapshot: Snapshot, told: Collection[Place]) -> Fragment:
    """Where the dependency is on record: what kind of word it is, whose, when, and what it says.

    ``told``: what is said right above; words that are quoted there are not quoted again.
    """
    at, its = snapshot.issues.get(evidence.at), evidence.at != here.uid
    day = Day(local_day(evidence.written, here, snapshot)) if evidence.written else None
    said = quoted(evidence.phrase, SHORT_QUOTE) if evidence.phrase.strip() else ()
    if evidence.kind == "link":
        what = "web link" if evidence.place == "remote links" else "link"
        return Fragment(line("its " if its else "the ", what, *((" ", said) if said else ())), {evidence.audience})
    if evidence.place.startswith("comment:"):
        where = line(_comment(evidence, at), " on it" if its else "", *((" of ", day) if day else ()))
    else:
        where = line("its " if its else "the ", _IN.get(evidence.place, "text"), _by(evidence, day))
    again = any(isinstance(piece, Quoted) and _same(piece.text, evidence.phrase) for piece in _pieces(told))
    return Fragment(line(where, *((": ", said) if said and not again else ())), {evidence.audience})


def of_ack(
    statement: Statement, snapshot: Snapshot, standing: Sequence[Case], worse: Sequence[Case], *, named: bool
) -> Fragment:
    """``standing``: cases it counts for; ``worse``: those that are worse by now. ``named``: say which."""
    known = line("Acknowledged by ", _who(statement, snapshot), " on ", _said_on(statement, snapshot))
    whole: Line = (*known, *_reason(statement))
    if named:
        whole = line(whole, *map(_id, standing))
    return Fragment(
        line(whole, _worse(worse, named)), _of_all(statement, snapshot, (*standing, *worse) if named else ())
    )


def _worse(cases: Sequence[Case], named: bool) -> Line:
    if not cases:
        return ()
    has = "has" if len(cases) == 1 else "have"
    return line(*map(_id, cases), f" {has} got worse since.") if named else line(" It has got worse since.")


def of_snooze(statement: Statement, snapshot: Snapshot, standing: Sequence[Case], *, named: bool) -> Fragment:
    until = line(" until ", Day(statement.day)) if statement.day else ()
    ids = map(_id, standing) if named else ()
    return Fragment(
        line("Snoozed by ", _who(statement, snapshot), until, _reason(statement), *ids),
        _of_all(statement, snapshot, standing if named else ()),
    )


def _of_all(statement: Statement, snapshot: Snapshot, named: Sequence[Case]) -> frozenset[str]:
    """Who may read both what was said and that there are these cases."""
    return frozenset({audience_of(statement, snapshot)}).union(*(case.finding.inputs for case in named))


def of_snoozed(case: Case, statement: Statement, here: Issue, snapshot: Snapshot) -> Fragment:
    """The case, in a line that folds it away until a day."""
    until = line(", until ", Day(statement.day)) if statement.day else ()
    needs = case.finding.inputs | _named_to(case, here, snapshot) | {audience_of(statement, snapshot)}
    return Fragment(line(_subject(case, here, snapshot), case.rule, until, _id(case)), needs, case=case.id)


def of_settled(case: Case, here: Issue, snapshot: Snapshot, also: Sequence[Case] = ()) -> Fragment:
    """``also``: further cases on the same dependency that went with it."""
    day = line(", settled on ", Day(local_day(case.cleared, here, snapshot))) if case.cleared else ()
    whole = (case, *also)
    rules, ids = listed([each.rule for each in whole]), line(*map(_id, whole))
    needs = _named_to(case, here, snapshot).union(*(each.finding.inputs for each in whole))
    return Fragment(line(_subject(case, here, snapshot), rules, day, ids), needs, case=case.id)


def of_answer(statement: Statement, snapshot: Snapshot) -> Fragment:
    """What came of a command, or why nothing did."""
    who = statement.person.name or statement.person.id
    said = quoted(statement.said or statement.verb, SHORT_QUOTE)
    return Fragment(
        line("To ", said, " (", Quoted(who), ", ", _said_on(statement, snapshot), "): ", *_sentence(statement.answer)),
        {audience_of(statement, snapshot)},
    )


def of_inputs(case: Case) -> tuple[Fragment, ...]:
    """What the case was judged by, a line each."""
    first = line(f"{case.rule}, level {case.level}, open since ", Day(case.opened.date()))
    about = (line(f"{name}: ", Quoted(value)) for name, value in case.finding.about)
    return tuple(Fragment(each, case.finding.inputs) for each in (first, *about))


def audience_of(statement: Statement, snapshot: Snapshot) -> str:
    """Who may read what was said: the readers of its issue, or fewer."""
    issue = snapshot.issues.get(statement.uid)
    return said_to(statement, issue.audience if issue is not None else f"only {statement.uid}")


def other_end(case: Case, here: Issue) -> str:
    consumer, provider = case.subject.members
    return provider if here.uid == consumer else consumer


def local_day(moment: datetime, here: Issue, snapshot: Snapshot) -> date:
    """The day that it was where the issue's team is."""
    return snapshot.teams.get(here.team, Calendar()).today(moment)


def _sentence(answer: str) -> Line:
    """A sentence of ours, in which what is to be typed stands between backticks."""
    parts = enumerate(answer.split("`"))
    return tuple(Code(part) if number % 2 else Words(part) for number, part in parts if part)


def _id(case: Case) -> Line:
    return (Words(" "), Code(case.id))


def _next(step: Line) -> Line:
    """Without the capital it would have as a sentence of its own."""
    if not step:
        return ()
    first, *others = step
    small = Words(first.text[:1].lower() + first.text[1:]) if isinstance(first, Words) else first
    return line("Next: ", small, *others)


def _last_name(case: Case, uid: str) -> Line:
    about = dict(case.finding.about)
    end = "consumer" if uid == case.subject.members[0] else "provider"
    ref = Ref(*about.get(end, uid).split(":", 1))
    return (IssueLink(ref.tracker, ref.key, ""),)


def _subject(case: Case, here: Issue, snapshot: Snapshot) -> Line:
    """``jira:PLAT-7: `` before what there is to say of it, where the case is about a dependency."""
    if case.subject.kind != "edge":
        return ()
    issue = snapshot.issues.get(other_end(case, here))
    return line(key(issue) if issue is not None else _last_name(case, other_end(case, here)), ": ")


def _named_to(case: Case, here: Issue, snapshot: Snapshot) -> frozenset[str]:
    """Who may read the name that ``_subject`` says: the issue may have other readers than when the case was judged."""
    issue = snapshot.issues.get(other_end(case, here)) if case.subject.kind == "edge" else None
    return frozenset({issue.audience}) if issue is not None else frozenset()


def _pieces(told: Iterable[Place]) -> tuple[Piece, ...]:
    return tuple(piece for place in told for piece in place.line)


def _same(one: str, other: str) -> bool:
    """Whether both begin alike, for each may be cut at another length."""
    return bool(one) and " ".join(other.split()).startswith(one.rstrip("….!? "))


def _comment(evidence: Evidence, at: Issue | None) -> Line:
    url = place_url(at, evidence.place)
    author = line(Quoted(evidence.author), "'s ") if evidence.author else line("a ")
    return line(author, Link("comment", url) if url else "comment")


def _by(evidence: Evidence, day: Day | None) -> Line:
    known = [piece for piece in (Quoted(evidence.author) if evidence.author else None, day) if piece is not None]
    return line(" (", *([known[0], ", ", known[1]] if len(known) == 2 else known), ")") if known else ()


def _who(statement: Statement, snapshot: Snapshot) -> Quoted:
    """The team that the issue belongs to, in whose name it was said; else the person."""
    issue = snapshot.issues.get(statement.uid)
    team = issue.team if issue is not None else ""
    return Quoted(team or statement.person.name or statement.person.id)


def _said_on(statement: Statement, snapshot: Snapshot) -> Day:
    issue = snapshot.issues.get(statement.uid)
    return Day(local_day(statement.at, issue, snapshot) if issue is not None else statement.at.date())


def _reason(statement: Statement) -> Line:
    return line(": ", quoted(statement.words, SHORT_QUOTE), ".") if statement.words.strip() else line(".")
