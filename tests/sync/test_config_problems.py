"""Every mistake at once, each with its line, its setting, and what was probably meant."""

from pathlib import Path

import pytest

from rules.engine import ends_told, mode_for
from sync.config import ConfigError, load_config
from tests.sync.configs import TOKENS, TRACKERS, problems, write

TEAM = '[[teams]]\nname = "payments"\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("bogus = 1", "crosstie.toml:8: trackers.github.bogus: there is no such setting"),
        ("[notes]\nwrite_too = []", '9: notes.write_too: there is no such setting; did you mean "write_to"?'),
        ("[note]\n", '8: note: there is no such setting; did you mean "notes"?'),
        ("[store]\nwrite_to = []", "9: store.write_to: there is no such setting; it belongs in [notes]"),
        ('projects = ["A"]', '8: trackers.github.projects: a tracker of kind "github" has no such setting; '),
        ("[own_rules]\n", "8: own_rules: there is no such setting"),
        ('[rules.overdue]\nwehn = "x"', '9: rules.overdue.wehn: there is no such setting; did you mean "when"?'),
        ("[rules.ovredue]\n", '8: rules.ovredue: there is no rule "ovredue"; did you mean "overdue"?'),
        ('[rules.overdue]\ngrace_days = "3"', '9: rules.overdue.grace_days: must be a whole number; got "3"'),
        ("[rules.overdue]\ngrace_days = true", "9: rules.overdue.grace_days: must be a whole number; got true"),
        (
            '[rules.overdue]\nmode = "coment"',
            '9: rules.overdue.mode: must be one of "off", "observe", "label", "comment"; got "coment"; '
            'did you mean "comment"?',
        ),
        (
            TEAM + '[rules.overdue.teams.paymnts]\nmode = "off"',
            '10: rules.overdue.teams.paymnts: there is no team "paymnts"; did you mean "payments"?',
        ),
        ("[notes]\nmax_new_per_run = -1", "9: notes.max_new_per_run: must be 0 or more; got -1"),
        ("[notes]\nbrake_percent = 101", "9: notes.brake_percent: must be 100 or less; got 101"),
        ('[notes]\nlabel = "two words"', "9: notes.label: must be one word"),
        ('[notes]\nwrite_to = "jira:PAY"', '9: notes.write_to: must be a list: [...]; got "jira:PAY"'),
        (
            '[notes]\nwrite_to = [\n  "jira:PAY",\n  "jria:PAY",\n]',
            '11: notes.write_to[1]: there is no tracker "jria"; got "jria:PAY"; did you mean "jira"?',
        ),
        ('[notes]\nwrite_to = ["jira:PAY-1"]', "9: notes.write_to[0]: must be a whole project or repository"),
        ('[audiences]\nall = ["jra:*"]', '9: audiences.all[0]: there is no tracker "jra"'),
        ('[audiences]\npublic = ["jira:*"]', '9: audiences.public: "public" means everybody'),
        ('audience = "intrnal"\n[audiences]\ninternal = []', '8: trackers.github.audience: there is no audience "in'),
        ("[teams]\n", "8: teams: there can be many of these: write [[teams]]"),
        ('[teams.x]\nname = "a"', "8: teams: there can be many of these: write [[teams]]"),
        ("[[notes]]\nwrite_to = []", "8: notes: there is only one: write [notes]"),
        ('[[rules.overdue]]\nmode = "off"', "8: rules.overdue: there is only one: write [rules.overdue]"),
        ("[[calendars]]\n", "8: calendars: each of these has a name: write [calendars.NAME]"),
        (
            '[rules.overdue]\nseverity_from = { 99 = "error" }',
            "9: rules.overdue.severity_from.99: overdue has levels 1 to ",
        ),
        (
            '[rules.overdue]\nseverity_from = { high = "error" }',
            "9: rules.overdue.severity_from.high: this name must be a n",
        ),
        (
            '[rules.overdue]\n"mode " = "off"',
            '9: rules.overdue."mode ": there is no such setting; did you mean "mode"?',
        ),
        ('[[teams]]\nowns = ["jira:PAY"]', "8: teams[0].name: this setting is needed"),
        ('[[teams]]\nname = " "', "9: teams[0].name: must not be empty"),
        (TEAM + TEAM, '11: teams[1].name: "payments" is already the name at crosstie.toml:9'),
        (TEAM + '[[parties]]\nname = "payments"', '11: parties[0].name: "payments" is already the name at'),
        (TEAM + 'calendar = "berln"\n[calendars.berlin]', '10: teams[0].calendar: there is no calendar "berln"; did'),
        (TEAM + 'members = [{ github = "a" },\n  { jria = "b" }]', "11: teams[0].members[1].jria: there is no such se"),
        (TEAM + "members = [{}]", "10: teams[0].members[0]: name the person on a tracker"),
        (TEAM + '[[parties]]\nname = "V"\ncontact = "paymens"', '12: parties[0].contact: there is no team "paymens"'),
        (TEAM + '[[forums]]\nname = "f"\nteams = ["x"]', '12: forums[0].teams[0]: there is no team "x"'),
        ('[[forums]]\nname = "f"\nparent = "g"', '10: forums[0].parent: there is no forum "g"'),
        ('[[forums]]\nname = "f"\nparent = "f"', "10: forums[0].parent: forums are above each other: f -> f"),
        ('[[forums]]\nname = "f"\ncadence = "weekly:tus"', '10: forums[0].cadence: must be "daily" or days of'),
        ('[calendars.x]\ntimezone = "Europe/Berln"', 'got "Europe/Berln"; did you mean "Europe/Berlin"?'),
        ('[calendars.x]\ntimezone = "../etc/passwd"', "9: calendars.x.timezone: must be a time zone"),
        ('[calendars.x]\nholidays = "XX"', '9: calendars.x.holidays: must be a country code such as "DE"'),
        ('[calendars.x]\nquiet_hours = "18-8"', "9: calendars.x.quiet_hours: must be two times of day such as"),
        ('[calendars.x]\nquiet_hours = "08:00-08:00"', "9: calendars.x.quiet_hours: must leave some of the day"),
        ('[calendars.x]\nholidays = "DE-XX"', "9: calendars.x.holidays: DE has no region XX"),
        ('[calendars.x]\ndays = [2026-12-24, "Xmas"]', "9: calendars.x.days[1]: must be a date such as 2027-01-31"),
        (
            '[calendars.x]\nweekend = ["mon","tue","wed","thu","fri","sat","sun"]',
            "8: calendars.x: leave at least one working day",
        ),
        ('[[link_types]]\ntracker = "jra"\nname = "B"\noutward = "ignore"', "9: link_types[0].tracker: there is no"),
        ('[[link_types]]\ntracker = "jira"\noutward = "ignore"', "8: link_types[0]: give the type's name or its id"),
        (
            '[[link_types]]\ntracker = "jira"\nname = "B"\noutward = "provide"',
            'got "provide"; did you mean "provides"?',
        ),
        ('[agreements]\nreferences = ["ok", "ADR-("]', "9: agreements.references[1]: must be a regular expression"),
        ('[dates]\npromised = ["sprint", "duedate"]', '9: dates.promised[1]: must be one of "command", "due", '),
        ("[dates]\npromised = []", "9: dates.promised: must not be empty"),
        ('[refresh]\nstructure = "6 hours"', '9: refresh.structure: must be a time such as "30m", "6h" or "1d"'),
        ('[store]\nurl = "mysql://x"', '9: store.url: must be "sqlite:///FILE" or'),
        (
            '[[exemptions]]\nrule = "overdue"\nissue = "jira:PAY-7"\nuntil = 2030-01-31',
            "8: exemptions[0].reason: this setting is needed",
        ),
        (
            '[[exemptions]]\nrule = "over-due"\nissue = "jira:PAY"\nuntil = 2030-01-31\nreason = "x"',
            '9: exemptions[0].rule: there is no rule "over-due"; did you mean "overdue"?',
        ),
        ('[[exemptions]]\nissue = "jira:PAY"', "9: exemptions[0].issue: must be one issue such as jira:PAY-12"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_near_miss(tmp_path: Path, more: str, said: str) -> None:
    lines = problems(tmp_path, TRACKERS + more)
    assert any(said in line for line in lines), lines
    assert all(line.startswith("crosstie.toml:") for line in lines)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("PAY", "must be TRACKER:SCOPE"),
        ("jira:", "must be TRACKER:SCOPE"),
        ("gihub:acme/web", 'there is no tracker "gihub"; got "gihub:acme/web"; did you mean "github"?'),
        ("jira:acme/web", "after jira: there must be a project key"),
        ("github:web", "after github: there must be a repository"),
        ("github:acme/web/src", "after github: there must be a repository"),
        ("jira:PLAT/componnent=X", 'not by "componnent"; got "jira:PLAT/componnent=X"; did you mean "component"?'),
        ("github:acme/web/team=x", 'github issues are told apart by "label", "person", not by "team"'),
        ("jira:PLAT/label=", "after label= there must be a name"),
        ("jira:PLAT from 2026-02-30", "there must be a date such as 2027-01-31"),
        ("jira:PLAT from 2026-07-01 until 2026-06-30", "ends on 2026-06-30, before it begins on 2026-07-01"),
        ("jira:PLAT since 2026-07-01", "after jira: there must be a project key"),
    ],
)
def test_a_pattern_says_what_it_may_be(tmp_path: Path, pattern: str, said: str) -> None:
    (line,) = problems(tmp_path, f'{TRACKERS}{TEAM}owns = ["jira:PAY",\n"{pattern}"]')
    assert line.startswith("crosstie.toml:11: teams[0].owns[1]: ")
    assert said in line


