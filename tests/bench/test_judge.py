"""``bench judge``: the snapshots it judges, and what is said of figures."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.edges import NOW, snapshot
from bench.edges_facts import facts, policy
from bench.judge import Measured, criteria, table
from model.interpret import interpret
from model.snapshot import Snapshot
from rules.engine import judge, load


@pytest.fixture(scope="module")
def thousand() -> Snapshot:
    return snapshot(1000)


def test_a_crowd_is_the_same_for_the_same_seed(thousand: Snapshot) -> None:
    assert snapshot(1000) == thousand
    assert snapshot(1000, seed=2).by_key.keys() != thousand.by_key.keys()


def test_a_crowd_has_what_is_asked_for_in_the_shapes_of_real_ones(thousand: Snapshot) -> None:
    edges = snapshot(5000).dependencies
    assert 4950 <= len(edges) <= 5010
    reach = Counter(d.reach for d in edges)
    assert 0.25 < reach["cross_team"] / len(edges) < 0.40
    assert 0.03 < sum(d.strength == "stated" for d in edges) / len(edges) < 0.06
    waiting = Counter(Counter(d.consumer.uid for d in edges).values())
    assert 0.8 < waiting[1] / waiting.total() < 0.9
    assert max(waiting) <= 17
    assert all(d.consumer is thousand.issues[d.consumer.uid] for d in thousand.dependencies)


def test_most_dependencies_have_nothing_wrong_and_most_rules_something_to_find() -> None:
    made = snapshot(5000)
    found = judge(made, {})
    edges = {f.subject.members for f in found if f.subject.kind == "edge"}
    assert 0.1 < len(edges) / len(made.dependencies) < 0.4
    assert len({f.rule for f in found}) >= len(load()) - 3


def test_facts_say_the_dependencies_again(thousand: Snapshot) -> None:
    again = interpret(facts(thousand), policy(len(thousand.issues)), NOW)
    readable = {d.key: d for d in thousand.dependencies if all(end.end == "read" for end in (d.consumer, d.provider))}
    assert readable.keys() <= again.by_key.keys() <= thousand.by_key.keys()
    for key, dependency in readable.items():
        other = again.by_key[key]
        assert (other.consumer.progress, other.provider.progress) == (
            dependency.consumer.progress,
            dependency.provider.progress,
        )
        assert other.strength == dependency.strength
        if dependency.promised:
            assert other.promised is not None
            assert other.promised.day == dependency.promised.day
        if all(end.team for end in (dependency.consumer, dependency.provider)):
            assert other.reach == dependency.reach


def test_a_process_of_its_own_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    asked = ["judge", "--sizes", "300", "--interpret", "200", "--json", str(report)]
    monkeypatch.setattr(sys, "argv", ["bench", *asked])
    assert main() == 0
    shown = capsys.readouterr().out
    assert "seconds a rule" in shown
    assert all(rule in report.read_text() for rule in load())


def row(**changes: object) -> dict[str, object]:
    made: dict[str, object] = {
        "dependencies": 10_000,
        "issues": 20_000,
        "passes": 3,
        "open": 5000,
        "findings": 4000,
        "found_on": 2500,
        "seconds": 0.4,
        "wall": 0.5,
        "rules": {"overdue": 0.1},
        "counts": {"overdue": 400},
        "idle": 50.0,
        "held": 70.0,
        "peak": 90.0,
    }
    return made | changes


def test_what_bends_or_is_too_much_is_said() -> None:
    small, large = row(), row(dependencies=1_000_000, seconds=59.0, peak=4050.0)
    fine = [*criteria(Measured(judged=[small, large], interpreted=[]))]
    assert [line.split()[0] for line in fine] == ["yes", "yes", "yes"]
    assert fine[0] == "yes  a million: 59.0 s, at most 60; 4,050 MB, at most 6,000"
    slow = criteria(Measured(judged=[small, large | {"seconds": 61.0}], interpreted=[]))
    assert [line.split()[0] for line in slow] == ["NO", "NO", "yes"]
    heavy = criteria(Measured(judged=[small, large | {"peak": 6200.0}], interpreted=[]))
    assert [line.split()[0] for line in heavy] == ["NO", "yes", "NO"]


def test_a_table_has_a_line_for_each_size_and_rule() -> None:
    lines = table(Measured(judged=[row()], interpreted=[])).splitlines()
    assert lines[0] == "quickest of as many passes: 3 of 10,000"
    assert lines[2].split() == ["10,000", "20,000", "50%", "25%", "4,000", "0.40", "40.0", "20", "90", "4,000"]
    assert lines[5].split() == ["overdue", "0.100", "400"]
