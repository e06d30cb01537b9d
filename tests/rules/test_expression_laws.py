"""What truly holds of expressions when less is known, over expressions and issues made at random.

Knowledge that goes is a field that becomes absent. (Whose working days count goes with the team; here all work alike.)
1. an expression without ``has`` goes from yes or no to unknown at most, never to the other;
2. one in which ``has`` stands under no ``!`` never comes to hold;
3. with ``!has`` it can: that is what it is for (docs/custom-rules.md says so).
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from model.document import Words
from model.facts import Ref
from model.snapshot import Coverage, DateClaim, Dependency, Evidence, Issue
from rules.custom import CustomSettings
from rules.engine import judge, weigh
from rules.examples import depends, issue, moment, world
from rules.expression_faults import Refused
from rules.expressions import Condition, condition
from rules.fields import edge_view
from rules.overdue import OverdueSettings
from rules.templates import Template

ATOMS = (
    "provider.team == 'web'",
    "provider.team != consumer.team",
    "consumer.party == 'CloudMail'",
    "provider.due < today",
    "provider.due < consumer.due",
    "consumer.due + days(3) > today",
    "workdays(today, provider.due) < 3",
    "'a' in provider.labels",
    "provider.labels.exists(item, item == consumer.team)",
    "consumer.labels.all(item, item != 'b')",
    "consumer.assigned",
    "provider.progress == 'started'",
    "dependency.promised <= dependency.needed",
    "dependency.slack < 0",
    "dependency.agreed",
    "(provider.assigned ? consumer.assigned : dependency.agreed)",
    "true",
    "false",
)
ASKED = ("has(provider.team)", "has(provider.due)", "has(dependency.promised)", "has(consumer.labels)")
Lost = frozenset[tuple[str, str]]
"""(record, field)."""
CONSUMER, PROVIDER = issue("PAY-1", "payments"), issue("PLAT-7", "platform")
LOSABLE = ("team", "party", "due", "progress", "assigned", "labels", "promised", "needed", "agreed")


def expressions(*atoms: str, negated: bool) -> st.SearchStrategy[str]:
    def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        joined = st.tuples(inner, st.sampled_from(("&&", "||")), inner).map(lambda three: f"({' '.join(three)})")
        return joined | inner.map(lambda one: f"!({one})") if negated else joined

    return st.recursive(st.sampled_from(atoms), deeper, max_leaves=6)


PLAIN = expressions(*ATOMS, negated=True)
DAYS = st.sampled_from(("2026-11-27", "2026-12-02", "2026-12-09")).map(lambda day: moment(day).date())


@st.composite
def issues(draw: st.DrawFn, key: str) -> Issue:
    return Issue(
        uid=f"jira:{key}",
        ref=Ref("jira", key),
        end="read",
        progress=draw(st.sampled_from(("open", "started"))),
        team=draw(st.sampled_from(("", "web", "pay", "a"))),
        party=draw(st.sampled_from(("", "CloudMail"))),
        assigned=draw(st.booleans()),
        due=draw(st.none() | DAYS),
        labels=tuple(draw(st.lists(st.sampled_from(("a", "b", "web")), unique=True))),
    )


@st.composite
def edges(draw: st.DrawFn) -> Dependency:
    consumer, provider = draw(issues("PAY-1")), draw(issues("PLAT-7"))
    evidence = (Evidence(strength="declared", kind="link", at=consumer.uid, phrase="is blocked by"),)
    promised, needed = (
        DateClaim(day=day, source="due", of=of.uid) if (day := draw(st.none() | DAYS)) else None
        for of in (provider, consumer)
    )
    return Dependency(
        consumer=consumer,
        provider=provider,
        evidence=evidence,
        state="requested",
        reach="cross_team",
        promised=promised,
        needed=needed,
        coverage=Coverage(covered=draw(st.none() | st.booleans())),
    )


def without(edge: Dependency, lost: Lost) -> Dependency:
    """The same edge, but fields of it are not known any more; flags and labels go with the right to read the issue."""
    ends = {}
    for role, end in (("consumer", edge.consumer), ("provider", edge.provider)):
        gone = {name for who, name in lost if who == role}
        ends[role] = replace(
            end,
            team="" if "team" in gone else end.team,
            party="" if "party" in gone else end.party,
            due=None if "due" in gone else end.due,
            progress="unknown" if "progress" in gone else end.progress,
            assigned=end.assigned and "assigned" not in gone,
            end="stub" if gone & {"assigned", "labels"} else end.end,
        )
    gone = {name for who, name in lost if who == "dependency"}
    return replace(
        edge,
        consumer=ends["consumer"],
        provider=ends["provider"],
        promised=None if "promised" in gone else edge.promised,
        needed=None if "needed" in gone else edge.needed,
        coverage=Coverage(covered=None) if "agreed" in gone else edge.coverage,
    )


LOST = st.frozensets(st.tuples(st.sampled_from(("consumer", "provider", "dependency")), st.sampled_from(LOSABLE)))


def holds(text: str, edge: Dependency) -> bool | None:
    answer = condition(text, "edge").ask(edge_view(world(edge, now=moment("2026-12-02")), edge))
    assert not answer.broken
    return answer.holds


@given(text=PLAIN, edge=edges(), lost=LOST)
def test_without_has_less_knowledge_changes_no_answer_to_another(text: str, edge: Dependency, lost: Lost) -> None:
    before, after = holds(text, edge), holds(text, without(edge, lost))
    assert after in (before, None)


@given(text=expressions(*ATOMS, *ASKED, negated=False), edge=edges(), lost=LOST)
def test_without_a_negated_has_less_knowledge_makes_nothing_hold(text: str, edge: Dependency, lost: Lost) -> None:
    if holds(text, without(edge, lost)):
        assert holds(text, edge)


@given(text=PLAIN, edge=edges(), lost=LOST)
def test_a_rule_accuses_nobody_for_want_of_knowledge(text: str, edge: Dependency, lost: Lost) -> None:
    ours = {"ours": CustomSettings(name="ours", when=text, message="said")}

    def found(of: Dependency) -> list[tuple[str, ...]]:
        return [f.subject.members for f in judge(world(of, now=moment("2026-12-02")), ours) if f.rule == "ours"]

    assert set(found(without(edge, lost))) <= set(found(edge))


def test_a_negated_has_can_come_to_hold() -> None:
    due = replace(PROVIDER, due=moment("2026-12-02").date())
    edge = depends(CONSUMER, due)
    lost = frozenset({("provider", "due")})
    for text in ("!has(provider.due)", "has(provider.due) ? false : true", "has(provider.due) == false"):
        assert (holds(text, edge), holds(text, without(edge, lost))) == (False, True)


SIGNS = (
    *("&&", "||", "!", "(", ")", "[", "]", "{", "}", ".", ",", "?", ":", "'", '"', "\\", "-", "%", "//", "in", "@in"),
    *("1", "0x1", "1u", "1.5", "b'a'", "r'a'", "null", "x", "é", "provider", "today", "dyn", "matches", "duration"),
)
TOKENS = (*ATOMS, *ASKED, *SIGNS, "\n", "\ud800", "\0", "provider.labels.map(a, a)", "{'a': 1}")


@given(parts=st.lists(st.sampled_from(TOKENS) | st.text(max_size=3), max_size=12), edge=edges())
def test_any_text_is_an_expression_or_refused(parts: list[str], edge: Dependency) -> None:
    try:
        asked = Condition(" ".join(parts), "edge")
    except Refused as error:
        refused = error.faults
        assert all(fault.message and fault.line >= 1 and fault.column >= 0 for fault in refused)
        return
    answer = asked.ask(edge_view(world(edge, now=moment("2026-12-02")), edge))
    assert (answer.holds is None) == bool(answer.why)


@given(
    parts=st.lists(st.sampled_from(("{", "}", "{{", "}}", "provider.team", "{provider.title}")) | st.text(max_size=3))
)
def test_any_text_is_a_message_or_refused(parts: list[str]) -> None:
    edge = depends(CONSUMER, replace(PROVIDER, title="@everyone {provider.team}"))
    try:
        said = Template("".join(parts), "edge")
    except Refused:
        return
    line = said.fill(edge_view(world(edge, now=moment("2026-12-02")), edge))
    assert not any(isinstance(piece, Words) and "everyone" in piece.text for piece in line)


@given(text=PLAIN, edge=edges())
def test_when_only_ever_takes_findings_away(text: str, edge: Dependency) -> None:
    snapshot = world(edge, now=moment("2026-12-02"))
    every = {f.subject.members for f in judge(snapshot, {}) if f.rule == "overdue"}
    verdict = weigh(snapshot, {"overdue": OverdueSettings(when=text)})
    kept = {f.subject.members for f in verdict.findings if f.rule == "overdue"}
    withheld = {subject.members for rule, subject in verdict.withheld if rule == "overdue"}
    assert kept | withheld <= every
    assert not kept & withheld