@pytest.mark.parametrize(
    ("tracker", "said"),
    [
        ('kind = "jria"\nurl = "https://x.example"', 'kind: must be one of "github", "jira"; got "jria"; did you'),
        ('url = "https://x.example"', 'kind: this setting is needed: "github", "jira"'),
        ('kind = "jira"\nprojects = ["PAY"]', "url: this setting is needed"),
        ('kind = "jira"\nurl = "https://x.example"\nprojcts = ["PAY"]', "projcts: there is no such setting; did you"),
        ('kind = "jira"\nurl = "https://x.example"\nprojects = []', "projects: must not be empty"),
        ('kind = "jira"\nurl = "https://x.example"\nprojects = ["pay"]', 'got "pay"; did you mean "PAY"?'),
        ('kind = "jira"\nurl = "http://x.example"\nprojects = ["PAY"]', "url: plain http would send the token"),
        ('kind = "jira"\nurl = "http://127.evil.example"\nprojects = ["PAY"]', "url: plain http would send the token"),
        ('kind = "jira"\nurl = "x.example"\nprojects = ["PAY"]', "url: must be a URL such as"),
        ('kind = "jira"\nurl = "https://[::1"\nprojects = ["PAY"]', "url: must be a URL such as"),
        ('kind = "jira"\nurl = "https://a.atlassian.net/browse/A-1"\nprojects = ["A"]', "site alone: https://a.atl"),
        ('kind = "github"\nurl = "https://github.com"\nrepositories = ["a/b"]', "which for github.com is https://api."),
        ('kind = "github"\nrepositories = ["web"]', "repositories[0]: must be OWNER/NAME"),
    ],
)
def test_a_tracker_says_what_it_lacks(tmp_path: Path, tracker: str, said: str) -> None:
    environ = {"CROSSTIE_TRACKERS__T__TOKEN": "x"}
    (line,) = problems(tmp_path, f"[trackers.t]\n{tracker}\n", environ)
    assert f"trackers.t.{said}" in line or said in line


