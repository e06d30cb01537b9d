"""What a changed config would do, and what the past would have said by it, as a person meets it."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from cli.main import main
from cli.show_preview import show_preview, show_tally
from sync.store import Store
from tests.sync.past_world import START, Act, History

WRITING = '[notes]\nwrite_to = ["jira:*"]\n'


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """Six days, Monday to Saturday; PLAT-1 is late from Wednesday on, and PLAT-2 on Thursday only."""
    with Store.open(f"sqlite:///{tmp_path / 'crosstie.db'}") as store:
        history = History(tmp_path, store)
        history.act(Act("link", "PAY-1", "PLAT-1"))
        history.act(Act("link", "PAY-2", "PLAT-2"))
        history.act(Act("due", "PLAT-1", days=1))
        history.act(Act("due", "PLAT-2", days=20))
        for day in range(6):
            if day in (3, 4):
                history.act(Act("due", "PLAT-2", days=2 if day == 3 else 20))
            history.run(days=float(day > 0))
        yield history


def crosstie(history: History, *args: str, config: Path | None = None) -> Result:
    """On the Friday, whenever that is read."""
    where = ["--config", str(config or history.path), "--as-of", "2026-03-06"]
    return CliRunner().invoke(main, ["preview", *where, *args], prog_name="crosstie")


def told(history: History, *args: str, config: Path | None = None) -> dict[str, Any]:
    result = crosstie(history, *args, "--json", config=config)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


def changed(history: History, more: str) -> Path:
    """Another config beside the one in use."""
    path = history.path.with_name("new.toml")
    history.say(more)
    path.write_text(f"{history.config.text}", encoding="utf-8")
    history.say("")
    assert history.config.text != path.read_text()
    return path


def lines(data: dict[str, Any], show: Any) -> list[str]:
    out = io.StringIO()
    show(data, Console(file=out, width=80, highlight=False))
    print(out.getvalue())
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_config_as_it_is_changes_nothing(history: History) -> None:
    found = told(history)
    assert found["cases"] == []
    assert lines(found, show_preview)[0].startswith("No case would change; ")


def test_what_clears_and_opens_is_counted_and_listed(history: History) -> None:
    found = told(history, config=changed(history, '[rules.overdue]\nmode = "off"\n[rules.undated]\nmode = "off"\n'))
    assert found["rules"]["overdue"] == {
        **dict.fromkeys(("after", "opened", "worsened", "eased", "unknown"), 0),
        "before": 1,
        "cleared": 1,
    }
    (case,) = (case for case in found["cases"] if case["rule"] == "overdue")
    assert (case["event"], case["about"], case["why"]) == ("cleared", ["jira:PAY-1", "jira:PLAT-1"], "its rule is off")
    text = lines(found, show_preview)
    assert any(line.startswith("clears overdue: jira:PAY-1") for line in text)
    assert text[-1] == "Nothing would be written: notes.write_to is empty."


def test_enabling_writing_shows_the_totals_and_the_baseline(history: History) -> None:
    silent = told(history, config=changed(history, WRITING))
    assert silent["begins"] == ["jira:PAY", "jira:PLAT", "jira:WEB"]
    assert silent["baseline"]["mode"] == "silent"
    assert silent["notifications"]["platform"] == {"new": 0, "worse": 0, "silent": 2}
    assert (silent["writes"]["new"], silent["writes"]["labels"]) == (0, 0)
    text = " ".join(lines(silent, show_preview))
    assert "What stands there is the baseline" in text
    loud = told(history, config=changed(history, WRITING + 'baseline = "none"\nmax_new_per_run = 1\n'))
    assert loud["notifications"]["platform"] == {"new": 2, "worse": 0, "silent": 0}
    assert (loud["writes"]["new"], loud["writes"]["suppressed"], loud["writes"]["braked"]) == (4, 3, "")
    text = " ".join(lines(loud, show_preview))
    assert "3 of the new notes would wait for later runs" in text


def test_the_past_is_replayed_from_the_store_alone(history: History) -> None:
    alone = changed(history, WRITING + '[rules.point-to-point]\nmode = "off"\n')
    found = told(history, "--since", "8w", config=alone)
    assert (found["from"], found["to"], found["runs"], found["working_days"]) == ("2026-03-02", "2026-03-06", 5, 5)
    assert found["rules"]["overdue"] == {
        "at_start": 0,
        "opened": 2,
        "cleared_by_itself": 1,
        "too_new": 1,
        "share": 1.0,
        "standing": 1,
    }
    assert found["notifications"]["platform"] == {
        "total": 2,
        "per_working_day": 0.4,
        "worst_day": "2026-03-04",
        "on_it": 1,
    }
    text = lines(found, show_tally)
    assert max(map(len, text)) <= 80
    (row,) = (line for line in text if line.startswith("overdue"))
    assert row.split() == ["overdue", "0", "2", "1", "100%", "1"]


def test_a_shorter_time_begins_later_and_what_stands_then_was_there_before(history: History) -> None:
    found = told(history, "--since", "2d")
    assert (found["from"], found["runs"]) == ("2026-03-04", 3)
    assert found["rules"]["overdue"]["at_start"] == 1


def test_every_run_is_taken_when_asked_for(history: History) -> None:
    history.tracker.now = START + timedelta(days=4, hours=1)
    history.act(Act("due", "PLAT-1", days=2))
    history.run()
    assert told(history, "--since", "8w")["runs"] == 5
    assert told(history, "--since", "8w", "--every-run")["runs"] == 6


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--since", "soon"], "write days or weeks"),
        (["--every-run"], "--every-run goes with --since"),
    ],
)
def test_wrong_usage_says_the_way_out(history: History, args: list[str], says: str) -> None:
    result = crosstie(history, *args)
    assert (result.exit_code, says in result.stderr) == (2, True), result.output


def test_a_time_without_runs_and_a_store_that_is_not_there(history: History, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["preview", "--config", str(history.path), "--since", "1d"])
    assert result.exit_code == 2
    assert "try a longer time" in result.stderr
    elsewhere = tmp_path / "elsewhere" / "crosstie.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text(history.config.text)
    result = crosstie(history, config=elsewhere)
    assert result.exit_code == 2
    assert "beside" in result.stderr
    assert list(elsewhere.parent.iterdir()) == [elsewhere], "looking makes no store"


def test_nothing_is_asked_of_a_tracker_and_nothing_is_kept(history: History, tmp_path: Path) -> None:
    """The trackers of these configs do not exist, and the run table has no row more."""
    before = [run.id for run in history.store.past_runs()], len(history.store.configs()), history.store.cases()
    told(history, config=changed(history, WRITING))
    told(history, "--since", "8w")
    assert before == (
        [run.id for run in history.store.past_runs()],
        len(history.store.configs()),
        history.store.cases(),
    )
