"""Why a rule finds nothing: told by the rule itself, for every example of every rule that finds nothing."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from model.calendar import Calendar
from model.snapshot import Dependency
from rules.base import AnyRule, RuleSettings
from rules.custom import CustomSettings, custom_rule
from rules.engine import load, run
from rules.examples import Example, depends, issue, moment, text, world
from sync.explain import reasons
from sync.explain.frame import Frame, Part, compose, parts_of
from sync.explain.search import Is, search
from sync.explain.why_not import frame_of

PAY = issue("PAY-1", "payments", title="Pay by invoice")
PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")


def silent_examples() -> Iterator[object]:
    for rule in load().values():
        for example in rule.examples:
            if not example.finds and example.snapshot.issues:
                yield pytest.param(rule, example, id=f"{rule.id}: {example.name}")


@pytest.mark.parametrize(("rule", "example"), list(silent_examples()))
def test_every_silent_example_has_a_named_condition(rule: AnyRule, example: Example) -> None:
    snapshot, settings = example.snapshot, rule.settings.model_validate(example.settings)
    assert not list(run(rule, snapshot, settings))
    asked = sorted({edge.provider.uid for edge in snapshot.dependencies} or snapshot.issues)
    for uid in asked[:1]:
        answers = list(reasons(snapshot, rule, settings, uid))
        assert answers
        for answer in answers:
            assert answer["because"]
            assert all(reason["condition"] != "unlike" and reason["says"] for reason in answer["because"]), answer


@pytest.mark.parametrize("rule", [r for r in load().values() if r.subject == "edge"], ids=lambda rule: rule.id)
def test_what_is_named_is_enough_and_none_of_it_can_be_left_out(rule: AnyRule) -> None:
    for example in rule.examples:
        snapshot, settings = example.snapshot, rule.settings.model_validate(example.settings)
        edges = [d for d in snapshot.dependencies if d.consumer.uid != d.provider.uid]
        for edge in edges if not example.finds else ():
            frame = frame_of(snapshot, settings, edge)
            together = {change.part: change.wanted for change in search(rule, frame, _on(edge)).together}
            assert _fires(rule, frame, edge, together)
            for part in together:
                assert not _fires(rule, frame, edge, {p: value for p, value in together.items() if p != part})


def _on(edge: Dependency) -> Is:
    return lambda finding: finding.subject.members == edge.key


def _fires(rule: AnyRule, frame: Frame, edge: Dependency, changed: Mapping[Part, Any]) -> bool:
    composed = compose(frame, {**parts_of(frame), **changed})
    assert composed is not None
    return any(map(_on(edge), run(rule, *composed)))


def why(rule_id: str, edge: Dependency, *, now: str = "2026-12-02", **settings: Any) -> dict[str, Any]:
    rule = load()[rule_id]
    (answer,) = reasons(world(edge, now=moment(now)), rule, rule.settings.model_validate(settings), edge.consumer.uid)
    return answer


def named(answer: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {reason["condition"]: (reason["is"], reason["would_do"]) for reason in answer["because"]}


LATE = "2026-12-01 due"


@pytest.mark.parametrize(
    ("edge", "condition", "stands", "says"),
    [
        (
            depends(issue("PAY-2", "payments", "done"), PLAT, promised=LATE),
            *("consumer progress", "done", "jira:PAY-2, the consumer, is done"),
        ),
        (
            depends(PAY, issue("SEC-4", "security", "unknown", end="unreadable"), promised=LATE),
            *("provider end", "unreadable, yes", "cannot be read by our account"),
        ),
        (
            depends(PAY, PLAT, text(PAY, "blocked by PLAT-7"), promised=LATE),
            *("evidence", "stated", 'stated (“blocked by PLAT-7”, body), and strength = "declared"'),
        ),
        (depends(PAY, PLAT), "promised", "none", "there is no day that it is promised for"),
        (depends(PAY, PLAT, promised="2026-12-11 due"), "promised", "2026-12-11 due", "and today is Wed 2 Dec 2026"),
    ],
)
def test_the_condition_of_overdue_that_fails(edge: Dependency, condition: str, stands: str, says: str) -> None:
    answer = why("overdue", edge)
    assert {name: value for name, (value, _) in named(answer).items()} == {condition: stands}
    assert says in answer["because"][0]["says"]


def test_two_conditions_fail_together() -> None:
    answer = why("overdue", depends(issue("PAY-2", "payments", "done"), PLAT, promised="2026-12-11 due"))
    assert set(named(answer)) == {"consumer progress", "promised"}


def test_the_agreement_and_the_reach() -> None:
    covered = depends(PAY, PLAT, covered=True, by="forum platform-sos", forums=("platform-sos",))
    assert why("point-to-point", covered)["because"][0]["says"] == "it is covered by forum platform-sos"
    inside = depends(PAY, issue("PAY-2", "payments"), covered=False)
    assert "belongs to payments, so the dependency is internal" in why("point-to-point", inside)["because"][0]["says"]


def test_settings_are_named_with_the_value_that_would_do() -> None:
    edge = depends(PAY, PLAT, promised="2026-12-01 due")
    answer = why("overdue", edge, now="2026-12-03", grace_days=4)
    others = {reason["condition"]: reason["would_do"] for reason in answer["instead"]}
    assert others["setting grace_days"] == "1"
    off = why("overdue", edge, mode="off")
    assert off["because"][0]["says"] == '[rules.overdue] says mode = "off"'


def test_when_is_named_with_what_it_reads() -> None:
    edge = depends(PAY, PLAT, promised="2026-12-01 due")
    answer = why("overdue", edge, when="provider.team == 'security'")
    assert answer["because"][0]["condition"] == "setting when"
    assert answer["because"][0]["says"].endswith("does not hold here: provider.team is platform")
    assert answer["when"]["holds"] is False


def test_the_day_on_which_it_will_be_found_by_itself() -> None:
    assert why("overdue", depends(PAY, PLAT, promised="2026-12-11 due"))["from"] == "2026-12-12"
    assert why("overdue", depends(PAY, issue("PLAT-8", "platform", "done"), promised=LATE))["from"] is None


def test_each_teams_own_day_is_said() -> None:
    edge = depends(PAY, PLAT, promised=LATE)
    zones = {"payments": Calendar(timezone="Pacific/Kiritimati"), "platform": Calendar(timezone="Pacific/Pago_Pago")}
    rule = load()["overdue"]
    (answer,) = reasons(
        world(edge, now=moment("2026-12-02T09:00+00:00"), calendars=zones), rule, rule.settings(), PAY.uid
    )
    assert "Wed 2 Dec 2026 for payments and Tue 1 Dec 2026 for platform" in answer["because"][0]["says"]


def test_a_rule_of_the_config_is_asked_like_any_other() -> None:
    settings = CustomSettings(name="vendor", when="has(provider.party) && !dependency.agreed", message="No contract")
    found = _custom(settings, depends(PAY, PLAT))
    assert "provider owner" in {reason["condition"] for reason in found["because"]}
    assert found["when"]["reads"] == {"dependency.agreed": "unknown", "provider.party": "unknown"}


def test_an_expression_that_no_change_meets_is_named_with_what_it_reads() -> None:
    settings = CustomSettings(name="ledger", when="provider.key == 'PLAT-999'", message="Watch it")
    (reason,) = _custom(settings, depends(PAY, PLAT))["because"]
    assert reason["says"] == "when = \"provider.key == 'PLAT-999'\" does not hold here: provider.key is PLAT-7"


def _custom(settings: RuleSettings, edge: Dependency) -> dict[str, Any]:
    assert isinstance(settings, CustomSettings)
    (answer,) = reasons(world(edge, now=moment("2026-12-02")), custom_rule(settings), settings, edge.consumer.uid)
    return answer


def test_an_issue_that_nothing_ties_to_another() -> None:
    snapshot = world(now=moment("2026-12-02"), issues=(PAY,))
    rule = load()["overdue"]
    (answer,) = reasons(snapshot, rule, rule.settings(), PAY.uid)
    assert answer["because"][0]["says"].startswith("nothing on record says that jira:PAY-1 waits")


def test_a_holiday_is_among_what_is_counted() -> None:
    edge = depends(PAY, PLAT, promised=LATE)
    calendars = {"platform": Calendar(holidays=frozenset({date(2026, 12, 2)}))}
    rule = load()["overdue"]
    snapshot = world(edge, now=moment("2026-12-03"), calendars=calendars)
    (answer,) = reasons(snapshot, rule, rule.settings.model_validate({"grace_days": 1}), PAY.uid)
    assert answer["from"] == "2026-12-04"
