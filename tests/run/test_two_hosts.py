"""Two runs at once, on one store or on two, and people at work in between: as one, and nothing is fought over."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Thread

import pytest

from connectors.base import Address
from model.document import Document, Section, Words
from sync.carry import MARKER
from sync.outcome import Outcome
from sync.run import Options, Runner
from sync.store import Busy, Store
from tests.run.worlds import NOTED, Installation


@dataclass
class Host:
    """Another installation with a store of its own, which looks after the same trackers."""

    acme: Installation
    store: Path

    def run(self) -> Outcome:
        config = self.acme.config
        with Store.open(f"sqlite:///{self.store}") as store:
            return Runner(config, store, self.acme.connectors(config), self.acme.world.clock.now).run(Options())

    def mutes(self) -> int:
        with Store.open(f"sqlite:///{self.store}") as store:
            return len(store.mutes())


@pytest.fixture
def hosts(acme: Installation, tmp_path: Path, empty_store: Path) -> tuple[Host, Host]:
    one, two = tmp_path / "one.db", tmp_path / "two.db"
    for file in (one, two):
        shutil.copyfile(empty_store, file)
    return Host(acme, one), Host(acme, two)


def at_once(*runs: Callable[[], object]) -> list[object]:
    """What each gave, or raised."""
    start, results = Barrier(len(runs)), dict[int, object]()

    def go(number: int) -> None:
        start.wait()
        try:
            results[number] = runs[number]()
        except Busy as error:
            results[number] = error

    threads = [Thread(target=go, args=(number,)) for number in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in sorted(results)]


def assert_one_note_each(acme: Installation) -> None:
    assert {key: len(acme.note_ids(key)) for key in NOTED} == dict.fromkeys(NOTED, 1)
    assert all(acme.labels(key) == {"crosstie"} for key in NOTED)


def test_two_runs_on_one_store_are_one(acme: Installation) -> None:
    acme.fault("latency", seconds=0.3, count=3)
    results = at_once(acme.run, acme.run)
    assert sorted(type(result).__name__ for result in results) == ["Busy", "Outcome"]
    assert_one_note_each(acme)


def test_two_hosts_at_once_end_with_one_note_an_issue(acme: Installation, hosts: tuple[Host, Host]) -> None:
    """Both look before either has written; one more run each, and it is as if there were one."""
    one, two = hosts
    acme.fault("latency", seconds=0.4, count=-1, method="POST", path=r"/comments?$")
    at_once(one.run, two.run)
    acme.world.clear_faults()
    assert max(len(acme.note_ids(key)) for key in NOTED) == 2, "they did meet"
    for host in (one, two, one, two):
        acme.wait(minutes=5)
        assert host.run().complete
    assert_one_note_each(acme)
    assert (one.run().plan.writes, two.run().plan.writes) == ((), ())
    assert (one.mutes(), two.mutes()) == (0, 0), "nobody is taken for a person's hand"


def test_a_host_beside_another_goes_on_with_what_stands(acme: Installation, hosts: tuple[Host, Host]) -> None:
    """One after the other, through a worsening: never a second note."""
    one, two = hosts
    for days in (0, 30, 1):
        acme.wait(days=days)
        for host in (one, two, one):
            assert host.run().complete
            acme.wait(minutes=10)
        assert_one_note_each(acme)
    assert (one.mutes(), two.mutes()) == (0, 0)


@pytest.mark.parametrize("key", ["PAY-1", "acme/web#1"])
def test_a_double_that_turns_up_is_merged_without_a_word(acme: Installation, key: str) -> None:
    """As after a store was restored from a backup, and a run of its own."""
    acme.run()
    acme.run()
    kept = acme.note_id(key)
    _double(acme, key)
    told = [len(site.notices) for site in acme.world.sites.values()]
    acme.wait(minutes=5)
    outcome = acme.run()
    assert (outcome.complete, outcome.written.merged) == (True, 1)
    assert acme.note_ids(key) == [kept]
    assert [len(site.notices) for site in acme.world.sites.values()] == told
    assert acme.run().plan.writes == ()


@pytest.mark.parametrize("key", ["PAY-1", "acme/web#1"])
@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_merge_whose_answer_is_lost(acme: Installation, key: str, kind: str) -> None:
    acme.run()
    acme.run()
    kept = acme.note_id(key)
    _double(acme, key)
    acme.wait(minutes=5)
    acme.fault(kind, method="DELETE", path=r"/comments?/\d+$")
    assert acme.run().complete
    assert acme.note_ids(key) == [kept]


def test_what_our_account_says_otherwise_is_looked_at_once(acme: Installation) -> None:
    """A person who types with the bot's account: no note, and no reason to look in every run."""
    acme.run()
    acme.run()
    acme.jira("comment", issue="PAY-1", text="Typed by hand", by="crosstie")
    acme.wait(minutes=5)
    acme.run()
    acme.wait(minutes=5)
    acme.run()
    assert [path for path in acme.asked("jira") if "comment" in path] == []
    assert len(acme.note_ids("PAY-1")) == 2


