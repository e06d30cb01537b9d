"""``[[digests]]`` and ``[mail]``: every mistake with its line, and no secret in any word."""

from pathlib import Path

import pytest

from sync.config import load_config
from tests.sync.configs import TOKENS, TRACKERS, loaded, problems, write

TEAM = '[[teams]]\nname = "payments"\n[audiences]\ninternal = ["jira:*"]\n'
HEAD = '[[digests]]\nname = "pay"\nteam = "payments"\nreaders = "internal"\n'
SECRET = "T0S3CR3T/B0S3CR3T/xyzS3CR3Txyz"
URL = f"https://hooks.slack.com/services/{SECRET}"
VARIABLE = "CROSSTIE_DIGESTS__PAY__URL"


def said(folder: Path, more: str, **environ: str) -> str:
    """The one complaint, without its file and line."""
    (line,) = problems(folder, TRACKERS + TEAM + more, {**TOKENS, **environ})
    return line.split(": ", 1)[1]


def test_what_is_left_out_is_calm(tmp_path: Path) -> None:
    (digest,) = loaded(tmp_path, TEAM + HEAD + 'to = { file = "x-{day}.md" }').digests
    assert (digest.when, digest.weekday, digest.empty, digest.most, digest.after) == ("daily", None, "skip", 10, "")
    (weekly,) = loaded(tmp_path, TEAM + HEAD + 'when = "weekly:tue"\nto = { issue = "jira:PAY-1" }').digests
    assert weekly.weekday == 1


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('to = { file = "x.md", issue = "jira:PAY-1" }', "digests[0].to: name one place"),
        ("to = {}", "digests[0].to: name one place"),
        ('to = { file = "x.txt" }', "digests[0].to.file: must end in .md or .html"),
        ('to = { file = "{team}.md" }', "digests[0].to.file: only {name} and {day} may stand in braces"),
        ('to = { file = "{name.md" }', "digests[0].to.file: only {name} and {day} may stand in braces"),
        ('to = { issue = "jira:PAY" }', "digests[0].to.issue: must be one issue"),
        ('to = { issue = "jria:PAY-1" }', 'digests[0].to.issue: there is no tracker "jria"'),
        ('to = { webhook = "discord" }', 'digests[0].to.webhook: must be one of "slack", "teams", "json"'),
        ('to = { file = "x.md", url_file = "y" }', "digests[0].to: url_file goes with webhook"),
        (
            'to = { mail = ["team@acme.example\\nBcc: x@y.example"] }\n[mail]\nhost = "localhost"',
            "digests[0].to.mail[0]: must be an address",
        ),
        ('to = { mail = ["a@b.example"] }', "digests[0].to.mail: mail needs [mail] with the host"),
        ('to = { file = "x.md" }\nwhen = "weekly:tus"', 'digests[0].when: must be "daily" or one day of the week'),
        ('to = { file = "x.md" }\nafter = "25:00"', 'digests[0].after: must be a time of day such as "08:00"'),
        ('to = { file = "x.md" }\nforum = "sos"\n[[forums]]\nname = "sos"', "digests[0]: give the team or the forum"),
        (f'to = {{ webhook = "slack", url = "{URL}" }}', "digests[0].to.url: a webhook's URL is a secret"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, lines: str, complaint: str) -> None:
    words = said(tmp_path, HEAD + lines, **{VARIABLE: URL})
    assert words.startswith(complaint)
    assert SECRET not in words


def test_names_of_teams_forums_and_readers_must_exist(tmp_path: Path) -> None:
    to = 'to = { file = "x.md" }\n'
    assert 'no team "paymnts"' in said(tmp_path, HEAD.replace('"payments"', '"paymnts"') + to)
    assert 'no audience "intenral"' in said(tmp_path, HEAD.replace('"internal"', '"intenral"') + to)
    assert "such as jira:PAY" in said(tmp_path, HEAD.replace('"internal"', '"jira:PAY-1"') + to)
    twice = said(tmp_path, HEAD + to + HEAD + to)
    assert "this name, or one that reads the same, is taken at crosstie.toml:12" in twice


