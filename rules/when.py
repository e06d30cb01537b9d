"""``when`` of a rule's settings: which of its findings count here. Asked only of what was found."""

from collections.abc import Iterable, Iterator, MutableMapping

from msgspec.structs import replace

from model.snapshot import Snapshot
from rules.base import AnyRule, Finding, RuleSettings, Subject
from rules.expressions import Answer, condition
from rules.fields import view_of

Withheld = MutableMapping[tuple[str, Subject], str]
"""(rule, subject) -> why it cannot be told whether a finding on it counts."""


def counting(
    rule: AnyRule, snapshot: Snapshot, settings: RuleSettings, findings: Iterable[Finding], withheld: Withheld
) -> Iterator[Finding]:
    """Findings for which ``when`` holds; those for which it cannot be told go to ``withheld``. Raises Refused."""
    if not settings.when or rule.judges_when:
        yield from findings
        return
    asked = condition(settings.when, rule.subject)
    for finding in findings:
        view = view_of(snapshot, finding)
        answer = asked.ask(view)
        if answer.holds:
            about = tuple(sorted((*finding.about, ("setting when", settings.when))))
            yield replace(finding, about=about, inputs=finding.inputs | view.inputs(asked.reads))
        elif doubt := doubtful(answer):
            withheld[rule.id, finding.subject] = doubt


def doubtful(answer: Answer) -> str:
    """Why it cannot be told whether an expression holds; "" when it can."""
    return "" if answer.holds is not None else f"whether `when` holds cannot be told: {answer.why}"
