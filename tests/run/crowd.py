"""A run with forty writes over both trackers: a note and a label on each of twenty issues."""

from datetime import date

from sandbox.base import Notice
from tests.run.worlds import LONG_AGO, Installation, github_of, jira_of

PAIRS, ACROSS = 4, 6
WRITES = 2 * (2 * PAIRS + 2 * ACROSS)


def build_crowd(acme: Installation) -> None:
    """Four Jira issues that wait for four, and six on GitHub that wait for six more, all overdue."""
    jira, github = jira_of(acme.world).writer(), github_of(acme.world).writer()
    for key in ("PLAT-1", "PLAT-3"):  # of the small world nothing is overdue any more
        acme.jira("transition", issue=key, status="Done")
    acme.jira("edit", issue="PLAT-2", due="2026-12-01")
    for n in range(PAIRS):
        _overdue(acme, f"PLAT-{11 + n}")
        jira.issue(f"PAY-{11 + n}", f"Wait for number {n}", reporter="Mira", created=LONG_AGO)
        jira.link("Blocks", f"PLAT-{11 + n}", f"PAY-{11 + n}")
    for n in range(ACROSS):
        _overdue(acme, f"PLAT-{31 + n}")
        github.issue("acme/web", f"Across {n}", by="mira", body=f"Depends on: PLAT-{31 + n}", at=LONG_AGO)
    acme.configure(budget_per_team_per_day=1000, max_new_per_run=1000, brake_percent=100)


def _overdue(acme: Installation, key: str) -> None:
    jira_of(acme.world).writer().issue(key, "Late", reporter="Devi", created=LONG_AGO, due=date(2026, 2, 20))


def notices(acme: Installation) -> list[Notice]:
    """Of whom our account told what, on both trackers."""
    return [one for site in acme.world.sites.values() for one in site.notices if "crosstie" in one.by]


def give_representatives(acme: Installation) -> None:
    """Somebody whom each team's notes call when something gets worse."""
    path = acme.folder / "crosstie.toml"
    text = path.read_text(encoding="utf-8")
    person = jira_of(acme.world).state.person("Mira").account_id
    for owns in ('owns = ["jira:PAY", "github:acme/*"]', 'owns = ["jira:PLAT"]'):
        assert owns in text
        text = text.replace(owns, f'{owns}\nrepresentative = {{ jira = "{person}", github = "mira" }}')
    path.write_text(text, encoding="utf-8")


def forget_notices(acme: Installation) -> None:
    for site in acme.world.sites.values():
        site.notices.clear()


def issues(acme: Installation) -> list[str]:
    """Keys of those that are written to."""
    jira = [f"{project}-{11 + n}" for project in ("PAY", "PLAT") for n in range(PAIRS)]
    across = [f"PLAT-{31 + n}" for n in range(ACROSS)]
    return [*jira, *across, *(f"acme/web#{3 + n}" for n in range(ACROSS))]


def writes_to(acme: Installation, key: str) -> list[tuple[str, str]]:
    """Method and path, as a pattern, of each kind of write to an issue."""
    repository, _, number = key.partition("#")
    if number:
        place = f"/repos/{repository}/issues"
        notes = [("PATCH", f"{place}/comments/{note}$") for note in acme.note_ids(key)]
        labels = [("POST", f"{place}/{number}/labels$"), ("DELETE", f"{place}/{number}/labels/")]
        return [("POST", f"{place}/{number}/comments$"), *notes, *labels]
    issue = jira_of(acme.world).state.issue(key)
    assert issue is not None
    place = f"/issue/{issue.id}"
    return [("POST", f"{place}/comment$"), ("PUT", rf"{place}/comment/\d+$"), ("PUT", f"{place}$")]
