"""Whole runs on the company of the demo, over real sockets: everything that is wrong is found, and nothing else."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time
from html import unescape
from pathlib import Path

import pytest

import connectors
from model.snapshot import Snapshot
from rules import engine
from sandbox.scenarios import acme
from sandbox.server import serve
from sandbox.world import World
from sync.base import CaseEvent
from sync.config import load_config
from sync.outcome import Outcome
from sync.past import config_of
from sync.replay import replay
from sync.run import Options, Runner
from sync.store import Store

AT_ELEVEN = datetime.combine(acme.TODAY, time(11, tzinfo=UTC))
ALMOST_NOTHING = 5
"""Requests per tracker that a run on unchanged trackers may make."""


UNMET = {"point-to-point": {3}}
"""Levels that no first run can find: a date has to move while somebody watches."""


class Company:
    """Acme, served, and an installation that ran three times: at first, again, after a ticket was done."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.running = serve(self.world)
        acme.build(self.world)
        self.config_file = folder / "crosstie.toml"
        urls = self.world.urls
        self.config_file.write_text(acme.config(urls["jira"], urls["github"], folder / "crosstie.db"), encoding="utf-8")
        self.first = self._run()
        self.notes = {ref: self._note(ref) for ref in (acme.SHOWN, acme.CLEARED)}
        asked = len(self.world.log())
        self.second = self._run()
        self.asked = {site: len(self.world.log(site, since=asked)) for site in self.world.sites}
        self.world.sites["jira"].act("transition", {"issue": acme.FINISHED, "status": "Done", "by": acme.FINISHER})
        self.third = self._run()
        self.later_notes = {ref: self._note(ref) for ref in (acme.SHOWN, acme.CLEARED)}

    def _run(self) -> Outcome:
        secrets = {"JIRA": acme.JIRA_TOKEN, "GITHUB": acme.GITHUB_TOKEN}
        environ = {f"CROSSTIE_TRACKERS__{name}__TOKEN": secret for name, secret in secrets.items()}
        config = load_config(self.config_file, environ=environ, today=acme.TODAY)
        with closing(Store.open(config.store_url)) as store:
            kinds = connectors.load()
            opened = {tracker.name: kinds[tracker.kind](tracker) for tracker in config.trackers}
            return Runner(config, store, opened, self.world.clock.now).run(Options(day=AT_ELEVEN))

    def store(self) -> Store:
        return Store.open(f"sqlite:///{self.config_file.parent / 'crosstie.db'}")

    def _note(self, ref: str) -> str:
        tracker, _, key = ref.partition(":")
        return unescape(str(self.world.sites[tracker].act("read_note", {"issue": key, "by": "crosstie-bot"})["body"]))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    company = Company(tmp_path_factory.mktemp("acme"))
    yield company
    company.running.close()


def test_everything_could_be_read(company: Company) -> None:
    for outcome in (company.first, company.second, company.third):
        assert outcome.complete, outcome.missing
        assert not outcome.plan.braked
        assert not outcome.written.errors


def test_every_rule_is_planned_for(company: Company) -> None:
    assert set(_found(company.first)) == set(acme.PLANTED) | set(acme.OBSERVED)


@pytest.mark.parametrize("rule", acme.PLANTED)
def test_a_rule_finds_all_that_is_planted_and_nothing_else(company: Company, rule: str) -> None:
    assert _found(company.first).get(rule) == sorted(acme.PLANTED[rule])


@pytest.mark.parametrize("rule", acme.OBSERVED)
def test_a_further_rule_finds_what_is_true_of_acme(company: Company, rule: str) -> None:
    assert _found(company.first).get(rule) == sorted(acme.OBSERVED[rule])


@pytest.mark.parametrize("rule", acme.PLANTED)
def test_each_level_of_a_rule_is_met(company: Company, rule: str) -> None:
    levels = {finding.level for finding in company.first.judged.findings if finding.rule == rule}
    assert levels == set(range(1, len(engine.load()[rule].levels) + 1)) - UNMET.get(rule, set())


@pytest.mark.parametrize("edge", acme.HEALTHY, ids=lambda edge: f"{edge[0]} {edge[1]}")
def test_what_only_looks_like_trouble_is_let_be(company: Company, edge: tuple[str, str, str]) -> None:
    found = _found(company.first)
    flagged = {rule: found[rule] for rule in acme.PLANTED if rule != "cycle" and edge[:2] in found[rule]}
    assert flagged == {}, edge[2]


def test_words_that_do_not_count_make_no_dependency(company: Company) -> None:
    edges = {(str(e.consumer.ref), str(e.provider.ref)) for e in company.first.judged.snapshot.dependencies}
    healthy = [edge[:2] for edge in acme.HEALTHY]
    first = healthy.index(("jira:PAY-21", "jira:PLAT-7"))
    assert edges.issuperset(healthy[:first])
    assert edges.isdisjoint(healthy[first:])


def test_what_is_found_is_noted_on_the_tickets_but_nothing_private_in_public(company: Company) -> None:
    cases = [case for case in company.first.cases if engine.load()[case.rule].settings().mode == "comment"]
    told = {place.uid for case in cases for place in case.finding.places}
    public = {uid for uid in told if uid.startswith("github:acme/sdk#")}
    assert public
    assert company.first.written.created == len(told - public)


def test_a_second_run_writes_nothing_and_asks_almost_nothing(company: Company) -> None:
    assert company.second.plan.writes == ()
    assert company.second.events == ()
    assert max(company.asked.values()) <= ALMOST_NOTHING, company.asked


def test_the_shown_note_tells_both_sides(company: Company) -> None:
    note = company.notes[acme.SHOWN]
    waiting, waited = note.index("Waiting for"), note.index("Waited for by")
    assert waiting < note.index("PLAT-7") < waited < note.index("MOB-5")
    assert waiting < note.index("acme/api-gateway#12") < waited


def test_what_is_finished_goes_from_the_notes(company: Company) -> None:
    assert acme.FINISHED in company.notes[acme.CLEARED]
    assert acme.CLEARED in {ref for found in _found(company.first).values() for members in found for ref in members}
    assert {rule for rule, found in _found(company.third).items() if any(acme.CLEARED in m for m in found)} == {
        "unblocked"
    }
    assert "was delivered on Tue 3 Mar 2026" in company.later_notes[acme.CLEARED]
    shown = company.later_notes[acme.SHOWN]
    assert "acme/api-gateway#12" in shown
    assert len(shown) < len(company.notes[acme.SHOWN])


def test_the_runs_are_replayed_to_what_they_found(company: Company) -> None:
    """Again from the store alone, by the config as it was kept; a replay tells nobody."""
    ran = {outcome.run: _untold(outcome.events) for outcome in (company.first, company.second, company.third)}
    with closing(company.store()) as store:
        steps = replay(store, store.past_runs(), lambda run: config_of(store, run.config, company.config_file))
        again = {step.run.id: _untold(step.judgement.events) for step in steps}
    assert again == {run: ran[run] for run in again}
    assert again.keys() >= {company.first.run, company.third.run}


def _untold(events: Sequence[CaseEvent]) -> list[CaseEvent]:
    return [replace(event, case=replace(event.case, notified=0)) for event in events]


def _found(outcome: Outcome) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for finding in outcome.judged.findings:
        members = _refs(outcome.judged.snapshot, finding.subject.members)
        found.setdefault(finding.rule, []).append(members)
    return {rule: sorted(members) for rule, members in found.items()}


def _refs(snapshot: Snapshot, uids: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(snapshot.issues[uid].ref) if uid in snapshot.issues else uid for uid in uids)
