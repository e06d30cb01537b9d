"""``crosstie init`` as a person and as a script meet it, against the trackers of Acme over real sockets."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from cli.asking import Asking, Wish
from cli.main import main
from connectors.base import Connector, TrackerSettings
from connectors.jira import JiraConnector
from connectors.limits import Clock
from sandbox.scenarios import acme
from sandbox.server import Running, serve
from sandbox.world import World
from sync.config import Config, load_config

JIRA, GITHUB = "CROSSTIE_TRACKERS__JIRA__TOKEN", "CROSSTIE_TRACKERS__GITHUB__TOKEN"
TOKENS = {JIRA: acme.JIRA_TOKEN, GITHUB: acme.GITHUB_TOKEN}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    world = World()
    running = serve(world)
    acme.build(world)
    yield running
    running.close()


def init(path: Path, *options: str, **env: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        for name in TOKENS:
            patch.delenv(name, raising=False)
        return CliRunner(env=env).invoke(main, ["init", "--config", str(path), *options])


def trackers(running: Running) -> list[str]:
    urls = [option for kind, url in running.urls.items() for option in ("--url", f"{kind}={url}")]
    return [*urls, "--user", "jira=bot@acme.example", "--read", "jira:*", "--read", "github:acme/*"]


def loaded(path: Path) -> Config:
    return load_config(path, environ={}, need_tokens=False)


def test_acme_gets_a_config_that_loads_and_that_its_trackers_let_us_do(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    result = init(path, *trackers(running), "--yes", "--holidays", "DE-BE", **TOKENS)
    assert (result.exit_code, result.stderr) == (0, "")
    config = loaded(path)
    assert config.warnings == ()
    assert config.notes.write_to == ()
    policy = config.policy({})
    assert {t.name: [str(o) for o in t.owns] for t in policy.teams.values()} == {
        "data": ["jira:DATA"],
        "mobile": ["jira:MOB"],
        "payments": ["jira:PAY"],
        "platform": ["jira:PLAT"],
    }
    assert policy.calendars["main"].timezone == "Europe/Berlin", "as the account's profile on Jira says"
    text = path.read_text()
    for part in ("jira:PLAT/component=Ledger", "# QUESTION: Voraussetzung", "github:acme/api-*", "Mira Albrecht"):
        assert part in text
    checked = CliRunner(env=TOKENS).invoke(main, ["check", "--online", "--config", str(path)])
    assert checked.exit_code == 0, checked.output


def test_what_is_proposed_as_a_comment_holds_once_it_is_taken(running: Running, tmp_path: Path) -> None:
    """Somebody says yes to everything: every setting that stands behind a # is a good one."""
    path = tmp_path / "crosstie.toml"
    init(path, *trackers(running), "--yes", **TOKENS)
    settings = "[ name owns members kind teams cadence labels tracker outward link_types references internal calendar"
    starts = tuple(f"# {start}" for start in (*settings.split(), "  {", "]", "holidays"))
    taken = (line[2:] if line.startswith(starts) else line for line in path.read_text().splitlines(True))
    path.write_text("".join(taken))
    config = loaded(path)
    policy = config.policy({})
    assert set(policy.teams) >= {"ledger", "api", "infra", "sdk", "web"}
    assert [member.ids["jira"] for member in policy.teams["ledger"].members] == ["5b10ac8d:karl", "5b10ac8d:devi"]
    assert [meaning.type for meaning in policy.link_meanings] == ["Voraussetzung"]
    assert policy.agreements.link_types == ("Governed by",)
    assert policy.agreements.labels == ("agreed",)
    assert policy.audiences == {"internal": ("jira:*", "github:acme/*")}
    assert list(policy.forums) == ["scrum-of-scrums"]


