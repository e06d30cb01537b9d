"""What a sound config becomes."""

from dataclasses import FrozenInstanceError, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from model.calendar import working_days
from model.policy import DROPPED, LinkMeaning, Member, Owns
from rules.base import RuleSettings
from rules.engine import load
from sync.config import load_config
from tests.sync.configs import TOKENS, TRACKERS, loaded, problems, write


def test_defaults_write_nothing_and_know_every_rule(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    assert config.notes.write_to == ()
    assert (config.notes.baseline, config.notes.max_new_per_run, config.notes.brake_percent) == ("silent", 50, 10)
    assert config.refresh.structure == timedelta(hours=6)
    assert config.rules == {name: rule.settings() for name, rule in load().items()}
    assert not config.exemptions
    assert not config.warnings
    assert set(DROPPED) <= {*config.policy({}).dropped, "duplicate"}
    with pytest.raises(FrozenInstanceError):
        config.digest = ""  # type: ignore[misc]  # that it is refused is the point


def test_trackers_keep_their_order_and_settings(tmp_path: Path) -> None:
    jira, github = loaded(tmp_path).trackers
    assert (jira.name, jira.kind, jira.url, jira.scopes) == (
        "jira",
        "jira",
        "https://acme.atlassian.net",
        ("PAY", "PLAT"),
    )
    assert (github.name, github.url, github.scopes) == ("github", "https://api.github.com", ("acme/web",))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001", "http://localhost:1/jira", "http://[::1]:80", "https://j.x/"])
def test_plain_http_is_for_loopback_only(tmp_path: Path, url: str) -> None:
    text = f'[trackers.j]\nkind = "jira"\nurl = "{url}"\nprojects = ["*"]'
    config = load_config(write(tmp_path, text), environ={}, need_tokens=False)
    assert config.trackers[0].url == url.rstrip("/")


def test_hosts_come_from_the_trackers_and_else_from_the_url(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    assert {name: t.host for name, t in config.policy({}).trackers.items()} == {
        "jira": "acme.atlassian.net",
        "github": "github.com",
    }
    told = config.policy({"jira": "https://Jira.Acme.example/jira", "gone": "https://x"})
    assert told.trackers["jira"].host == "jira.acme.example"


def test_a_rule_takes_its_own_settings_and_its_teams(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        '[[teams]]\nname = "pay"\n[rules.overdue]\ngrace_days = 2\nseverity_from = { 3 = "error" }\n'
        '[rules.overdue.teams.pay]\nmode = "label"\n[rules.point-to-point]\nmode = "off"\n',
    )
    overdue = config.rules["overdue"]
    assert type(overdue) is load()["overdue"].settings
    assert overdue.model_dump()["grace_days"] == 2
    assert overdue.severity_from == {3: "error"}
    assert overdue.teams["pay"].mode == "label"
    assert config.rules["point-to-point"].mode == "off"
    assert all(isinstance(settings, RuleSettings) for settings in config.rules.values())


def test_patterns_are_taken_apart(tmp_path: Path) -> None:
    patterns = {
        "jira:PAY": Owns(tracker="jira", scope="PAY"),
        "jira:PLAT/component=Ledger": Owns(tracker="jira", scope="PLAT", facet="component", value="Ledger"),
        "jira:PLAT/label=x": Owns(tracker="jira", scope="PLAT", facet="label", value="x"),
        "jira:*/team=Payments": Owns(tracker="jira", scope="*", facet="team", value="Payments"),
        "jira:PLAT/person=5b10:ab-c": Owns(tracker="jira", scope="PLAT", facet="person", value="5b10:ab-c"),
        "jira:PLAT-1": Owns(tracker="jira", scope="PLAT-1"),
        "github:acme/checkout": Owns(tracker="github", scope="acme/checkout"),
        "github:acme/mono/label=team/payments": Owns(
            tracker="github", scope="acme/mono", facet="label", value="team/payments"
        ),
        "github:acme/web#3": Owns(tracker="github", scope="acme/web#3"),
        "github:acme/*": Owns(tracker="github", scope="acme/*"),
        "jira:LOG from 2026-07-01": Owns(tracker="jira", scope="LOG", first=date(2026, 7, 1)),
        "jira:LOG/label=until then until 2026-06-30": Owns(
            tracker="jira", scope="LOG", facet="label", value="until then", last=date(2026, 6, 30)
        ),
        "github:acme/x/label=a=b/label=c": Owns(tracker="github", scope="acme/x", facet="label", value="a=b/label=c"),
    }
    quoted = ", ".join(f'"{pattern}"' for pattern in patterns)
    team = loaded(tmp_path, f'[[teams]]\nname = "t"\nowns = [{quoted}]').policy({}).teams["t"]
    assert team.owns == tuple(patterns.values())
    assert [str(owns) for owns in team.owns] == list(patterns)


def test_teams_parties_forums_and_agreements_reach_the_policy(tmp_path: Path) -> None:
    policy = loaded(
        tmp_path,
        """
        [audiences]
        internal = ["jira:*", "github:acme/*"]
        [[teams]]
        name = "pay"
        members = [{ jira = "5b", github = "mira" }, { github = "jo" }]
        representative = { github = "mira" }
        [[parties]]
        name = "CloudMail"
        contact = "pay"
        owns = ["jira:PLAT/label=cloudmail"]
        [[forums]]
        name = "sos"
        teams = ["pay"]
        cadence = "weekly:mon,thu"
        parent = "company"
        owns = ["jira:PLAT-1"]
        [[forums]]
        name = "company"
        kind = "team_of_teams"
        [agreements]
        labels = ["agreed"]
        references = ['ADR-\\d+']
        [dates]
        promised = ["due", "sprint"]
        [[link_types]]
        tracker = "jira"
        id = "10401"
        outward = "provides"
        [resolutions]
        dropped = ["Obsolete"]
        """,
    ).policy({})
    assert policy.audiences == {"internal": ("jira:*", "github:acme/*")}
    assert policy.teams["pay"].members == (Member(ids={"jira": "5b", "github": "mira"}), Member(ids={"github": "jo"}))
    assert policy.teams["pay"].representative == Member(ids={"github": "mira"})
    assert policy.parties["CloudMail"].contact == "pay"
    assert policy.forums["sos"].parent == "company"
    assert policy.forums["sos"].owns == (Owns(tracker="jira", scope="PLAT-1"),)
    assert policy.forums["company"].kind == "team_of_teams"
    assert policy.agreements.references == (r"ADR-\d+",)
    assert policy.promised_order == ("due", "sprint")
    assert policy.link_meanings == (LinkMeaning(tracker="jira", type="10401", outward="provides"),)
    assert policy.dropped == ("Obsolete", "not_planned", "unmerged")


def test_a_calendar_knows_its_holidays_and_its_own_days(tmp_path: Path) -> None:
    text = '[calendars.b]\nholidays = "DE-BE"\ndays = [2026-12-24]\nweekend = ["fri", "sat"]'
    berlin = loaded(tmp_path, text).policy({}).calendars["b"]
    assert berlin.weekend == {4, 5}
    assert {date(2026, 12, 25), date(2026, 12, 24), date(2045, 5, 1), date(2015, 10, 3)} <= berlin.holidays
    assert date(2026, 3, 8) in berlin.holidays, "Women's Day is a holiday in Berlin"
    assert date(2026, 3, 8) not in loaded(tmp_path, text.replace("DE-BE", "DE")).policy({}).calendars["b"].holidays
    assert working_days(date(2026, 12, 22), date(2026, 12, 27), (berlin,)) == 2


def test_a_country_whose_far_holidays_are_unknown_still_loads(tmp_path: Path) -> None:
    india = loaded(tmp_path, '[calendars.b]\nholidays = "IN-KA"').policy({}).calendars["b"]
    assert date(2026, 1, 26) in india.holidays


def test_the_digest_is_of_the_meaning(tmp_path: Path) -> None:
    plain = loaded(tmp_path, "[notes]\nbaseline = 'silent'\nlabel = 'x'")
    same = loaded(tmp_path, "# words\n[notes]\nlabel = 'x'", dict.fromkeys(TOKENS, "other"))
    moved = loaded(tmp_path, "token_file = 'a'\n[store]\nurl = 'sqlite:///other.db'\n[notes]\nlabel = 'x'", TOKENS)
    other = loaded(tmp_path, "[notes]\nlabel = 'y'")
    assert plain.digest == same.digest == moved.digest != other.digest
    assert plain.text.endswith("label = 'x'")


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        ("sqlite:///crosstie.db", "sqlite:///{folder}/crosstie.db"),
        ("sqlite:////var/lib/crosstie.db", "sqlite:////var/lib/crosstie.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql+psycopg://crosstie@db/crosstie", "postgresql+psycopg://crosstie@db/crosstie"),
    ],
)
def test_a_relative_store_lies_beside_the_config(tmp_path: Path, url: str, becomes: str) -> None:
    assert loaded(tmp_path, f'[store]\nurl = "{url}"').store_url == becomes.format(folder=tmp_path.resolve())


