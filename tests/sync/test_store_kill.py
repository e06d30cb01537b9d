"""Killed at any instant, a store holds whole transactions and nothing else."""

import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import sqlalchemy

from connectors.base import Page
from sync.base import NoteRow
from sync.store import Store
from tests.sync.stores import blocked_by, blocks, case, copied, event, issue, later, told, write

SIZE = 20


def one_step(store: Store, step: int) -> None:
    """Store a page whose 20 issues, cursor and catalog all say ``step``, then finish one write."""
    links = (blocks(2),) if step % 2 else ()
    found = [issue(number, title=str(step)) for number in range(3, SIZE)]
    found += [issue(1, title=str(step), links=links), issue(2, title=str(step), links=links and (blocked_by(1),))]
    store.save_page("jira", Page(issues=tuple(found), cursors={"PAY": str(step)}, catalog=str(step)), later(step))
    store.save_events(f"r{step}", later(step), [event(case(notified=step - 1))])
    (row,) = store.enqueue(f"r{step}", [write()])
    store.mark_sent(row.id)
    standing = NoteRow(uid="jira:PAY-1", tracker="jira", id=str(row.id), digest=str(step))
    store.finish(row.id, note=standing, notifies=[told(step)])


def work(url: str) -> None:
    """Take steps until killed."""
    with Store.open(url) as store:
        for step in range(1, 1_000_000):
            one_step(store, step)
            if step == 1:
                sys.stdout.write("working\n")
                sys.stdout.flush()


def die_at_each_statement(template: str, folder: str) -> None:
    """Take the second step in a child that kills itself at its n-th statement, for every n there is."""
    with copied(Path(template), Path(folder)) as store:
        one_step(store, 1)
    for number in itertools.count(1):
        path = Path(folder) / f"{number}.db"
        shutil.copyfile(Path(folder) / "copy.db", path)
        child = os.fork()
        if not child:
            _second_step(f"sqlite:///{path}", number)
        _, status = os.waitpid(child, 0)
        check(path)
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
    sys.stdout.write(f"{number}")


def _second_step(url: str, last: int) -> NoReturn:
    statements = itertools.count(1)

    def count(*_: object) -> None:
        if next(statements) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", count)
    with Store.open(url) as store:
        one_step(store, 2)
    os._exit(0)


def _python(call: str, *arguments: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        f"import sys; from tests.sync.test_store_kill import *; {call}(*sys.argv[1:])",
        *arguments,
    ]


def test_killed_at_each_single_statement(empty_store: Path, tmp_path: Path) -> None:
    command = _python("die_at_each_statement", str(empty_store), str(tmp_path))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 30


def test_killed_while_working(empty_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.db"
    shutil.copyfile(empty_store, path)
    with subprocess.Popen(_python("work", f"sqlite:///{path}"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        time.sleep(random.uniform(0.01, 0.25))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    check(path)


def check(path: Path) -> None:
    """That everything in this store agrees."""
    with sqlite3.connect(path) as conn:
        assert conn.execute("pragma integrity_check").fetchone() == ("ok",)
        assert conn.execute("pragma foreign_key_check").fetchall() == []
    conn.close()
    with Store.open(f"sqlite:///{path}") as store:
        _check_page(store)
        _check_outbox(store)


def _check_page(store: Store) -> None:
    facts = store.facts()
    (step,) = {found.title for found in facts.issues.values()}
    request = store.request("jira", ["PAY"], full=False, structure=False)
    assert (request.cursors, request.catalog) == ({"PAY": step}, step)
    assert facts.generations == {"jira": int(step)}
    assert bool(facts.retractions) == (int(step) % 2 == 0)
    assert store.facts(facts.generations) == facts
    assert {found.title for found in store.facts({"jira": 1}).issues.values()} == {"1"}


def _check_outbox(store: Store) -> None:
    (highest,) = [one.notified for one in store.cases()]
    note = store.notes()["jira:PAY-1"]
    assert note.digest == str(highest)
    assert [step.level for step in store.notifications()] == list(range(1, highest + 1))
    assert note.id not in {str(row.id) for row in store.unfinished()}
    assert len(store.unfinished()) <= 1
