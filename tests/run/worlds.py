"""A small company on a sandbox Jira and GitHub, and one crosstie installation that looks after it.

Two teams, a Jira project each; the repository belongs to the first. It is Monday, 2 March 2026::

    PAY-1       Pay by invoice     <-- Blocks ------ PLAT-1  Ledger export   due 20 February, open: overdue
    PAY-2       Refund in parts    <-- Blocks ------ PLAT-2  Ledger API      due 20 March: nothing wrong
    acme/web#1  Show the balance   -- Depends on: -> PLAT-3  Balance feed    due 24 February, open: overdue
    acme/web#2  Round the corners

So four issues carry a note each: ``NOTED``.
"""

import json
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from connectors.base import Connector
from connectors.github import GithubConnector
from connectors.jira import JiraConnector
from connectors.limits import Clock
from model.document import plain
from rules.engine import load as load_rules
from sandbox.base import Entry, Fault
from sandbox.github.access import DEFAULT_LOGIN
from sandbox.github.scenario import Writer as GitHubWriter
from sandbox.github.site import GitHubSite
from sandbox.jira import adf
from sandbox.jira.scenario import Writer as JiraWriter
from sandbox.jira.site import JiraSite
from sandbox.jira.state import BOT
from sandbox.server import Running, Server, serve
from sandbox.world import World
from sync.config import Config, load_config
from sync.notes import SETTLED
from sync.outcome import Outcome
from sync.run import Options, Runner
from sync.store import Store

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 12, 9, tzinfo=UTC)
NOTED = ("PAY-1", "PLAT-1", "PLAT-3", "acme/web#1")
SCOPES = ("jira:PAY", "jira:PLAT", "github:acme/web")
SECRETS = {
    "CROSSTIE_TRACKERS__JIRA__TOKEN": "sandbox-jira-token",
    "CROSSTIE_TRACKERS__GITHUB__TOKEN": "sandbox-github-token",
}
CONFIG = """
[trackers.jira]
kind = "jira"
url = "{jira}"
user = "bot@acme.example"
projects = {projects}
[trackers.github]
kind = "github"
url = "{github}"
repositories = {repositories}
[audiences]
internal = {readers}
[[teams]]
name = "payments"
owns = ["jira:PAY", "github:acme/*"]
[[teams]]
name = "platform"
owns = ["jira:PLAT"]
[notes]
{notes}
{more}
"""
RULES_OF_THIS_WORLD = ("overdue", "order-conflict", "undeclared", "point-to-point", "cycle", "unreadable")
"""Those whose findings are planted in it; what these tests are about is what is done with findings."""


def build_company(world: World) -> None:
    world.clock.set(MORNING)
    _build_jira(jira_of(world).writer())
    _build_github(github_of(world).writer())


def _build_jira(write: JiraWriter) -> None:
    write.project("PAY", "Payments")
    write.project("PLAT", "Platform")
    write.issue("PAY-1", "Pay by invoice", reporter="Mira", created=LONG_AGO)
    write.issue("PAY-2", "Refund in parts", reporter="Mira", created=LONG_AGO)
    write.issue("PLAT-1", "Ledger export", reporter="Devi", created=LONG_AGO, due=date(2026, 2, 20))
    write.issue("PLAT-2", "Ledger API", reporter="Devi", created=LONG_AGO, due=date(2026, 3, 20))
    write.issue("PLAT-3", "Balance feed", reporter="Devi", created=LONG_AGO, due=date(2026, 2, 24))
    write.link("Blocks", "PLAT-1", "PAY-1")
    write.link("Blocks", "PLAT-2", "PAY-2")
    write.comment("PAY-1", "Mira", "Any news of the export?", LONG_AGO)


def _build_github(write: GitHubWriter) -> None:
    write.repository("acme/web", visibility="private", at=LONG_AGO)
    write.person("mira", acme="MEMBER")
    write.issue("acme/web", "Show the balance", by="mira", body="Depends on: PLAT-3", at=LONG_AGO)
    write.issue("acme/web", "Round the corners", by="mira", at=LONG_AGO)


