"""Tokens come from the environment or from files, and never come out again in words."""

import os
from pathlib import Path

import pytest

from sync.config import ConfigError, load_config
from tests.sync.configs import TOKENS, TRACKERS, loaded, problems, write

SECRET = "ghp_s3cr3tS3cr3tS3cr3t"


def test_tokens_come_from_the_environment(tmp_path: Path) -> None:
    environ = {**TOKENS, "CROSSTIE_TRACKERS__JIRA__WRITE_TOKEN": " 1e5 \n"}
    jira, github = loaded(tmp_path, environ=environ).trackers
    assert (jira.token, jira.write_token) == ("jira-t0ken", "1e5")
    assert (github.token, github.write_token) == ("github-t0ken", "")


def test_the_environment_sets_nothing_but_secrets(tmp_path: Path) -> None:
    noise = {"CROSSTIE_NOTES__LABEL": "x", "CROSSTIE_TRACKERS__JIRA__URL": "https://evil", "CROSSTIE_TRACKERS": "{"}
    assert loaded(tmp_path, environ={**TOKENS, **noise}) == loaded(tmp_path)


def test_the_process_environment_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match="there is no token"):
        load_config(write(tmp_path, TRACKERS), environ={})


def test_a_hyphen_in_a_name_is_an_underscore_in_the_variable(tmp_path: Path) -> None:
    text = '[trackers.git-hub]\nkind = "github"\nrepositories = ["a/b"]\n'
    assert loaded(tmp_path, text, {**TOKENS, "CROSSTIE_TRACKERS__GIT_HUB__TOKEN": "x"}).trackers[2].token == "x"
    other = text.replace("git-hub", "git_hub")
    (line,) = problems(tmp_path, TRACKERS + text + other, {**TOKENS, "CROSSTIE_TRACKERS__GIT_HUB__TOKEN": "x"})
    assert "would both read CROSSTIE_TRACKERS__GIT_HUB__TOKEN" in line


