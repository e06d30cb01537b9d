"""What the GitHub connector wants back at the next pull: names, boards, checkpoints, and digests of links."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from connectors.github.queries import CLOSING, ITEMS, LINKS

_FIRST: Mapping[str, int] = {
    "blockedBy": LINKS,
    "blocking": LINKS,
    "closedByPullRequestsReferences": CLOSING,
    "closingIssuesReferences": CLOSING,
}


class Boards(msgspec.Struct, frozen=True):
    """The project boards of an owner."""

    fields: tuple[str, ...] = ()
    """Names of their date and iteration fields."""
    why: str = ""
    """Why the boards cannot be read, in words."""


class Stop(msgspec.Struct, frozen=True):
    """How far a list was read."""

    after: str | None = None
    newest: str = ""
    done: bool = False


class Checkpoint(msgspec.Struct):
    """Where a full walk was when it broke off."""

    repository: str
    """Its node id."""
    lanes: dict[str, Stop] = {}


class Feed(msgspec.Struct, frozen=True):
    """How far a repository's events were read."""

    last: int
    """The newest event's id; 0 when there was none."""
    etag: str = ""


class Count(msgspec.Struct, frozen=True):
    """The last complete list of who is there."""

    at: datetime
    rows: int
    """Issues and pull requests."""


class Catalog(msgspec.Struct):
    """Losing it costs requests, never facts."""

    names: dict[str, str] = {}
    """Repository as configured -> its name on GitHub, where it was renamed or is written in another case."""
    globs: dict[str, list[str]] = {}
    """Pattern -> repositories found for it."""
    boards: dict[str, Boards] = {}
    """By owner."""
    checkpoints: dict[str, Checkpoint] = {}
    """By repository."""
    feeds: dict[str, Feed] = {}
    """By repository."""
    counts: dict[str, Count] = {}
    """By repository."""
    short: dict[str, int] = {}
    """Repository -> how many rows fewer were listed than the server counts, when that was met last."""
    outside: dict[str, dict[str, str]] = {}
    """Repository -> number -> node id of open issues linked with issues of repositories that are not pulled."""
    structure: dict[str, dict[str, str]] = {}
    """Repository -> number -> digest, for issues and pull requests that have links at all."""

    def note(self, repository: str, node: Mapping[str, Any]) -> bool:
        """Keep the digest of an issue's links; returns whether it differs from the one that was kept."""
        kept = self.structure.setdefault(repository, {})
        number, now = str(node["number"]), digest(node)
        changed = kept.get(number, "") != now
        if now:
            kept[number] = now
        else:
            kept.pop(number, None)
        return changed

    def note_full(self, repository: str, node: Mapping[str, Any], within: Collection[str]) -> None:
        """As ``note``, of an issue that was read in full; ``within`` names the repositories pulled, in lower case."""
        self.note(repository, node)
        kept, number = self.outside.setdefault(repository, {}), str(node["number"])
        homes = _homes(node) if node.get("state") != "CLOSED" else ()
        if any(home.lower() not in within for home in homes if home != repository):
            kept[number] = str(node["id"])
        else:
            kept.pop(number, None)

    def keep_only(self, repository: str, numbers: Collection[str]) -> None:
        """Forget what is no longer there."""
        for kept in (self.structure, self.outside):
            rows = kept.get(repository, {})
            kept[repository] = {number: value for number, value in rows.items() if number in numbers}

    def keep_repositories(self, names: Collection[str]) -> None:
        """Forget repositories that are pulled no more: what was stored of them is forgotten as well."""
        for kept in (self.checkpoints, self.feeds, self.counts, self.short, self.outside, self.structure):
            for name in [name for name in kept if name not in names]:
                del kept[name]

    def falls_short(self, repository: str, listed: int, counted: int) -> str:
        """What to say when a walk brought fewer rows than the server counts.

        A server that falls short by as much twice in a row counts what it shows to nobody; it is believed then.
        """
        lacking = max(0, counted - listed)
        before = self.short.get(repository, 0)
        self.short.pop(repository, None)
        if lacking:
            self.short[repository] = lacking
        if not lacking or lacking == before:
            return ""
        return f"{counted} issues and pull requests are there, and only {listed} of them came"

    def dump(self) -> str:
        return msgspec.json.encode(self, order="sorted").decode()


def load(text: str) -> Catalog:
    """A catalog from the last pull; one that cannot be read is started anew."""
    try:
        return msgspec.json.decode(text, type=Catalog)
    except msgspec.DecodeError:
        return Catalog()


def digest(node: Mapping[str, Any]) -> str:
    """Of an issue's parent, links and dates on boards, and the state that other ends are in; empty when it has none.

    The same whether read from a full node or from the sweep's lean one: only what came along
    on the first page of each connection counts.
    """
    parts = sorted((*_ends(node), *_board_values(node)))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12] if parts else ""


def _ends(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("parent"):
        yield _end("parent", node["parent"])
    for name, first in _FIRST.items():
        for other in ((node.get(name) or {}).get("nodes") or ())[:first]:
            yield _end(name, other) if other else f"{name}:hidden"


def _end(name: str, other: Mapping[str, Any]) -> str:
    return f"{name}:{other.get('id')}:{other.get('state')}"


def _board_values(node: Mapping[str, Any]) -> Iterator[str]:
    for item in ((node.get("projectItems") or {}).get("nodes") or ())[:ITEMS]:
        if item:
            values = {name: value for name, value in item.items() if value and name != "project"}
            if values.keys() - {"isArchived"}:
                yield f"board:{item.get('project')}:{values}"


def _homes(node: Mapping[str, Any]) -> Iterator[str]:
    """Repositories at the other ends of what may be waited for."""
    for name in ("blockedBy", "blocking"):
        for other in (node.get(name) or {}).get("nodes") or ():
            if other:
                yield str((other.get("repository") or {}).get("nameWithOwner"))