def _off(rule: str) -> str:
    return f'[rules.{rule}]\nmode = "off"'


def jira_of(world: World) -> JiraSite:
    site = world.sites["jira"]
    assert isinstance(site, JiraSite)
    return site


def github_of(world: World) -> GitHubSite:
    site = world.sites["github"]
    assert isinstance(site, GitHubSite)
    return site


@dataclass
class Installation:
    """One crosstie, its config and its store in ``folder``, on a served world whose clock is the only one."""

    running: Running
    folder: Path
    slept: list[float] = field(default_factory=list)
    """Seconds that connectors would have waited. They never really do."""
    secrets: dict[str, str] = field(default_factory=lambda: dict(SECRETS))
    _asked: int = 0

    @classmethod
    def at(cls, folder: Path, empty_store: Path) -> "Installation":
        world = World()
        build_company(world)
        installation = cls(serve(world), folder)
        installation.adopt_store(empty_store)
        installation.configure()
        return installation

    @property
    def world(self) -> World:
        return self.running.world

    def adopt_store(self, file: Path) -> None:
        """Go on with a copy of this one."""
        for left in self.folder.glob("crosstie.db*"):
            left.unlink()
        shutil.copyfile(file, self.folder / "crosstie.db")

    def serve_again(self, site: str, port: int) -> None:
        """A site that was stopped, on the port that it had."""
        server = Server(self.world, self.world.sites[site], port)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        others = (other for other in self.running.servers if other.site.name != site)
        self.running = Running(self.world, (*others, server))

    # what the admin does

    def configure(
        self,
        *,
        projects: Sequence[str] = ("PAY", "PLAT"),
        repositories: Sequence[str] = ("acme/*",),
        readers: Sequence[str] = ("jira:*", "github:acme/*"),
        more: str = "",
        **notes: object,
    ) -> None:
        """Write the config anew. By default all may be written to, nothing is kept silent as a baseline, and readers of
        any private scope may read the others."""
        wishes: Mapping[str, object] = {"write_to": SCOPES, "baseline": "none", **notes}
        lists = {"projects": projects, "repositories": repositories, "readers": readers}
        text = CONFIG.format(
            **self.running.urls,
            **{name: json.dumps(list(values)) for name, values in lists.items()},
            notes="\n".join(f"{name} = {json.dumps(value)}" for name, value in wishes.items()),
            more="\n".join((more, *(_off(rule) for rule in load_rules() if rule not in RULES_OF_THIS_WORLD))),
        )
        (self.folder / "crosstie.toml").write_text(text, encoding="utf-8")

    def run(self, **options: Any) -> Outcome:
        """As the scheduled job does it: everything opened anew."""
        self._asked = len(self.world.log())
        with self.store() as store:
            config = self.config
            return Runner(config, store, self.connectors(config), self.world.clock.now).run(Options(**options))

    @property
    def config(self) -> Config:
        return load_config(self.folder / "crosstie.toml", environ=self.secrets, today=MORNING.date())

    def connectors(self, config: Config) -> dict[str, Connector]:
        # A clock of their own, so that they share no pace with those of a run before.
        return open_connectors(config, Clock(now=time.time, sleep=lambda seconds: self.slept.append(seconds)))

    def store(self) -> "closing[Store]":
        return closing(Store.open(f"sqlite:///{self.folder / 'crosstie.db'}"))

    # what people do

    def jira(self, do: str, **args: Any) -> dict[str, Any]:
        return self.world.sites["jira"].act(do, {"by": "Mira", **args})

    def github(self, do: str, **args: Any) -> dict[str, Any]:
        return self.world.sites["github"].act(do, {"by": "mira", **args})

    def wait(self, **time: float) -> None:
        """Let time pass: hours=2."""
        self.world.clock.set(self.world.clock.now() + timedelta(**time))

    def fault(self, kind: Any, **fault: Any) -> None:
        self.world.add_fault(Fault(kind=kind, **fault))

    # what stands on the trackers

    def note(self, key: str) -> str:
        """The text of our one note on an issue; empty when there is none. Two are an error."""
        (note,) = self.notes(key) or ("",)
        return note

    def notes(self, key: str) -> list[str]:
        """Texts of all comments that our account has on an issue."""
        return [text for _, author, text in self.comments(key) if author in (BOT, DEFAULT_LOGIN)]

    def note_id(self, key: str) -> str:
        (identity,) = self.note_ids(key)
        return identity

    def note_ids(self, key: str) -> list[str]:
        """Of all comments that our account has on an issue, oldest first."""
        return [number for number, author, _ in self.comments(key) if author in (BOT, DEFAULT_LOGIN)]

    def comments(self, key: str) -> list[tuple[str, str, str]]:
        """(id, author, text), oldest first."""
        return list(self._github_comments(key) if "#" in key else self._jira_comments(key))

    def _jira_comments(self, key: str) -> Iterable[tuple[str, str, str]]:
        state = jira_of(self.world).state
        issue = state.issue(key)
        for comment in (state.comments[number] for number in issue.comments) if issue else ():
            yield str(comment.id), comment.author, adf.to_plain(comment.body or {})

    def _github_comments(self, key: str) -> Iterable[tuple[str, str, str]]:
        state = github_of(self.world).state
        for comment in state.comments(github_of(self.world).writer().find(key)):
            author = state.person(comment.author_id)
            yield str(comment.id), author.login if author else "", comment.body

    def folded(self, key: str) -> bool:
        """Whether our note on a GitHub issue is minimized."""
        return github_of(self.world).state.tables.comments[int(self.note_id(key))].minimized is not None

    def labels(self, key: str) -> set[str]:
        if "#" in key:
            tables = github_of(self.world).state.tables
            return {tables.labels[i].name for i in github_of(self.world).writer().find(key).label_ids}
        issue = jira_of(self.world).state.issue(key)
        return set(issue.fields["labels"]) if issue else set()

    def standing(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """What we have on the trackers: our comments and all labels, by issue; issues without either are left out."""
        keys = [issue.key for issue in jira_of(self.world).state.issues.values()]
        github = github_of(self.world).state
        keys += [f"{github.full_name(github.home(i))}#{i.number}" for i in github.tables.issues.values()]
        found = {key: (tuple(self.notes(key)), tuple(sorted(self.labels(key)))) for key in sorted(keys)}
        return {key: (notes, labels) for key, (notes, labels) in found.items() if notes or labels}

    # what was asked

    def requests(self, site: str = "") -> list[Entry]:
        """Those of the last run."""
        return self.world.log(site, since=self._asked)

    def asked(self, site: str = "") -> list[str]:
        """The last run's requests in short: ``GET /rest/api/3/myself``, ``POST /graphql query($l0: ...``."""
        return [" ".join(filter(None, (e.method, e.path, e.note[:40]))) for e in self.requests(site)]

    def key_of(self, path: str) -> str:
        """The issue that a REST path of either tracker names."""
        parts = path.split("/")
        if parts[1] == "repos":
            return f"{parts[2]}/{parts[3]}#{parts[5]}"
        issue = jira_of(self.world).state.issue(parts[5])
        return issue.key if issue else ""


def is_settled(note: str) -> bool:
    """Whether it is the one quiet line that remains when all is said."""
    (line,) = SETTLED.sections[0].lines
    return plain(line) in note


def open_connectors(config: Config, clock: Clock) -> dict[str, Connector]:
    kinds = {"jira": JiraConnector, "github": GithubConnector}
    return {tracker.name: kinds[tracker.kind](tracker, clock=clock) for tracker in config.trackers}