def test_a_tracker_needs_a_name_that_issues_can_carry(tmp_path: Path) -> None:
    lines = problems(tmp_path, TRACKERS + '[trackers."Our Jira"]\nkind = "github"\nrepositories = ["a/b"]')
    assert lines[0].startswith('crosstie.toml:8: trackers."Our Jira": this name must be made of small letters')


def test_a_config_without_a_tracker_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, "[notes]\n") == ["crosstie.toml: trackers: this setting is needed"]


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = 'bogus = 1\n[notes]\nbaseline = "silnet"\n[[teams]]\ncalendar = "x"\nowns = ["jra:X"]\n[rules.nope]\n'
    lines = problems(tmp_path, TRACKERS + text, {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"})
    assert [line.split(":")[1] for line in lines] == ["5", "8", "10", "11", "12", "13", "14"]


def test_a_circle_of_forums_is_told_once(tmp_path: Path) -> None:
    text = TRACKERS + "".join(f'[[forums]]\nname = "{a}"\nparent = "{b}"\n' for a, b in ("ab", "bc", "cb"))
    assert problems(tmp_path, text) == ["crosstie.toml:13: forums[1].parent: forums are above each other: b -> c -> b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = \n", "crosstie.toml:1: not valid TOML at column 5: Invalid value"),
        ("[x]\na = 1\na = 2\n", "crosstie.toml:3: not valid TOML at column 6: this is set twice"),
        ('[x]\na = "unclosed\n', "crosstie.toml:2: not valid TOML at column 14: Illegal character '\\n'"),
        ("[x]\na = [1,\n", "crosstie.toml:2: not valid TOML: the file ends too early: "),
        ("a = " + "[" * 5000, "crosstie.toml: lists or tables are nested too deeply"),
    ],
)
def test_broken_toml_has_its_line(tmp_path: Path, text: str, said: str) -> None:
    (line,) = problems(tmp_path, text)
    assert line.startswith(said)


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load_config(tmp_path / "none.toml", environ=TOKENS)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(tmp_path, environ=TOKENS)
    path = write(tmp_path, TRACKERS)
    path.write_bytes(TRACKERS.encode() + b"# caf\xe9\n")
    with pytest.raises(ConfigError, match=":8: is not UTF-8 here"):
        load_config(path, environ=TOKENS)


