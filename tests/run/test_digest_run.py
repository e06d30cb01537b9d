"""Digests of whole runs: what goes out, where to, and once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sync.config import load_config
from sync.digest.base import Sent
from sync.digest.deliver import Post
from tests.run.digest_worker import MOMENTS
from tests.run.test_faults import COMMENT
from tests.run.test_kill import Scene
from tests.run.worlds import SECRETS, Installation

FILE = 'file = "digests/{name}-{day}.md"'
URL = "CROSSTIE_DIGESTS__PAY__URL"


def digest(to: str = FILE, **more: object) -> str:
    settings = {"name": "pay", "team": "payments", "readers": "internal", "waiting_days": 1, **more}
    lines = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items() if value != "")
    return f"[[digests]]\nto = {{ {to} }}\n{lines}\n"


def post(acme: Installation, **secrets: str) -> list[Sent]:
    """As a run ends with it."""
    config = load_config(acme.folder / "crosstie.toml", environ={**SECRETS, **secrets})
    with acme.store() as store:
        sender = Post(config, store, acme.connectors(config), acme.world.clock.now)
        return sender.send_due(acme.world.clock.now())


def file_of(acme: Installation, name: str = "pay-2026-03-02.md") -> str:
    path = acme.folder / "digests" / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def test_what_the_budget_held_back_is_in_the_digest_and_only_once_a_day(acme: Installation) -> None:
    acme.configure(more=digest(), budget_per_team_per_day=1)
    acme.run()
    (sent,) = post(acme)
    assert sent.state == "sent"
    assert sent.letter.counts.untold == 1
    page = file_of(acme)
    assert "**Not said on the tickets: 1 (beyond the day's budget)**" in page
    assert "which was promised for" in page
    acme.run()
    assert post(acme) == []
    acme.wait(days=1)
    acme.run()
    (tomorrow,) = post(acme)
    assert tomorrow.letter.counts.untold == 0, "it has been told on the ticket"


def test_what_only_stands_is_not_said_again_the_next_day(acme: Installation) -> None:
    acme.configure(more=digest(), budget_per_team_per_day=0)
    acme.run()
    (sent,) = post(acme)
    assert (sent.state, sent.letter.counts.untold) == ("sent", 2)
    acme.wait(days=1)
    acme.run()
    (same,) = post(acme)
    assert (same.state, same.letter.counts.untold) == ("empty", 2)
    assert file_of(acme, "pay-2026-03-03.md") == ""
    acme.wait(days=1)
    acme.jira("transition", issue="PLAT-1", status="Done", by="Devi")
    acme.run()
    assert [one.state for one in post(acme)] == ["sent"]


def test_what_is_settled_is_good_news(acme: Installation) -> None:
    acme.configure(more=digest())
    acme.run()
    post(acme)
    acme.wait(days=1)
    acme.jira("transition", issue="PLAT-1", status="Done", by="Devi")
    acme.run()
    (sent,) = post(acme)
    assert sent.letter.counts.settled == 1
    assert "**Settled since Mon 2 Mar 2026: 1**" in file_of(acme, "pay-2026-03-03.md")


class TestOnAnIssue:
    def test_one_comment_is_edited_beside_our_note(self, acme: Installation) -> None:
        acme.configure(more=digest('issue = "jira:PAY-1"', readers=""))
        acme.run()
        notes = acme.notes("PAY-1")
        assert len(notes) == 1
        (sent,) = post(acme)
        assert (sent.state, sent.where) == ("sent", "a comment on jira:PAY-1")
        assert len(acme.notes("PAY-1")) == 2
        acme.wait(days=1)
        acme.jira("transition", issue="PLAT-3", status="Done", by="Devi")
        acme.run()
        assert [one.state for one in post(acme)] == ["sent"]
        note, page = acme.notes("PAY-1")
        assert note == notes[0]
        assert "payments, Tue 3 Mar 2026: 1 settled" in page
        acme.wait(days=1)
        acme.run()
        assert acme.notes("PAY-1") == [note, page]

    def test_nothing_is_written_where_write_to_does_not_reach(self, acme: Installation) -> None:
        acme.configure(more=digest('issue = "jira:PAY-2"', readers=""), write_to=["jira:PLAT"])
        acme.run()
        (sent,) = post(acme)
        assert (sent.state, sent.error) == (
            "failed",
            "jira:PAY-2 is not written to, for notes.write_to does not name its project or repository",
        )
        assert acme.notes("PAY-2") == []

    def test_its_readers_are_the_issues_own_whatever_is_configured(self, acme: Installation) -> None:
        """PAY stands alone here, so nothing of PLAT may be told on it."""
        acme.configure(readers=["github:acme/*"], more=digest('issue = "jira:PAY-2"', readers="public"))
        acme.run()
        (sent,) = post(acme)
        assert sent.state == "empty"
        assert sent.letter.counts.withheld > 0
        assert acme.notes("PAY-2") == []

    def test_a_comment_that_a_person_deleted_is_not_written_again_and_that_is_said_once(
        self, acme: Installation
    ) -> None:
        acme.configure(more=digest('issue = "jira:PAY-2"', readers=""))
        acme.run()
        post(acme)
        acme.jira("delete_comment", issue="PAY-2", comment=acme.note_id("PAY-2"))
        acme.wait(days=1)
        acme.jira("transition", issue="PLAT-1", status="Done", by="Devi")
        acme.run()
        (sent,) = post(acme)
        assert sent.state == "left"
        assert "a person took our comment on jira:PAY-2 away" in sent.error
        acme.wait(days=1)
        acme.jira("transition", issue="PLAT-3", status="Done", by="Devi")
        acme.run()
        assert post(acme) == []
        assert acme.notes("PAY-2") == []

    @pytest.mark.parametrize(("issue", "site"), [("jira:PAY-2", "jira"), ("github:acme/web#2", "github")])
    def test_a_lost_answer_leaves_one_comment(self, acme: Installation, issue: str, site: str) -> None:
        acme.configure(more=digest(f'issue = "{issue}"', readers=""))
        acme.run()
        acme.fault("drop_after", site=site, method="POST", path=COMMENT[site])
        (sent,) = post(acme)
        key = issue.partition(":")[2]
        assert (sent.state, len(acme.notes(key))) == ("failed", 1)
        assert [one.state for one in post(acme)] == ["sent"]
        assert len(acme.notes(key)) == 1

    def test_moved_or_taken_out_of_the_config_it_leaves_nothing_behind(self, acme: Installation) -> None:
        acme.configure(more=digest('issue = "jira:PAY-2"', readers=""))
        acme.run()
        post(acme)
        assert len(acme.notes("PAY-2")) == 1
        acme.configure(more=digest('issue = "github:acme/web#2"', readers=""))
        acme.wait(days=1)
        acme.jira("transition", issue="PLAT-1", status="Done", by="Devi")
        acme.run()
        assert [one.state for one in post(acme)] == ["sent"]
        assert acme.notes("PAY-2") == []
        assert len(acme.notes("acme/web#2")) == 1
        acme.configure()
        acme.fault("status", site="github", status=503, count=-1)
        assert post(acme) == []
        assert len(acme.notes("acme/web#2")) == 1
        acme.world.clear_faults()
        assert post(acme) == []
        assert acme.notes("acme/web#2") == []


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A webhook that takes everything: its URL, and what it took."""
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x", got
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def mortal() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.run.digest_worker"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.mark.parametrize("to", [FILE, 'webhook = "json"', 'issue = "jira:PAY-2"'])
def test_killed_at_any_moment_nobody_hears_it_twice(
    acme: Installation, hook: tuple[str, list[dict[str, Any]]], mortal: "subprocess.Popen[str]", to: str
) -> None:
    url, got = hook
    secrets = {URL: url} if "webhook" in to else {}
    acme.configure()
    acme.run()
    acme.configure(more=digest(to, readers="" if "issue" in to else "internal"))
    scene = Scene.as_it_is(acme)
    for moment in MOMENTS:
        scene.go_back()
        got.clear()
        order = [str(acme.folder), acme.world.clock.now().isoformat(), moment, secrets]
        assert mortal.stdin
        assert mortal.stdout
        mortal.stdin.write(json.dumps(order) + "\n")
        mortal.stdin.flush()
        assert mortal.stdout.readline().strip() == "killed"
        states = [one.state for one in post(acme, **secrets)]
        assert post(acme, **secrets) == [], "it is done, or given up"
        if "webhook" in to:
            assert states == {"before sending": ["sent"], "after sent": []}.get(moment, ["lost"])
            assert len(got) == (0 if moment == "after sending" else 1)
        else:
            assert states == ([] if moment == "after sent" else ["sent"])
            assert len(acme.notes("PAY-2")) == ("issue" in to)
            assert bool(file_of(acme)) == ("file" in to)
        (acme.folder / "digests" / "pay-2026-03-02.md").unlink(missing_ok=True)
