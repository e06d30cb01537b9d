"""``crosstie run`` as a scheduler starts it: a process of its own, its JSON and its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.run.worlds import NOTED, SECRETS, Installation

COMPLETE, USAGE, PARTIAL, FOUND = 0, 2, 3, 4


def crosstie(acme: Installation, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable,
        "-c",
        "from cli.main import main; main()",
        *arguments,
        "--config",
        str(acme.folder / "crosstie.toml"),
    ]
    root = Path(__file__).parents[2]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=root, env={**os.environ, **SECRETS}, timeout=120
    )


def test_a_run_and_what_is_found(acme: Installation) -> None:
    """The wall clock is another than the world's, so the day is given."""
    done = crosstie(acme, "run", "--json", "--as-of", "2026-03-02", "--write", "--fail-on", "warning")
    assert done.returncode == FOUND, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["complete"] is True
    assert said["findings"] == {"overdue": 2}
    assert said["writes"]["created"] == len(NOTED)
    assert sorted(acme.standing()) == sorted(NOTED)
    assert sum(tracker["requests"] for tracker in said["trackers"].values()) == len(acme.world.log())


def test_a_refused_token_makes_the_run_partial(acme: Installation) -> None:
    """Exit code 3, the tracker and the way out on stderr, the other tracker read; and no token anywhere."""
    acme.fault("status", site="jira", status=401, count=-1)
    done = crosstie(acme, "run", "--json", "--dry-run")
    assert done.returncode == PARTIAL, done.stderr
    said = json.loads(done.stdout)
    assert said["complete"] is False
    assert said["trackers"]["jira"]["missing"]
    assert (said["trackers"]["github"]["issues"], said["trackers"]["github"]["missing"]) == (2, [])
    assert "jira: " in done.stderr
    assert "token" in done.stderr
    assert not [secret for secret in SECRETS.values() if secret in done.stdout + done.stderr]


def test_a_mistake_in_the_config_is_told_before_anything_is_asked(acme: Installation) -> None:
    acme.configure(max_new_per_rum=3)
    done = crosstie(acme, "run")
    assert done.returncode == USAGE
    assert "max_new_per_run" in done.stderr
    assert acme.world.log() == []
