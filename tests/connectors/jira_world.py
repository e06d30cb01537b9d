"""A small Jira on loopback for tests, and a person's hands on it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Self

from connectors.base import Address, TrackerSettings
from connectors.jira import JiraConnector
from connectors.limits import Clock, Limits
from sandbox.base import Fault
from sandbox.jira import adf, comments
from sandbox.jira.records import Issue
from sandbox.jira.site import JiraSite
from sandbox.server import Running, serve
from sandbox.world import World
from tests.connectors import contract

USER, TOKEN = "bot@acme.example", "sandbox-jira-token"
PAST = datetime(2026, 11, 2, 9, tzinfo=UTC)
TROUBLES: dict[contract.Trouble, Fault] = {
    "down": Fault(kind="status", status=503, count=-1),
    "limited": Fault(kind="status", status=429, headers={"Retry-After": "1"}),
    "web page": Fault(kind="html"),
    "lost answer": Fault(kind="drop_after", method="POST", path="/comment$"),
}


@dataclass
class Jira(contract.World):
    """``running`` is closed by whoever made it."""

    running: Running
    scope: str = "PAY"
    other_scope: str = "PLAT"
    absent_scope: str = "NOWHERE"

    @classmethod
    def start(cls) -> Self:
        world = cls(serve(World()))
        write = world.site.writer()
        for key in (world.scope, world.other_scope):
            write.project(key, key.title())
        write.issue(
            "PAY-1", "Refund in parts", reporter="Mira", text="Depends on: PLAT-2", created=PAST, due=date(2026, 12, 1)
        )
        write.issue("PAY-2", "Show the balance", reporter="Mira", created=PAST)
        write.issue("PLAT-1", "Ledger", reporter="Mira", created=PAST, assignee="Mira", labels=["core"])
        write.issue("PLAT-2", "Ledger API", reporter="Mira", created=PAST, parent="PLAT-1")
        write.link("Blocks", "PLAT-2", "PAY-1")
        write.comment("PAY-1", "Mira", "Still waiting for PLAT-2", PAST)
        return world

    @property
    def site(self) -> JiraSite:
        site = self.running.world.sites["jira"]
        assert isinstance(site, JiraSite)
        return site

    @property
    def url(self) -> str:
        return self.running.urls["jira"]

    @property
    def issue(self) -> Address:  # type: ignore[override]  # worked out, where the contract has a field
        return self.address("PAY-1")

    @property
    def absent_issue(self) -> Address:  # type: ignore[override]  # as above
        return Address(native_id="999999", key="PAY-999")

    def find(self, key: str) -> Issue:
        found = self.site.state.issue(key)
        assert found is not None
        return found

    def address(self, key: str) -> Address:
        return Address(native_id=str(self.find(key).id), key=key)

    def connector(self, *scopes: str, token: str = "", patient: bool = False, write_token: str = "") -> JiraConnector:
        settings = TrackerSettings(
            name="jira",
            kind="jira",
            url=self.url,
            user=USER,
            scopes=scopes,
            token=token or TOKEN,
            write_token=write_token,
        )
        clock = Clock(now=time.time, sleep=lambda _: None)
        return JiraConnector(settings, limits=Limits(attempts=5 if patient else 2), clock=clock)

    def act(self, do: str, **args: Any) -> dict[str, Any]:
        return self.site.act(do, {"by": "Jonas", **args})

    def comments(self, address: Address) -> Sequence[tuple[str, str]]:
        found = (self.site.state.comments[i] for i in self.find(address.key).comments)
        return [(str(c.id), adf.to_plain(c.body or {})) for c in found]

    def labels(self, address: Address) -> frozenset[str]:
        return frozenset(self.find(address.key).fields["labels"])

    def add_comment(self, address: Address, text: str) -> str:
        return str(self.act("comment", issue=address.key, text=text)["comment"])

    def copy_comment(self, address: Address, comment_id: str) -> str:
        """Properties too: anybody can read them and set them on a comment of their own."""
        state = self.site.state
        model = state.comments[int(comment_id)]
        copy = comments.add_comment(state, self.find(address.key), state.person("Jonas").account_id, model.body)
        copy.properties.update(model.properties)
        return str(copy.id)

    def edit_comment(self, address: Address, comment_id: str, text: str) -> None:
        self.act("edit_comment", comment=comment_id, text=text)

    def delete_comment(self, address: Address, comment_id: str) -> None:
        self.act("delete_comment", comment=comment_id)

    def add_label(self, address: Address, label: str) -> None:
        self.act("label", issue=address.key, labels=[label])

    @contextmanager
    def trouble(self, kind: contract.Trouble) -> Iterator[None]:
        self.fault(TROUBLES[kind])
        try:
            yield
        finally:
            self.running.world.clear_faults()

    def fault(self, fault: Fault) -> None:
        self.running.world.add_fault(replace(fault, site="jira"))

    def requests_seen(self) -> int:
        time.sleep(0.05)  # the sandbox logs a request just after it has answered it
        return len(self.running.world.log("jira"))

    @property
    def paths(self) -> list[str]:
        time.sleep(0.05)
        return [f"{entry.method} {entry.path}" for entry in self.running.world.log("jira")]


class JiraServer(Jira):
    """The same as Data Center."""

    @classmethod
    def start(cls) -> Self:
        world = super().start()
        world.site.set_options({"deployment": "Server"})
        return world