def test_no_token_is_written_or_printed(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    result = init(path, *trackers(running), "--yes", "--schema", **TOKENS)
    written = "".join(file.read_text() for file in tmp_path.iterdir())
    for secret in TOKENS.values():
        assert secret not in written + result.output
    assert f"set {JIRA}, or" in written


def test_a_token_file_is_used_to_look_and_named_from_the_configs_folder(running: Running, tmp_path: Path) -> None:
    (tmp_path / "jira").write_text(acme.JIRA_TOKEN + "\n")
    (tmp_path / "jira").chmod(0o600)
    path = tmp_path / "crosstie.toml"
    url = f"jira={running.urls['jira']}"
    result = init(
        path, "--yes", "--url", url, "--user", "jira=bot@acme.example", "--token-file", f"jira={tmp_path}/jira"
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert "export" not in result.stdout
    assert load_config(path, environ={}).trackers[0].token == acme.JIRA_TOKEN


def test_a_file_that_is_there_is_left_alone_unless_told(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    path.write_text("# by hand\n")
    result = init(path, "--yes", "--offline", "--read", "github:acme/*")
    assert (result.exit_code, "--force" in result.stderr) == (2, True)
    assert path.read_text() == "# by hand\n"
    assert init(path, "--yes", "--offline", "--read", "github:acme/*", "--force").exit_code == 0
    assert "[trackers.github]" in path.read_text()
    assert [file.name for file in tmp_path.iterdir()] == ["crosstie.toml"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--yes"], "There is nothing to read. Name it, for example:"),
        (["--read", "gihub:acme/*"], '--read must begin with github: or jira:; did you mean "github"?'),
        (["--read", "jira:"], "--read jira: lacks what comes after"),
        (["--url", "jira=acme.atlassian.net"], "jira: url: must be a URL such as https://acme.atlassian.net"),
        (["--url", "jira=http://acme.example"], "jira: url: plain http would send the token"),
        (
            ["--url", "jira=https://a.example", "--read", "jira:pay"],
            "jira: projects: must be a project key such as PAY",
        ),
        (["--read", "github:acme"], "github: repositories: must be OWNER/NAME such as acme/web"),
        (["--read", "jira:PAY"], "jira: url:"),
        (["--read", "github:acme/*", "--timezone", "Europe/Berln"], 'did you mean "Europe/Berlin"?'),
        (["--read", "github:acme/*", "--holidays", "DE-XX"], "DE has no region XX"),
        (["--read", "github:acme/*", "--token-file", "github=/no/such"], "--token-file /no/such: No such file"),
    ],
)
def test_a_mistake_among_the_options_is_named_and_nothing_is_written(
    tmp_path: Path, options: list[str], says: str
) -> None:
    result = init(tmp_path / "crosstie.toml", *options)
    assert (result.exit_code, says in result.stderr) == (2, True), result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_tracker_that_refuses_us_is_told_and_the_others_are_looked_at(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    result = init(path, *trackers(running), "--yes", **{**TOKENS, GITHUB: "wr0ng-t0ken"})
    assert result.exit_code == 3
    assert "not looked at: github:" in result.stderr
    assert "wr0ng-t0ken" not in result.output + path.read_text()
    assert "# github was not looked at: github:" in path.read_text()
    assert [tracker.scopes for tracker in loaded(path).trackers] == [("*",), ("acme/*",)]
    assert set(loaded(path).policy({}).teams) == {"data", "mobile", "payments", "platform"}


def test_a_tracker_that_is_down_still_gets_its_table(tmp_path: Path) -> None:
    slept: list[float] = []

    def impatient(settings: TrackerSettings) -> Connector:
        return JiraConnector(settings, clock=Clock(sleep=slept.append))

    asking = Asking({JIRA: "x"}, quiet=True, offline=False, make=impatient)
    (wish,) = asking.complete({"jira": Wish(kind="jira", url="http://127.0.0.1:9", scopes=("PAY",))})
    tracker = asking.look(wish, lambda _: None)
    assert (tracker.scopes, tracker.survey.choices) == (("PAY",), ())
    assert "jira: " in tracker.unreached
    assert slept


def test_without_tokens_it_says_which_variable_and_writes_what_it_knows(tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    result = init(path, "--url", "jira=https://acme.atlassian.net", "--read", "jira:PAY", "--read", "github:acme/web")
    assert result.exit_code == 3
    assert f"there is no token; set {JIRA}" in result.stderr
    assert f"export {GITHUB}=…" in result.stdout
    assert f"crosstie run --dry-run --config {path}" in result.stdout
    assert [tracker.scopes for tracker in loaded(path).trackers] == [("PAY",), ("acme/web",)]


def test_the_schema_lies_beside_it_and_the_config_agrees(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    init(path, *trackers(running), "--yes", "--schema", "--one-audience", **TOKENS)
    assert path.read_text().startswith("#:schema crosstie.schema.json\n")
    validator = jsonschema.Draft202012Validator(json.loads((tmp_path / "crosstie.schema.json").read_text()))
    tree = tomllib.loads(path.read_text())
    assert list(validator.iter_errors(tree)) == []
    assert tree["audiences"] == {"internal": ["jira:*", "github:acme/*"]}


def test_a_person_is_asked_shown_what_there_is_and_corrected(running: Running) -> None:
    answers = [
        "y",
        "n",
        "acme.example",
        "bot@acme.example",
        running.urls["jira"],
        "bot@acme.example",
        acme.JIRA_TOKEN,
        "PAY PLTA",
        "pay PLAT",
    ]
    answers += ["Europe/Berln", "Europe/Berlin", ""]
    with CliRunner().isolation(input="\n".join(answers) + "\n") as (out, *_):
        asking = Asking({}, quiet=False, offline=False)
        (wish,) = asking.complete({})
        zone = asking.calendar("", "")
        said = out.getvalue().decode()
    assert (wish.kind, wish.scopes, wish.token) == ("jira", ("PAY", "PLAT"), acme.JIRA_TOKEN)
    assert zone == ("Europe/Berlin", "")
    assert "jira: url: must be a URL such as https://acme.atlassian.net" in said
    assert "    PLAT  Platform, 32 issues\n" in said
    assert 'There is no "PLTA". Did you mean "PLAT"?' in said
    assert 'did you mean "Europe/Berlin"?' in said
    assert acme.JIRA_TOKEN not in said
    assert acme.JIRA_TOKEN not in repr(wish)