TWELVE = """\
include = ["teams.d/*.toml"]

[trackers.jira]
kind = "jira"
url = "https://acme.atlassian.net"
projects = ["PAY", "PLAT"]
api_token = "ATATT3xFfGF0-a-secret-that-nobody-may-see"

[[teams]]
name = "payments"
owns = [
  "jira:PAY",
  # a comment between the items
  "jira:PLAT/componet=Ledger",
]
members = [
  { jira = "5b10", github = "mira" },
  { jira = "5b11", gihub = "jo" },
]

[calendars.berlin]
timezone = "Europe/Berln"

[[forums]]
name = "platform-sos"
teams = ["payments", "platfrom"]

[notes]
max_new_per_run = -5
basline = "none"

[rules.overdue]
mode = "coment"
grace_days = "3"

[rules.ovredue]
mode = "off"

[[exemptions]]
rule = "overdue"
issue = "jira:PAY-7"
until = "end of March"
reason = "spike"
"""
WEB = """\
# Web, kept by Chloe

[[teams]]
name = "payments"
"""


def test_twelve_different_mistakes_are_twelve_lines_each_in_its_place(tmp_path: Path) -> None:
    """In an included file, in an inline table, in an array of several lines: wherever it was written."""
    write(tmp_path, WEB, "teams.d/web.toml")
    assert problems(tmp_path, TWELVE, {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"}) == [
        "crosstie.toml:7: trackers.jira.api_token: a secret does not belong in this file; set "
        "CROSSTIE_TRACKERS__JIRA__TOKEN in the environment, or token_file to a file that holds it",
        'crosstie.toml:14: teams[0].owns[1]: jira issues are told apart by "component", "label", "team", "person", '
        'not by "componet"; got "jira:PLAT/componet=Ledger"; did you mean "component"?',
        'crosstie.toml:18: teams[0].members[1].gihub: there is no such setting; did you mean "github"?',
        "crosstie.toml:22: calendars.berlin.timezone: must be a time zone such as Europe/Berlin or UTC; "
        'got "Europe/Berln"; did you mean "Europe/Berlin"?',
        'crosstie.toml:26: forums[0].teams[1]: there is no team "platfrom"',
        "crosstie.toml:29: notes.max_new_per_run: must be 0 or more; got -5",
        'crosstie.toml:30: notes.basline: there is no such setting; did you mean "baseline"?',
        'crosstie.toml:33: rules.overdue.mode: must be one of "off", "observe", "label", "comment"; got "coment"; '
        'did you mean "comment"?',
        'crosstie.toml:34: rules.overdue.grace_days: must be a whole number; got "3"',
        'crosstie.toml:36: rules.ovredue: there is no rule "ovredue"; did you mean "overdue"?',
        'crosstie.toml:42: exemptions[0].until: must be a date such as 2027-01-31; got "end of March"',
        'teams.d/web.toml:4: teams[1].name: "payments" is already the name at crosstie.toml:10',
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_lines_are_right_whatever_stands_before_them(tmp_path: Path, ends: str) -> None:
    """Comments, blank lines, strings of several lines, dotted and quoted keys: none of them moves a line."""
    before = [
        "# [notes]",
        "",
        'rules."overdue".mode = "off"',
        "agreements.references = [",
        "  '''ADR-",
        "\\d+''', # one",
        '  """A',
        'B""",',
        "]",
        '"notes".label   =   "x" # ]',
        'notes . basline = "none"',
    ]
    path = tmp_path / "crosstie.toml"
    path.write_bytes((ends.join(before) + ends + TRACKERS.replace("\n", ends)).encode())
    with pytest.raises(ConfigError) as refused:
        load_config(path, environ=TOKENS)
    (problem,) = refused.value.problems
    assert (problem.line, problem.path, problem.near) == (11, "notes.basline", "baseline")


def test_what_a_team_cannot_have_is_told_and_stops_nothing(tmp_path: Path) -> None:
    """Team overrides count within central limits; one that changes nothing was meant to change something."""
    text = TEAM + '[rules.overdue]\nmode = "label"\nnotify = "consumer"\n'
    text += '[rules.overdue.teams.payments]\nmode = "comment"\nseverity = "error"\nnotify = "provider"\n'
    text += '[rules.cycle.teams.payments]\nmode = "observe"\nnotify = "provider"\n'
    config = load_config(write(tmp_path, TRACKERS + text), environ=TOKENS)
    assert [str(warning).removeprefix(f"{tmp_path}/") for warning in config.warnings] == [
        'crosstie.toml:14: rules.overdue.teams.payments.mode: "comment" is more than the rule\'s own mode, "label", '
        "which goes on counting for payments",
        'crosstie.toml:16: rules.overdue.teams.payments.notify: "provider" leaves payments with no line at all, as the '
        "rule tells only the consumer",
    ]
    own = config.rules["overdue"]
    assert (mode_for(own, "payments"), ends_told(own, "payments")) == ("label", frozenset())
    assert ends_told(config.rules["cycle"], "payments") == {"provider"}
