"""``bench pull``: crosstie alone on fifty issues, and what is said of figures."""

from pathlib import Path

import pytest

from bench.clients import CHANGED, FULL, UNCHANGED
from bench.pull import Asked, rows
from bench.report import Row, criteria, in_order, table


def test_crosstie_is_measured_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    asked = Asked(
        trackers=["jira"],
        sizes=[50],
        latency_ms=1,
        concurrency=[1],
        only=["crosstie"],
        peers_up_to=0,
        patience=60,
        structure=False,
    )
    found = in_order(rows(asked))
    assert [(row.client, row.mode, row.note) for row in found] == [
        ("crosstie", mode, "") for mode in (FULL, UNCHANGED, CHANGED)
    ]
    full, unchanged, changed = found
    assert full.requests > unchanged.requests >= 1
    assert changed.bytes > unchanged.bytes
    assert all(row.kept == row.requests for row in found)
    assert all(row.cpu > 0 and row.peak > 10 and row.wall > 0 for row in found)
    assert "jira, 50 issues, 1 ms a request" in table(found)


def test_what_would_take_too_long_is_reckoned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    asked = Asked(
        trackers=["jira"],
        sizes=[10],
        latency_ms=60_000,
        concurrency=[1],
        only=["crosstie"],
        peers_up_to=0,
        patience=60,
        structure=False,
    )
    full = next(rows(asked))
    assert (full.note, full.reckoned) == ("", True)
    assert full.wall > full.ideal == 60 * full.requests


def row(**changes: object) -> Row:
    made: dict[str, object] = {
        "tracker": "jira",
        "issues": 5000,
        "idle": 0,
        "client": "crosstie",
        "about": "crosstie pull",
        "mode": FULL,
        "concurrency": 1,
        "latency_ms": 50.0,
        "fewest": 100,
        "requests": 105,
        "bytes": 1_000_000,
        "kept": 105,
        "late": 0,
        "wall": 6.0,
        "cpu": 2.0,
        "peak": 100.0,
    }
    return Row(**{**made, **changes})  # type: ignore[arg-type]  # the fields of a Row by name


def test_promises_are_judged_by_their_figures() -> None:
    judged = list(
        criteria(
            [
                row(),
                row(mode=UNCHANGED, requests=6, idle=10),
                row(mode=CHANGED, requests=121),
                row(issues=50_000, requests=106, wall=9.0, peak=130.0),
                row(client="jira", requests=5000),
            ]
        )
    )
    assert [line[:3] for line in judged] == ["yes", "yes", "yes", "NO ", "NO ", "NO ", "NO "]
    assert "105 requests, 1.05 x 100" in judged[0]
    assert "+30 MB" in judged[-1]


def test_a_table_fits_a_page_and_tells_of_failures() -> None:
    failed = row(client="perceval", requests=0, note="failed: " + "a long story " * 20)
    text = table([row(bytes=10**9, requests=52_000, kept=52_000, wall=12345.6, reckoned=True), failed])
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "perceval, full: failed: a long story" in text
    assert "~12346" in text
