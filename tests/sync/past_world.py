"""A small tracker in memory whose issues people change from day to day, and runs that watch it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from connectors.base import (
    Account,
    Address,
    Connector,
    Page,
    Receipt,
    Request,
    StandingNote,
    TrackerSettings,
    Traffic,
)
from model.document import Document
from model.facts import Comment, IssueFact, Link, LinkType, Person, Phase, Pointer, Scope
from model.statements import CommandLine
from sync.config import Config, load_config
from sync.outcome import Outcome
from sync.run import Options, Runner
from sync.store import Store

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BLOCKS = LinkType(tracker="jira", id="1", name="Blocks", outward="blocks", inward="is blocked by")
KEYS = ("PAY-1", "PAY-2", "PLAT-1", "PLAT-2", "WEB-1", "WEB-2")
CONFIG = """
[trackers.jira]
kind = "jira"
url = "https://acme.example"
projects = ["PAY", "PLAT", "WEB"]
[audiences]
internal = ["jira:*"]
[[teams]]
name = "payments"
owns = ["jira:PAY"]
members = [{ jira = "u-lead" }]
[[teams]]
name = "platform"
owns = ["jira:PLAT"]
members = [{ jira = "u-lead" }]
[[teams]]
name = "web"
owns = ["jira:WEB from 2026-03-05"]
[[forums]]
name = "sos"
teams = ["payments", "platform"]
cadence = "weekly:tue"
"""
VARIANTS = (
    "",
    '[rules.overdue]\ngrace_days = 1\n[rules.undated]\nmode = "off"\n',
    '[[exemptions]]\nrule = "overdue"\nissue = "jira:PAY-1"\nuntil = 2026-03-06\nreason = "agreed"\n',
    '[dates]\npromised = ["sprint"]\n[rules.cycle]\nmode = "off"\n',
    "[commands]\nenabled = false\n",
    """