def _double(acme: Installation, key: str) -> None:
    """By the same account, with our mark: what a second installation makes that did not see the first one's."""
    connector = acme.connectors(acme.config)["github" if "#" in key else "jira"]
    with acme.store() as store:
        facts = store.facts()
    fact = next(fact for fact in facts.issues.values() if fact.key == key)
    text = Document(sections=(Section("", ((Words("Another"),),)),))
    at = Address(native_id=fact.native_id, key=key)
    first = acme.note_id(key)
    acme.fault("status", method="DELETE", path=r"/comments?/\d+$", status=403)
    connector.ensure_note(at, text, marker=MARKER, known=first, repost=True)
    acme.world.clear_faults()
    assert len(acme.note_ids(key)) == 2


# --- people in between


class Interrupted(Store):
    """Somebody does something between our reading and our first write."""

    meanwhile: Callable[[], object] | None = None

    def mark_sent(self, row_id: int) -> None:
        super().mark_sent(row_id)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()


def run_while(acme: Installation, meanwhile: Callable[[], object]) -> Outcome:
    config = acme.config
    with Interrupted.open(f"sqlite:///{acme.folder / 'crosstie.db'}") as store:
        store.meanwhile = meanwhile
        return Runner(config, store, acme.connectors(config), acme.world.clock.now).run(Options())


@pytest.mark.parametrize("key", ["PAY-1", "acme/web#1"])
def test_labels_that_a_person_sets_meanwhile_stay(acme: Installation, key: str) -> None:
    act = acme.github if "#" in key else acme.jira
    assert run_while(acme, lambda: act("label", issue=key, labels=["theirs", "crosstie"])).complete
    assert acme.labels(key) == {"theirs", "crosstie"}
    acme.run()
    for done in ("PLAT-1", "PLAT-3"):
        acme.jira("transition", issue=done, status="Done")
    assert run_while(acme, lambda: act("unlabel", issue=key, labels=["crosstie"])).complete
    assert acme.labels(key) == {"theirs"}
    assert acme.run().plan.writes == ()


@pytest.mark.parametrize("key", ["PAY-1", "acme/web#1"])
def test_a_note_deleted_meanwhile_is_a_persons_hand(acme: Installation, key: str) -> None:
    """Also when we were about to edit it; and its label goes with it."""
    act = acme.github if "#" in key else acme.jira
    acme.run()
    acme.run()
    number = acme.note_id(key)
    acme.wait(days=30)
    outcome = run_while(acme, lambda: act("delete_comment", comment=number))
    assert outcome.complete
    for _ in range(2):
        acme.wait(hours=1)
        assert acme.run().complete
        assert acme.note_ids(key) == []
    assert acme.labels(key) == set()


@pytest.mark.parametrize("key", ["PAY-1", "acme/web#1"])
def test_a_label_removed_meanwhile_is_final(acme: Installation, key: str) -> None:
    act = acme.github if "#" in key else acme.jira
    acme.run()
    acme.run()
    acme.wait(days=30)
    run_while(acme, lambda: act("unlabel", issue=key, labels=["crosstie"]))
    for _ in range(3):
        acme.wait(hours=1)
        acme.run()
        assert acme.labels(key) == set()


def test_an_issue_deleted_meanwhile_is_forgotten(acme: Installation) -> None:
    outcome = run_while(acme, lambda: acme.jira("delete", issue="PAY-1"))
    assert outcome.written.failed == 0
    acme.wait(hours=7)
    acme.run()
    acme.run()
    with acme.store() as store:
        assert "jira:PAY-1" not in store.notes()
