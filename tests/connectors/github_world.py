"""A small GitHub on loopback for tests, and a person's hands on it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from connectors.base import Address, TrackerSettings
from connectors.github import GithubConnector
from connectors.limits import Clock, Limits
from sandbox.base import Fault
from sandbox.github.records import Permission
from sandbox.github.scenario import Writer
from sandbox.github.site import GitHubSite
from sandbox.server import Running, serve
from sandbox.world import World
from tests.connectors import contract

TOKEN = "sandbox-github-token"
TROUBLES: dict[contract.Trouble, Fault] = {
    "down": Fault(kind="status", status=503, count=-1),
    "limited": Fault(kind="status", status=429, headers={"Retry-After": "1"}),
    "web page": Fault(kind="html"),
    "lost answer": Fault(kind="drop_after", method="POST", path="/comments$"),
}


@dataclass
class GitHub(contract.World):
    """``running`` is closed by whoever made it."""

    running: Running
    scope: str = "acme/web"
    other_scope: str = "acme/api"
    absent_scope: str = "acme/nowhere"

    @classmethod
    def start(cls) -> "GitHub":
        world = cls(serve(World()))
        write = world.write
        for name in (world.scope, world.other_scope):
            write.repository(name)
        write.person("mira", acme="MEMBER")
        write.issue("acme/web", "Sign in by SSO", by="mira", body="Depends on: acme/api#1", labels=["auth"])
        write.issue("acme/web", "Rotate the keys", by="mira")
        write.issue("acme/api", "Give out tokens", by="mira", assignees=["mira"])
        write.pull("acme/api", "Add the token endpoint", by="mira", head="tokens", body="Closes #1")
        write.block("acme/web#1", "acme/api#1", by="mira")
        write.comment("acme/web#1", "Still waiting for acme/api#1", by="mira")
        return world

    @property
    def site(self) -> GitHubSite:
        site = self.running.world.sites["github"]
        assert isinstance(site, GitHubSite)
        return site

    @property
    def write(self) -> Writer:
        return self.site.writer()

    @property
    def url(self) -> str:
        return self.running.urls["github"]

    @property
    def issue(self) -> Address:  # type: ignore[override]  # worked out, where the contract has a field
        return self.address("acme/web#1")

    @property
    def absent_issue(self) -> Address:  # type: ignore[override]  # as above
        return Address(native_id="I_kwDOnothing", key="acme/web#999")

    def address(self, key: str) -> Address:
        return Address(native_id=self.write.find(key).node_id, key=key)

    def connector(
        self, *scopes: str, token: str = "", patient: bool = False, write_token: str = "", path: str = ""
    ) -> GithubConnector:
        settings = TrackerSettings(
            name="github",
            kind="github",
            url=self.url + path,
            scopes=scopes,
            token=token or TOKEN,
            write_token=write_token,
        )
        clock = Clock(now=time.time, sleep=lambda _: None)
        return GithubConnector(settings, limits=Limits(attempts=5 if patient else 2), clock=clock)

    def add_token(self, secret: str, login: str) -> None:
        """Another account that may write in both scopes."""
        write: Permission = "write"
        self.write.token(secret, login, **{self.scope: write, self.other_scope: write})

    def act(self, do: str, **args: Any) -> dict[str, Any]:
        return self.site.act(do, {"by": "jonas", **args})

    def comments(self, address: Address) -> Sequence[tuple[str, str]]:
        found = self.site.state.comments(self.write.find(address.key))
        return [(str(comment.id), comment.body) for comment in found]

    def labels(self, address: Address) -> frozenset[str]:
        tables = self.site.state.tables
        return frozenset(tables.labels[i].name for i in self.write.find(address.key).label_ids)

    def add_comment(self, address: Address, text: str) -> str:
        return str(self.write.comment(address.key, text, by="jonas").id)

    def copy_comment(self, address: Address, comment_id: str) -> str:
        return self.add_comment(address, dict(self.comments(address))[comment_id])

    def edit_comment(self, address: Address, comment_id: str, text: str) -> None:
        self.act("edit_comment", comment=int(comment_id), body=text)

    def delete_comment(self, address: Address, comment_id: str) -> None:
        self.act("delete_comment", comment=int(comment_id))

    def add_label(self, address: Address, label: str) -> None:
        self.act("label", issue=address.key, labels=[label])

    @contextmanager
    def trouble(self, kind: contract.Trouble) -> Iterator[None]:
        self.running.world.add_fault(replace(TROUBLES[kind], site="github"))
        try:
            yield
        finally:
            self.running.world.clear_faults()

    def fault(self, **fault: Any) -> None:
        self.running.world.add_fault(Fault(site="github", **fault))

    def requests_seen(self) -> int:
        return len(self.running.world.log("github"))