[rules.started-early]
when = "consumer.team == 'payments'"
[[custom_rules]]
name = "platform-again"
when = "provider.team == 'platform' && dependency.state == 'requested'"
message = "{consumer.key} waits for {provider.key}"
""",
)


@dataclass
class Tracker:
    """What people see: issues with a day and a phase, and who waits for whom."""

    now: datetime = START
    due: dict[str, date | None] = field(default_factory=dict)
    phase: dict[str, Phase] = field(default_factory=dict)
    waits: set[tuple[str, str]] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    """Projects that fail today."""
    touched: dict[str, datetime] = field(default_factory=dict)
    comments: dict[str, list[Comment]] = field(default_factory=dict)

    def facts(self) -> Iterator[IssueFact]:
        for number, key in enumerate(KEYS):
            if key.partition("-")[0] not in self.hidden:
                yield IssueFact(
                    tracker="jira",
                    native_id=str(100 + number),
                    key=key,
                    title=f"Title of {key}",
                    phase=self.phase.get(key, "open"),
                    due=self.due.get(key),
                    created=START - timedelta(days=60),
                    updated=self.touched.get(key, START - timedelta(days=60)),
                    links=tuple(self._links(key)),
                    comments=tuple(self.comments.get(key, ())),
                )

    def _links(self, key: str) -> Iterator[Link]:
        for consumer, provider in sorted(self.waits):
            if key in (consumer, provider):
                forward, other = key == provider, consumer if key == provider else provider
                yield Link(
                    native_id=f"{consumer}+{provider}",
                    type_id="1",
                    type_name="Blocks",
                    phrase="blocks" if forward else "is blocked by",
                    forward=forward,
                    other=Pointer(
                        tracker="jira",
                        key=other,
                        native_id=str(100 + KEYS.index(other)),
                        phase=self.phase.get(other, "open"),
                    ),
                )

    def say(self, key: str, words: str, edit: bool) -> None:
        """In a comment of its own, or by changing the last one there."""
        said = self.comments.setdefault(key, [])
        line = CommandLine(number=0, words=words)
        if edit and said:
            said[-1] = replace(said[-1], updated=self.now, commands=(line,))
        else:
            number = sum(map(len, self.comments.values()))
            said.append(Comment(id=f"{number}", author=Person(id="u-lead"), created=self.now, commands=(line,)))
        self.touch(key)

    def touch(self, *keys: str) -> None:
        self.touched |= dict.fromkeys(keys, self.now)


class InMemory(Connector):
    """Reads all of it at every pull; nothing is ever written."""

    kind = "jira"

    def __init__(self, tracker: Tracker) -> None:
        super().__init__(TrackerSettings(name="jira", kind="jira", url="https://acme.example", scopes=(), token=""))
        self._tracker = tracker

    def account(self) -> Account:
        return Account(person=Person(id="bot", name="crosstie"), site="https://acme.example")

    def pull(self, request: Request) -> Iterator[Page]:
        seen, facts = self._tracker, tuple(self._tracker.facts())
        projects = ("PAY", "PLAT", "WEB")
        census = {p: frozenset(f.native_id for f in facts if f.key.startswith(p)) for p in projects}
        yield Page(
            issues=facts,
            scopes=tuple(
                Scope(tracker="jira", key=p, missing="503 today" if p in seen.hidden else "", read_at=seen.now)
                for p in projects
            ),
            link_types=(BLOCKS,),
            projects=frozenset(projects),
            census={p: ids for p, ids in census.items() if p not in seen.hidden},
        )

    def look(self, address: Address) -> IssueFact | None:
        return next((fact for fact in self._tracker.facts() if fact.native_id == address.native_id), None)

    def notes(self, address: Address) -> Sequence[StandingNote]:
        return ()

    def ensure_note(
        self,
        address: Address,
        note: Document,
        *,
        marker: str,
        known: str = "",
        quiet: bool = True,
        folded: bool = False,
        repost: bool = False,
    ) -> Receipt:
        raise NotImplementedError

    def ensure_no_note(self, address: Address, *, known: str) -> None:
        raise NotImplementedError

    def ensure_labels(self, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
        raise NotImplementedError

    @property
    def traffic(self) -> Traffic:
        return Traffic()


@dataclass(frozen=True)
class Act:
    """What somebody does on one day."""

    do: Literal["due", "phase", "link", "unlink", "hide", "show", "config", "say", "edit"]
    key: str = "PAY-1"
    other: str = "PLAT-1"
    days: int = 0
    phase: Phase = "open"
    variant: int = 0
    words: str = ""


class History:
    """Runs over a tracker that changes. ``folder`` holds the config."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.store, self.tracker = store, Tracker()
        self._path, self._variant = folder / "crosstie.toml", ""

    @property
    def config(self) -> Config:
        self._path.write_text(CONFIG + self._variant, encoding="utf-8")
        return load_config(self._path, environ={}, need_tokens=False)

    @property
    def path(self) -> Path:
        return self._path

    def say(self, more: str) -> None:
        """Write this into the config."""
        self._variant = more

    def later(self, days: int) -> datetime:
        return self.tracker.now + timedelta(days=days)

    def act(self, act: Act) -> None:
        seen = self.tracker
        match act.do:
            case "due":
                seen.due[act.key] = START.date() + timedelta(days=act.days)
                seen.touch(act.key)
            case "phase":
                seen.phase[act.key] = act.phase
                seen.touch(act.key)
            case "link" if act.key != act.other:
                seen.waits.add((act.key, act.other))
                seen.touch(act.key, act.other)
            case "unlink":
                seen.waits.discard((act.key, act.other))
                seen.touch(act.key, act.other)
            case "hide" | "show":
                seen.hidden = {*seen.hidden, act.key.partition("-")[0]} if act.do == "hide" else set()
            case "say" | "edit":
                seen.say(act.key, act.words, act.do == "edit")
            case "config":
                self._variant = VARIANTS[act.variant]

    def run(self, *, as_of: date | None = None, **days: float) -> Outcome:
        """Let so much time pass, then run."""
        self.tracker.now += timedelta(**days)
        config = self.config
        config = replace(config, refresh=config.refresh.model_copy(update={"structure": timedelta(0)}))
        day = datetime.combine(as_of, time(11, tzinfo=UTC)) if as_of else None
        runner = Runner(config, self.store, {"jira": InMemory(self.tracker)}, lambda: self.tracker.now)
        return runner.run(Options(day=day))
