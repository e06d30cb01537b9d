"""What can be told of a case, a dependency and an answer, each with who may read it. Pure.

The only place where words that came from tickets, or were derived from them, become
fragments: whether their audiences are right is decided here and nowhere else.
"""

from model.document import Code, Line, Words
from model.snapshot import Issue
from rules.base import Place
from rules.wording import titled
from sync.base import Case
from sync.gate import Fragment


def words(text: str) -> Fragment:
    """Our own, for everybody."""
    return Fragment((Words(text),), ())


def of_issue(issue: Issue) -> Fragment:
    """Key, title and owner; the key is a link."""
    return Fragment(titled(issue), {issue.audience})


def of_message(case: Case) -> Fragment:
    """The case in one sentence that names both ends, for where it stands on neither: a digest, a list."""
    return Fragment((*case.finding.message, *_id(case)), case.finding.inputs, case=case.id)


def of_verdict(case: Case, place: Place, issue: Issue) -> Fragment:
    """What the case tells this end; ``issue``: the one it is told on."""
    veiled = (*place.veiled, *_id(case)) if place.veiled else ()
    return Fragment(
        (*place.line, *_id(case)), case.finding.inputs, case=case.id, veiled=veiled, veiled_for=issue.audience
    )


def of_step(case: Case, place: Place) -> Fragment:
    """What to do next, where the rule says so apart from its verdict."""
    return Fragment((Words("Next: "), *place.step) if place.step else (), case.finding.inputs)


def _id(case: Case) -> Line:
    return (Words(" "), Code(case.id))
