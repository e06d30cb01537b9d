"""``python -m sandbox`` as a process, and what ``--load`` makes of files."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.load import Loaded, load
from sandbox.world import World

JIRA: dict[str, Any] = {"id": "10001", "key": "PAY-1", "fields": {"summary": "Pay by card"}}
GITHUB = {"number": 7, "title": "Rotate keys", "url": "https://api.github.com/repos/acme/web/issues/7"}


@contextmanager
def sandbox(*arguments: str) -> Iterator[dict[str, Any]]:
    """What a running sandbox announced."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
        assert (process.returncode, rest) == (0, ""), errors
    finally:
        process.kill()
        process.communicate()


def test_an_empty_world_lets_its_accounts_in() -> None:
    with sandbox("--scenario", "empty", "--jira-port", "0") as said:
        accounts = said["accounts"]
        for who in ("jira", "jira_admin"):
            myself = requests.get(
                said["jira"] + "/rest/api/3/myself", auth=(accounts[who]["user"], accounts[who]["token"]), timeout=5
            )
            assert myself.status_code == 200
        assert accounts["jira"] == {"user": "bot@acme.example", "token": "sandbox-jira-token"}
        bearer = {"Authorization": "Bearer " + accounts["github"]["token"]}
        assert requests.get(said["github"] + "/user", headers=bearer, timeout=5).json()["login"] == "crosstie-bot"
        assert [e["path"] for e in requests.get(said["control"]["jira"] + "log", timeout=5).json()] == [
            "/rest/api/3/myself",
            "/rest/api/3/myself",
            "/user",
        ]


def test_loaded_issues_are_served(tmp_path: Path) -> None:
    rows = [{"source": "somewhere", "raw": JIRA}, GITHUB, {"neither": "nor"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with sandbox("--load", str(tmp_path)) as said:
        issue = requests.get(
            said["jira"] + "/rest/api/3/issue/PAY-1", auth=("bot@acme.example", "sandbox-jira-token"), timeout=5
        )
        assert issue.json()["fields"]["summary"] == "Pay by card"


def test_rows_are_told_apart_and_none_is_fatal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.json").write_text(
        json.dumps({"issues": [JIRA, {**JIRA, "id": "10002", "key": "PAY-2"}]})
    )
    (tmp_path / "list.json").write_text(json.dumps([GITHUB, 5, None]))
    line = json.dumps({**JIRA, "id": "10003", "key": "PAY-3", "fields": {"summary": "a\u2028b"}}, ensure_ascii=False)
    (tmp_path / "rows.ndjson").write_text(f"{line}\n\nnot JSON\n")
    (tmp_path / "ignored.txt").write_text("not read")
    assert load(World(), tmp_path) == Loaded(jira=3, github=1, other=3)
    assert "3 Jira issues, 1 GitHub issues, 3 other rows" in capsys.readouterr().err
    assert load(World(), tmp_path / "list.json") == Loaded(jira=0, github=1, other=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--load", "/nowhere/at/all"), "/nowhere/at/all"),
        (("--scenario", "nowhere"), "invalid choice"),
        (("--jira-port", "70000"), "port"),
        (("--state", "/nowhere/at/all"), "/nowhere/at/all"),
        (("--state", __file__), "GET /_sandbox/state"),
        (("--latency", "-5"), "--latency"),
        (("--scenario", "empty", "--load", "x"), "not allowed"),
    ],
)
def test_what_cannot_be_started_says_why(arguments: tuple[str, ...], said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_state_is_served_with_latency_and_kept_answers(tmp_path: Path) -> None:
    world = World()
    world.sites["jira"].load_rows([JIRA])
    (tmp_path / "state.json").write_text(json.dumps({"jira": world.sites["jira"].dump()}))
    with sandbox("--state", str(tmp_path / "state.json"), "--latency", "5", "--keep-answers") as said:
        serving = requests.get(said["control"]["jira"] + "serving", timeout=5).json()
        assert serving == {"latency_ms": 5, "keep_answers": True, "kept": 0}
        issue = requests.get(
            said["jira"] + "/rest/api/3/issue/PAY-1", auth=("bot@acme.example", "sandbox-jira-token"), timeout=5
        )
        assert issue.json()["fields"]["summary"] == "Pay by card"