def test_readers_that_are_left_out_are_pointed_at_and_on_an_issue_they_are_its_own(tmp_path: Path) -> None:
    without = HEAD.replace('readers = "internal"\n', "")
    (warning,) = loaded(tmp_path, TEAM + without + 'to = { file = "x.md" }').warnings
    assert "only what is public is told" in str(warning)
    assert loaded(tmp_path, TEAM + without + 'to = { issue = "jira:PAY-1" }').warnings == ()
    (warning,) = loaded(tmp_path, TEAM + HEAD + 'to = { issue = "jira:PAY-1" }').warnings
    assert "always the issue's own" in str(warning)


class TestSecrets:
    slack = HEAD + 'to = { webhook = "slack" }\n'

    def test_a_url_comes_from_the_environment_or_a_file(self, tmp_path: Path) -> None:
        config = loaded(tmp_path, TEAM + self.slack, {**TOKENS, VARIABLE: URL})
        assert config.webhooks == {"pay": URL}
        write(tmp_path, URL + "\n", "hook").chmod(0o600)
        filed = TEAM + HEAD + 'to = { webhook = "slack", url_file = "hook" }\n'
        assert loaded(tmp_path, filed).webhooks == {"pay": URL}
        assert SECRET not in f"{config!r} {config} {config.text} {config.tree} {config.digest}"

    def test_one_that_is_missing_is_named_and_work_without_trackers_needs_none(self, tmp_path: Path) -> None:
        assert said(tmp_path, self.slack).startswith(f"digests[0].to: there is no URL; set {VARIABLE}")
        path = write(tmp_path, TRACKERS + TEAM + self.slack)
        assert load_config(path, environ={}, need_tokens=False).webhooks == {}

    @pytest.mark.parametrize(
        "url",
        [
            f"http://hooks.slack.com/{SECRET}",
            f"ftp://127.0.0.1/{SECRET}",
            f"http://127.0.0.1.evil.example/{SECRET}",
            f"http://localhost@evil.example/{SECRET}",
            f"https://x:99999/{SECRET}",
            f"https://[oops/{SECRET}",
            f"https://a b/{SECRET}",
            SECRET,
        ],
    )
    def test_a_url_that_leads_nowhere_safe_is_refused_and_never_said(self, tmp_path: Path, url: str) -> None:
        words = said(tmp_path, self.slack, **{VARIABLE: url})
        assert VARIABLE in words
        assert SECRET not in words

    @pytest.mark.parametrize("url", ["http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/x"])
    def test_a_program_on_this_machine_may_be_spoken_to_in_the_clear(self, tmp_path: Path, url: str) -> None:
        assert loaded(tmp_path, TEAM + self.slack, {**TOKENS, VARIABLE: url}).webhooks == {"pay": url}

    def test_a_mail_account_needs_its_password(self, tmp_path: Path) -> None:
        mail = '[mail]\nhost = "smtp.acme.example"\nfrom = "x <crosstie@acme.example>"\nuser = "bot"\n'
        text = TEAM + HEAD + 'to = { mail = ["a@b.example"] }\n' + mail
        assert said(tmp_path, text.removeprefix(TEAM)).startswith("mail.user: there is no password for this account")
        config = loaded(tmp_path, text, {**TOKENS, "CROSSTIE_MAIL__PASSWORD": SECRET})
        assert config.mail_password == SECRET
        assert SECRET not in f"{config!r} {config.text}"

    def test_mail_in_the_clear_goes_to_this_machine_only(self, tmp_path: Path) -> None:
        assert 'tls = "none" is for' in said(tmp_path, '[mail]\nhost = "smtp.acme.example"\ntls = "none"\n')
        assert loaded(tmp_path, '[mail]\nhost = "127.0.0.1"\ntls = "none"\n').mail.sender == "crosstie@localhost"