def test_included_files_add_tables_and_keep_their_own_lines(tmp_path: Path) -> None:
    write(tmp_path, '[[teams]]\nname = "web"\n[rules.overdue.teams.web]\nmode = "off"\n', "teams.d/b.toml")
    write(tmp_path, '[[teams]]\nname = "pay"\nowns = ["jira:PAY"]\n', "teams.d/a.toml")
    main = 'include = ["teams.d/*.toml", "none.d/*.toml"]\n' + TRACKERS + '[[teams]]\nname = "plat"\n'
    config = load_config(write(tmp_path, main + "[rules.overdue]\ngrace_days = 1\n"), environ=TOKENS)
    assert list(config.policy({}).teams) == ["plat", "pay", "web"]
    assert config.rules["overdue"].teams["web"].mode == "off"
    assert config.text.index("plat") < config.text.index("pay") < config.text.index('name = "web"')

    write(tmp_path, '# one\n\n[[teams]]\nname = "web"\nownz = []\n[store]\nurl = "x"\n', "teams.d/b.toml")
    assert problems(tmp_path, main + '[store]\nurl = "sqlite:///x.db"\n') == [
        'teams.d/b.toml:5: teams[2].ownz: there is no such setting; did you mean "owns"?',
        "teams.d/b.toml:7: store.url: is already set in crosstie.toml:12",
    ]


