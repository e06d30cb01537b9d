"""The first config: whose work is guessed from what, and that its text is good TOML whatever trackers call things."""

import tomllib
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.survey import Choice, Survey, Usage
from model.facts import Component, IssueFact, LinkType, Person
from sync.config import load_config
from sync.init import Ask, Tracker, proposal
from sync.init.guess import guess
from sync.init.toml import text

DAY = date(2026, 3, 3)
DEVI, MIRA, ROBOT = Person(id="d", name="Devi Rao"), Person(id="m", name="Mira"), Person(id="b", name="CI", bot=True)


def issue(key: str, **fields: object) -> IssueFact:
    return IssueFact(tracker="jira", native_id=key, key=key, **fields)  # type: ignore[arg-type]  # fields by name


def jira(*choices: Choice, types: tuple[LinkType, ...] = (), **usage: Usage) -> Tracker:
    survey = Survey(choices=choices, usage=usage, link_types=types)
    return Tracker(name="jira", kind="jira", url="https://acme.atlassian.net", scopes=("*",), survey=survey)


def github(*names: str, labels: dict[str, tuple[str, ...]] | None = None) -> Tracker:
    usage = {name: Usage(labels=found) for name, found in (labels or {}).items()}
    survey = Survey(choices=tuple(Choice(key=name) for name in names), usage=usage)
    return Tracker(name="github", kind="github", url="", scopes=("acme/*",), survey=survey)


def owners(*trackers: Tracker, sure: bool = True) -> dict[str, list[str]]:
    teams, _ = guess(Ask(day=DAY, trackers=trackers))
    return {team.name: [claim.pattern for claim in team.claims] for team in teams if team.sure is sure}


def written(*trackers: Tracker) -> str:
    return proposal(Ask(day=DAY, trackers=trackers)).text


# whose work it is


def test_a_project_is_a_teams_and_its_lead_speaks_for_it() -> None:
    tracker = jira(Choice(key="PAY", title="Pay & Bill", lead=MIRA), Choice(key="OLD", title="Old", archived=True))
    assert owners(tracker) == {"pay-bill": ["jira:PAY"]}
    assert 'representative = { jira = "m" } # Mira' in written(tracker)


def test_a_component_is_a_team_when_somebody_else_leads_it() -> None:
    parts = (Component(id="1", name="Ledger", lead=DEVI), Component(id="2", name="UI", lead=MIRA))
    tracker = jira(Choice(key="PLAT", title="Platform", lead=MIRA), PLAT=Usage(components=parts))
    assert owners(tracker) == {"platform": ["jira:PLAT"], "ledger": ["jira:PLAT/component=Ledger"]}


def test_a_component_without_a_lead_is_a_question_when_it_is_in_use() -> None:
    parts = (Component(id="1", name="Ledger"), Component(id="2", name="Unused"))
    usage = Usage(components=parts, issues=(issue("PLAT-1", components=("Ledger",)),))
    tracker = jira(Choice(key="PLAT", title="Platform"), PLAT=usage)
    assert owners(tracker, sure=False) == {"ledger": ["jira:PLAT/component=Ledger"]}
    assert "# QUESTION: is ledger a team of its own?" in written(tracker)


def test_the_team_field_and_labels_name_teams_that_projects_may_have_named_too() -> None:
    usage = Usage(issues=(issue("PAY-1", team="Payments Squad", labels=("squad: Risk", "urgent", "teamwork")),))
    tracker = jira(Choice(key="PAY", title="Payments"), PAY=usage)
    assert owners(tracker) == {
        "payments": ["jira:PAY", "jira:*/team=Payments Squad"],
        "risk": ["jira:PAY/label=squad: Risk"],
    }


def test_a_label_that_many_repositories_know_counts_in_all_of_them() -> None:
    names = ("acme/web", "acme/mono", "acme/docs")
    tracker = github(*names, labels=dict.fromkeys(names, ("team/payments",)))
    assert owners(tracker) == {"payments": ["github:acme/*/label=team/payments"]}
    assert owners(github(*names, labels={"acme/web": ("team-web",)}))["web"] == [
        "github:acme/web/label=team-web",
        "github:acme/web",
    ]


def test_signs_of_patterns_in_names_are_taken_as_they_stand() -> None:
    parts = (Component(id="1", name="UI [old] *", lead=DEVI),)
    tracker = jira(Choice(key="PLAT", title="Platform"), PLAT=Usage(components=parts))
    assert owners(tracker)["ui-old"] == ["jira:PLAT/component=UI [[]old] [*]"]


def test_a_repository_goes_to_the_team_whose_name_it_bears() -> None:
    tracker = jira(Choice(key="PAY", title="Payments"), Choice(key="PG", title="Payments Gateway"))
    repositories = github("acme/payments", "acme/service-payments", "acme/payments-gateway", "acme/repayments")
    found = owners(tracker, repositories)
    assert found["payments"] == ["jira:PAY", "github:acme/payments", "github:acme/service-payments"]
    assert found["payments-gateway"] == ["jira:PG", "github:acme/payments-gateway"]
    assert owners(tracker, repositories, sure=False) == {"repayments": ["github:acme/repayments"]}


