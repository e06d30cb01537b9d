"""Two runs at once never do the same work twice, and a dead one stands in nobody's way."""

import os
import signal
import subprocess
import sys

import pytest

from sync.store import Busy, Store, StoreError
from tests.sync.stores import NOON, later

HOLD = """
import sys, time
from sync.store import Store
from tests.sync.stores import NOON
with Store.open(sys.argv[1]) as store, store.lease("cron on host-a", now=NOON):
    print("held", flush=True)
    time.sleep(60)
"""


def test_another_live_run_is_busy_and_named(store: Store) -> None:
    named = pytest.raises(Busy, match=r"cron.*2026-03-02 12:00")
    with store.lease("cron", now=NOON), named as caught, store.lease("me", now=later(5)):
        pass
    assert (caught.value.holder, caught.value.since) == ("cron", NOON)
    assert isinstance(caught.value, StoreError)
    with store.lease("me", now=later(5)):
        pass


def test_an_error_gives_the_lease_back(store: Store) -> None:
    with pytest.raises(KeyError), store.lease("cron", now=NOON):
        raise KeyError
    with store.lease("me", now=NOON):
        pass


def test_an_expired_lease_is_taken_over_and_its_old_holder_learns_of_it(store: Store) -> None:
    with store.lease("slow", now=NOON, minutes=10) as slow:
        slow.renew(later(9))
        with pytest.raises(Busy), store.lease("eager", now=later(18)):
            pass
        with store.lease("next", now=later(19)) as taken:
            with pytest.raises(Busy, match="next"):
                slow.renew(later(19))
            taken.renew(later(20))
    with store.lease("last", now=later(20)):
        pass


def test_the_late_end_of_an_old_holder_does_not_free_the_new_ones_lease(store: Store) -> None:
    old = store.lease("old", now=NOON, minutes=1)
    old.__enter__()
    with store.lease("new", now=later(2)):
        old.__exit__(None, None, None)
        with pytest.raises(Busy, match="new"), store.lease("third", now=later(3)):
            pass


def test_a_killed_process_gives_way_at_once(store: Store) -> None:
    command = [sys.executable, "-c", HOLD, store.name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(Busy, match="cron on host-a"), store.lease("me", now=later(1)):
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with store.lease("me", now=later(1)):
        pass


def test_the_last_run(store: Store) -> None:
    assert store.last_run() is None
    store.record_config("c1", "[store]\n", NOON, "mira")
    store.begin_run("r1", NOON, "c1")
    store.end_run("r1", later(1), {"complete": True, "trackers": {"jira": {"issues": 2}}})
    store.begin_run("r2", later(2), "c1")
    ended, begun = store.last_run(), store.last_run(ended=False)
    assert ended is not None
    assert begun is not None
    assert (ended.id, ended.started, ended.ended, ended.config) == ("r1", NOON, later(1), "c1")
    assert ended.outcome == {"complete": True, "trackers": {"jira": {"issues": 2}}}
    assert (begun.id, begun.ended, begun.outcome) == ("r2", None, None)


def test_a_config_is_kept_once(store: Store) -> None:
    store.record_config("c1", "first = true", NOON, "mira")
    store.record_config("c1", "second = true", later(1), "jo")
    store.record_config("c2", "third = true", later(2), "jo")
    kept = [(one.digest, one.text, one.at, one.who) for one in store.configs()]
    assert kept == [("c1", "first = true", NOON, "mira"), ("c2", "third = true", later(2), "jo")]
