"""A promised day that moves while crosstie watches."""

from tests.run.worlds import Installation

FORUM = """
[[forums]]
name = "sos"
teams = ["payments", "platform"]
cadence = "weekly:mon"
"""


def test_a_day_moved_between_two_meetings_is_loudest_until_the_forum_meets(acme: Installation) -> None:
    path = acme.folder / "crosstie.toml"
    path.write_text(path.read_text() + FORUM)
    assert _levels(acme) == {"PLAT-1": 1, "PLAT-2": 1, "PLAT-3": 1}
    acme.wait(hours=25)
    acme.jira("edit", issue="PLAT-2", due="2026-03-27")
    assert _levels(acme) == {"PLAT-1": 1, "PLAT-2": 3, "PLAT-3": 1}
    assert "moved from Fri 20 Mar 2026 to Fri 27 Mar 2026" in acme.note("PAY-2")
    acme.wait(hours=24 * 7)
    assert _levels(acme) == {"PLAT-1": 1, "PLAT-2": 1, "PLAT-3": 1}
    assert "moved from" not in acme.note("PAY-2")


def _levels(acme: Installation) -> dict[str, int]:
    cases = (case for case in acme.run().cases if case.rule == "point-to-point")
    return {case.finding.provider.removeprefix("jira:"): case.level for case in cases}
