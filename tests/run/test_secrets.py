"""No token gets out: not into what is printed, not into the store, not onto a ticket, however a tracker fails.

A whole run over real sockets, with tokens of its own for reading and writing and with an app's key, on trackers that
fail in every way we know and that echo what they were sent, headers and all: as body, as a page, as where to go next.
"""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from cli.main import main
from sandbox.github.access import DEFAULT_LOGIN
from sandbox.github.records import Permission
from tests.run.worlds import NOTED, Installation, github_of, jira_of

USER = "bot@acme.example"
TOKENS = {
    "CROSSTIE_TRACKERS__JIRA__TOKEN": "jira-reads-with-9f1c77ab20",
    "CROSSTIE_TRACKERS__JIRA__WRITE_TOKEN": "jira-writes-with-4be0a1d35c",
    "CROSSTIE_TRACKERS__GITHUB__TOKEN": "ghp-reads-with-71d0e6c2f8",
    "CROSSTIE_TRACKERS__GITHUB__WRITE_TOKEN": "ghp-writes-with-c83a52be94",
}
"""Two for each tracker."""


def shapes(secret: str) -> set[str]:
    """The secret as it stands, in a URL, and within whatever was encoded in base64."""
    raw = secret.encode()
    inside = {base64.b64encode(b"x" * pad + raw).decode()[pad + (pad > 0) : -4] for pad in range(3)}
    urlsafe = {text.replace("+", "-").replace("/", "_") for text in inside}
    return {secret, quote(secret, safe=""), raw.hex(), *inside, *urlsafe}


def test_the_shapes_are_those_that_a_header_has() -> None:
    for user in ("", "b:", "bo:", f"{USER}:"):
        header = base64.b64encode(f"{user}{TOKENS['CROSSTIE_TRACKERS__JIRA__TOKEN']}".encode()).decode()
        assert any(shape in header for shape in shapes(TOKENS["CROSSTIE_TRACKERS__JIRA__TOKEN"]))


class Watched:
    """An installation of which everything that comes out is looked through."""

    def __init__(self, acme: Installation) -> None:
        self.acme = acme
        self.secrets = list(TOKENS.values())
        self.environ = dict(TOKENS)
        accounts = jira_of(acme.world).state.accounts
        for name, secret in TOKENS.items():
            if "GITHUB" in name:
                role: Permission = "write" if "WRITE" in name else "read"
                github_of(acme.world).writer().token(secret, DEFAULT_LOGIN, **{"acme/web": role})
            else:
                accounts[secret] = accounts["sandbox-jira-token"]

    def as_app(self) -> None:
        write = github_of(self.acme.world).writer()
        app = write.app()
        write.install(app, "acme", repositories=["acme/web"])
        del self.environ["CROSSTIE_TRACKERS__GITHUB__TOKEN"]
        del self.environ["CROSSTIE_TRACKERS__GITHUB__WRITE_TOKEN"]
        self.environ["CROSSTIE_TRACKERS__GITHUB__PRIVATE_KEY"] = app.private_key
        self.secrets += app.private_key.split("\n")[1:-2]
        file = self.acme.folder / "crosstie.toml"
        file.write_text(file.read_text().replace('kind = "github"', f'kind = "github"\napp_id = "{app.id}"'))

    def run(self, *arguments: str, code: int | None = None) -> str:
        """What ``crosstie run`` prints, after all that it left anywhere was looked through."""
        asked = ["run", "--as-of", "2026-03-02", "--write", *arguments]
        return self.crosstie(*asked, code=code)

    def crosstie(self, *arguments: str, code: int | None = None) -> str:
        command = [*arguments, "--config", str(self.acme.folder / "crosstie.toml")]
        done = CliRunner().invoke(main, command, env=self.environ, prog_name="crosstie")
        assert code is None or done.exit_code == code, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        self.look(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def look(self, said: str) -> None:
        minted = [token for token in github_of(self.acme.world).state.tables.tokens if token.startswith("ghs_")]
        wanted = {shape for secret in (*self.secrets, *minted) for shape in shapes(secret)}
        for where, text in (("printed", said), *self.files(), *self.tickets()):
            assert not [shape for shape in wanted if shape in text], where

    def files(self) -> Iterator[tuple[str, str]]:
        """The store with what is not yet in its main file, and whatever else a run leaves."""
        for path in self.acme.folder.rglob("*"):
            if path.is_file():
                yield path.name, path.read_bytes().decode("latin-1")

    def tickets(self) -> Iterator[tuple[str, str]]:
        for key in (*NOTED, "PAY-2", "PLAT-2", "acme/web#2"):
            yield key, "\n".join(text for _, _, text in self.acme.comments(key)) + str(self.acme.labels(key))

    def echo(self, site: str, **fault: object) -> None:
        """A tracker that says again all that it was sent, wherever an answer has room for words."""
        both = [secret for name, secret in self.environ.items() if site.upper() in name]
        heard = [f"Authorization: Bearer {secret}" for secret in both]
        heard += [f"Authorization: Basic {base64.b64encode(f'{USER}:{secret}'.encode()).decode()}" for secret in both]
        said = "; ".join(heard).replace("\n", " ")
        body = {"message": said, "errorMessages": [said], "errors": {"comment": said}, "documentation_url": said}
        headers = {"Location": f"http://127.0.0.1:1/?{quote(said)}", "X-Seraph-LoginReason": said, "ETag": f'"{said}"'}
        self.acme.fault("status", site=site, headers=headers, text=json.dumps(body), **fault)


@pytest.fixture
def watched(acme: Installation) -> Watched:
    return Watched(acme)


@pytest.mark.parametrize("shown", [(), ("--json",)])
def test_a_good_day(watched: Watched, shown: tuple[str, ...]) -> None:
    watched.run(*shown, code=0)
    assert sorted(watched.acme.standing()) == sorted(NOTED)


@pytest.mark.parametrize("status", [302, 401, 422])
def test_trackers_that_refuse_to_be_read_and_echo(watched: Watched, status: int) -> None:
    watched.echo("jira", status=status, count=-1)
    watched.echo("github", status=status, count=-1)
    said = watched.run(*(("--json",) if status % 2 else ()), code=3)
    assert "jira" in said
    watched.crosstie("check", "--online")


@pytest.mark.parametrize("status", [302, 400, 403])
def test_trackers_that_refuse_to_be_written_to_and_echo(watched: Watched, status: int) -> None:
    """What a tracker says to a refused write is kept, and told."""
    for site in ("jira", "github"):
        for method in ("POST", "PUT"):
            watched.echo(site, status=status, count=-1, method=method, path="/(comment|comments|labels|issue/[^/]+)$")
    watched.run(*(() if status % 2 else ("--json",)))
    assert watched.acme.standing() == {}


@pytest.mark.parametrize("kind", ["html", "drop_after"])
def test_answers_that_break_off(watched: Watched, kind: str) -> None:
    for site in ("jira", "github"):
        watched.acme.fault(kind, site=site, count=1)
    watched.run(*(("--json",) if kind == "html" else ()))


def test_an_app_with_a_key(watched: Watched) -> None:
    watched.as_app()
    # Its key signs the hour, so the tracker's clock must be right.
    watched.acme.world.clock.set(datetime.now(UTC))
    watched.run("--json", code=0)
    assert watched.acme.comments("acme/web#1")
    watched.echo("github", status=401, count=-1)
    watched.run(code=3)