def test_like_names_are_a_family_and_two_are_a_question() -> None:
    tracker = github("acme/api-a", "acme/api-b", "acme/api-c", "acme/lib-a", "acme/lib-b")
    assert owners(tracker) == {"api": ["github:acme/api-*"]}
    assert owners(tracker, sure=False) == {"lib": ["github:acme/lib-*"]}


def test_many_repositories_of_nobody_are_one_question() -> None:
    tracker = github(*(f"acme/r{i}" for i in range(30)))
    assert owners(tracker, sure=False) == {}
    assert "# QUESTION: whose are these?" in written(tracker)
    assert '#   "github:acme/r29",' in written(tracker)


def test_people_are_named_by_how_often_they_were_assigned_and_never_counted() -> None:
    issues = [issue(f"PAY-{n}", assignees=(MIRA if n % 3 else DEVI, ROBOT)) for n in range(6)]
    issues.append(issue("PAY-9", assignees=(Person(id="once"),)))
    tracker = jira(Choice(key="PAY", title="Payments"), PAY=Usage(issues=tuple(issues)))
    lines = written(tracker).splitlines()
    at = lines.index("# members = [")
    assert lines[at : at + 4] == [
        "# members = [",
        '#   { jira = "m" }, # Mira',
        '#   { jira = "d" }, # Devi Rao',
        "# ]",
    ]


def test_of_a_tracker_that_told_nothing_what_was_named_becomes_a_question() -> None:
    tracker = Tracker(name="jira", kind="jira", url="https://a.example", scopes=("PAY", "X*"), unreached="jira: down")
    repositories = Tracker(name="github", kind="github", url="", scopes=("acme/pay", "acme/web"), unreached="down")
    assert owners(tracker, repositories) == {}
    assert owners(tracker, repositories, sure=False) == {
        "pay": ["jira:PAY", "github:acme/pay"],
        "web": ["github:acme/web"],
    }


# what link types mean


def test_only_link_types_that_do_not_tell_are_asked_for() -> None:
    rows = [
        ("Blocks", "blocks", "is blocked by"),
        ("Wartet", "wartet auf", "hält auf"),
        ("Blocked", "Blocked", "Blocked"),
    ]
    rows += [("Relates", "relates to", "relates to"), ("Governed by", "is governed by", "governs")]
    types = tuple(LinkType(tracker="jira", id=n, name=n, outward=o, inward=i) for n, o, i in rows)
    made = proposal(Ask(day=DAY, trackers=(jira(types=types),)))
    assert [(q.link_type.name, q.directionless) for q in made.questions] == [("Wartet", False), ("Blocked", True)]
    assert 'Blocks (the issue that "blocks" is waited for)' in made.text
    assert '# link_types = ["Governed by"]' in made.text


def test_a_label_that_asks_for_an_agreement_is_no_sign_of_one() -> None:
    labels = ("needs-agreement", "contract-signed", "agreed", "disagreed", "bug")
    assert '# labels = ["agreed", "contract-signed"]' in written(github("acme/web", labels={"acme/web": labels}))


# the text


ANY = st.characters(exclude_categories=())  # half characters too, and without Hypothesis working out UTF-8 first
HOSTILE = st.text(ANY, max_size=20) | st.sampled_from(
    ['"', "\\", "\x7f", "a\nb = 1", "]\n[notes]\nwrite_to = ['*']", "\ud800", "'''", '"""', "team/x\r\n", "\u2028", "#"]
)


@given(name=HOSTILE, label=HOSTILE, words=HOSTILE)
@settings(max_examples=30, deadline=None)
def test_whatever_things_are_called_the_file_loads_and_lets_nothing_be_written(
    name: str, label: str, words: str
) -> None:
    person = Person(id=f"x{words}", name=words)
    parts = (Component(id="1", name=name, lead=person),)
    found = issue("PAY-1", labels=(label, f"team/{label}"), team=name, components=(name,), assignees=(person,))
    types = (LinkType(tracker="jira", id="1", name=name, outward=words, inward=label),)
    survey = Usage(components=parts, issues=(found, found))
    tracker = jira(Choice(key="PAY", title=words, lead=person), types=types, PAY=survey)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "crosstie.toml"
        path.write_text(written(tracker, github("acme/web")), encoding="utf-8")
        config = load_config(path, environ={}, need_tokens=False)
    assert config.notes.write_to == ()
    assert "jira:PAY" in {str(owns) for team in config.policy({}).teams.values() for owns in team.owns}


@given(st.text(ANY) | HOSTILE)
def test_a_string_comes_back_as_it_went(value: str) -> None:
    whole = value.encode("utf-8", "replace").decode("utf-8")
    assert tomllib.loads(f"x = {text(value)}\n")["x"] == whole


def test_an_editor_is_told_of_its_schema_only_when_there_is_one() -> None:
    tracker = jira()
    assert proposal(Ask(day=DAY, trackers=(tracker,), schema="s.json")).text.startswith("#:schema s.json\n")
    assert "#:schema" not in written(tracker)