def test_a_token_file_lies_beside_the_config_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    file = write(tmp_path, "  from-file\n\n", "secrets/github")
    file.chmod(0o600)
    text = 'token_file = "secrets/github"\nwrite_token_file = "secrets/github"\n'
    environ = {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"}
    config = loaded(tmp_path, text, environ)
    assert (config.trackers[1].token, config.trackers[1].write_token) == ("from-file", "from-file")
    assert config.warnings == ()
    assert loaded(tmp_path, text, TOKENS).trackers[1].token == "github-t0ken"


def test_a_token_file_that_everybody_may_read_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, SECRET, "token").chmod(0o644)
    config = loaded(tmp_path, 'token_file = "token"\n', {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"})
    (warning,) = config.warnings
    assert (warning.line, warning.path) == (8, "trackers.github.token_file")
    assert "everybody on this machine may read" in warning.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "8: trackers.github.token_file: there is no file token"),
        (" \n", "8: trackers.github.token_file: the file token is empty"),
        (f"{SECRET}\nX-Evil: 1", "8: trackers.github.token_file: the file token holds more than a token"),
    ],
)
def test_a_token_file_without_a_token_is_a_problem(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        write(tmp_path, content, "token")
    lines = problems(tmp_path, TRACKERS + 'token_file = "token"\n', {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"})
    assert len(lines) == 1
    assert lines[0].startswith(f"crosstie.toml:{said}")
    assert SECRET not in lines[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_token_file_that_we_may_not_read_is_a_problem(tmp_path: Path) -> None:
    write(tmp_path, SECRET, "token").chmod(0o000)
    (line,) = problems(tmp_path, TRACKERS + 'token_file = "token"\n', {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"})
    assert "cannot be read: Permission denied" in line


def test_a_missing_token_names_its_variable_and_one_that_looks_misspelled(tmp_path: Path) -> None:
    environ = {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x", "CROSSTIE_TRACKERS__GITHBU__TOKEN": SECRET}
    (line,) = problems(tmp_path, TRACKERS, environ)
    assert line.startswith("crosstie.toml:5: trackers.github: there is no token; set CROSSTIE_TRACKERS__GITHUB__TOKEN")
    assert "(CROSSTIE_TRACKERS__GITHBU__TOKEN is set)" in line
    assert SECRET not in line


def test_work_without_trackers_needs_no_token_and_reads_none(tmp_path: Path) -> None:
    path = write(tmp_path, TRACKERS + 'token_file = "none"\n')
    assert [t.token for t in load_config(path, environ=TOKENS, need_tokens=False).trackers] == ["", ""]


@pytest.mark.parametrize(
    ("setting", "variable"),
    [
        ("token", "CROSSTIE_TRACKERS__GITHUB__TOKEN"),
        ("write_token", "CROSSTIE_TRACKERS__GITHUB__WRITE_TOKEN"),
        ("api_key", "CROSSTIE_TRACKERS__GITHUB__TOKEN"),
        ("password", "CROSSTIE_TRACKERS__GITHUB__TOKEN"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_the_way_out(tmp_path: Path, setting: str, variable: str) -> None:
    (line,) = problems(tmp_path, TRACKERS + f'{setting} = "{SECRET}"\n')
    assert line.startswith(f"crosstie.toml:8: trackers.github.{setting}: a secret does not belong in this file")
    assert f"set {variable} in the environment" in line
    assert SECRET not in line


@pytest.mark.parametrize(
    "text",
    [
        f'tokn = "{SECRET}"\n',
        f'audience = "{SECRET}"\n',
        f'[notes]\nlabel = "{SECRET} {SECRET} {SECRET}"\n',
        f'[notes]\nbaseline = "{SECRET}"\n',
        f'[notes]\nmax_new_per_run = "{SECRET}"\n',
        f'[store]\nurl = "postgresql://crosstie:{SECRET}@db/x"\n',
        f'[trackers.x]\nkind = "jira"\nurl = "https://me:{SECRET}@acme.example"\nprojects = ["PAY"]\n',
        f'[trackers.x]\nkind = "jira"\nurl = "http://{SECRET}@acme.example"\nprojects = ["PAY"]\n',
        f'[trackers.x]\nkind = "{SECRET}"\n',
        f'bad = "{SECRET}\n',
    ],
)
def test_a_secret_in_the_wrong_place_is_never_said(tmp_path: Path, text: str) -> None:
    environ = {**TOKENS, "CROSSTIE_TRACKERS__X__TOKEN": "x"}
    lines = problems(tmp_path, TRACKERS + text, environ)
    assert lines
    assert SECRET not in "\n".join(lines)


def test_a_store_with_a_password_comes_from_the_environment(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://crosstie:{SECRET}@db/crosstie"
    assert loaded(tmp_path, environ={**TOKENS, "CROSSTIE_STORE__URL": url}).store_url == url
    (line,) = problems(tmp_path, TRACKERS + f'[store]\nurl = "{url}"\n')
    assert "set the whole URL as CROSSTIE_STORE__URL" in line


def test_nothing_that_a_config_shows_of_itself_holds_a_secret(tmp_path: Path) -> None:
    environ = dict.fromkeys(TOKENS, SECRET) | {"CROSSTIE_STORE__URL": f"postgresql://u:{SECRET}@db/x"}
    config = loaded(tmp_path, environ=environ)
    assert config.trackers[0].token == SECRET
    assert SECRET not in f"{config!r} {config} {config.text} {config.digest} {config.trackers!r}"


KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"


def test_an_app_needs_its_key_and_no_token(tmp_path: Path) -> None:
    text = "app_id = 77\n"
    environ = {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"}
    (line,) = problems(tmp_path, TRACKERS + text, environ)
    assert "there is no key; set CROSSTIE_TRACKERS__GITHUB__PRIVATE_KEY" in line
    github = loaded(tmp_path, text, {**environ, "CROSSTIE_TRACKERS__GITHUB__PRIVATE_KEY": KEY}).trackers[1]
    assert (github.app_id, github.installation_id, github.private_key, github.token) == ("77", "", KEY, "")
    assert "PRIVATE KEY" not in repr(github)


def test_a_key_on_one_line_is_put_right(tmp_path: Path) -> None:
    environ = {**TOKENS, "CROSSTIE_TRACKERS__GITHUB__PRIVATE_KEY": KEY.replace("\n", "\\n")}
    assert loaded(tmp_path, 'app_id = "77"\n', environ).trackers[1].private_key == KEY


def test_a_key_in_a_file(tmp_path: Path) -> None:
    write(tmp_path, KEY, "app.pem").chmod(0o600)
    text = 'app_id = "77"\nprivate_key_file = "app.pem"\n'
    assert loaded(tmp_path, text, {"CROSSTIE_TRACKERS__JIRA__TOKEN": "x"}).trackers[1].private_key == KEY


def test_what_is_no_key_is_a_problem_that_does_not_repeat_it(tmp_path: Path) -> None:
    environ = {**TOKENS, "CROSSTIE_TRACKERS__GITHUB__PRIVATE_KEY": SECRET}
    (line,) = problems(tmp_path, TRACKERS + "app_id = 77\n", environ)
    assert "PEM" in line
    assert SECRET not in line