def test_an_included_file_must_be_there_and_include_no_other(tmp_path: Path) -> None:
    write(tmp_path, '\ninclude = ["b.toml"]\n', "a.toml")
    write(tmp_path, "x = \n", "c.toml")
    assert problems(tmp_path, 'include = ["a.toml", "none.toml", "c.toml"]\n' + TRACKERS) == [
        "a.toml:2: include: only crosstie.toml may include other files",
        "c.toml:1: not valid TOML at column 5: Invalid value",
        "none.toml: there is no such file",
    ]


def test_an_exemption_ends_with_a_warning_and_stops_no_job(tmp_path: Path) -> None:
    text = '[[exemptions]]\nrule = "overdue"\nissue = "github:acme/web#7"\nuntil = 2027-01-31\nreason = "spike"\n'
    path = write(tmp_path, TRACKERS + text)
    on_the_day = load_config(path, environ=TOKENS, today=date(2027, 1, 31))
    assert on_the_day.warnings == ()
    assert (on_the_day.exemptions[0].until, on_the_day.exemptions[0].reason) == (date(2027, 1, 31), "spike")
    (warning,) = load_config(path, environ=TOKENS, today=date(2027, 2, 1)).warnings
    assert (warning.line, warning.path) == (11, "exemptions[0].until")
    assert "was over on 2027-01-31" in warning.message


def test_two_owners_of_one_pattern_are_warned_of(tmp_path: Path) -> None:
    text = '[[teams]]\nname = "a"\nowns = ["jira:PAY"]\n[[parties]]\nname = "b"\nowns = ["jira:pay"]\n'
    (warning,) = loaded(tmp_path, text).warnings
    assert warning.line == 13
    assert '"jira:pay" is also owned at' in warning.message


def test_a_scope_to_write_to_that_is_never_read_is_warned_of(tmp_path: Path) -> None:
    text = '[notes]\nwrite_to = ["jira:PAY", "jira:P*", "github:acme/*",\n"jira:PYA"]'
    (warning,) = loaded(tmp_path, text).warnings
    assert (warning.line, warning.path) == (10, "notes.write_to[3]")
    assert warning.message.startswith('"jira:PYA" is nothing that trackers.jira reads')


def test_a_config_is_the_same_however_often_it_is_read(tmp_path: Path) -> None:
    one, other = loaded(tmp_path), loaded(tmp_path)
    assert one == other
    assert replace(one, text="") != other


def test_an_owner_may_follow_another(tmp_path: Path) -> None:
    teams = (
        '[[teams]]\nname = "a"\nowns = ["jira:PAY until 2026-06-30"]\n[[teams]]\nname = "b"\nowns = ["jira:PAY{}"]\n'
    )
    assert loaded(tmp_path, teams.format(" from 2026-07-01")).warnings == ()
    (warning,) = loaded(tmp_path, teams.format(" from 2026-06-30")).warnings
    assert "is also owned at" in warning.message
