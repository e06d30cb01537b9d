"""What the GitHub connector wants back at the next pull: names, globs, and digests of links."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from connectors.github.queries import CLOSING, LINKS

_FIRST: Mapping[str, int] = {
    "blockedBy": LINKS,
    "blocking": LINKS,
    "closedByPullRequestsReferences": CLOSING,
    "closingIssuesReferences": CLOSING,
}


class Catalog(msgspec.Struct):
    """Losing it costs requests, never facts."""

    names: dict[str, str] = {}
    """Repository as configured -> its name on GitHub, where it was renamed or is written in another case."""
    globs: dict[str, list[str]] = {}
    """Pattern -> repositories found for it."""
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

    def keep_only(self, repository: str, numbers: set[str]) -> None:
        """Forget the digests of what is no longer there."""
        kept = self.structure.get(repository, {})
        self.structure[repository] = {number: digest for number, digest in kept.items() if number in numbers}

    def dump(self) -> str:
        return msgspec.json.encode(self, order="sorted").decode()


def load(text: str) -> Catalog:
    """A catalog from the last pull; one that cannot be read is started anew."""
    try:
        return msgspec.json.decode(text, type=Catalog)
    except msgspec.DecodeError:
        return Catalog()


def digest(node: Mapping[str, Any]) -> str:
    """Of an issue's parent and links and the state their other ends are in; empty when it has none.

    The same whether read from a full node or from the sweep's lean one: only what came along
    on the first page of each connection counts.
    """
    parts = sorted(_ends(node))
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12] if parts else ""


def _ends(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("parent"):
        yield _end("parent", node["parent"])
    for name, first in _FIRST.items():
        for other in ((node.get(name) or {}).get("nodes") or ())[:first]:
            yield _end(name, other) if other else f"{name}:hidden"


def _end(name: str, other: Mapping[str, Any]) -> str:
    return f"{name}:{other.get('id')}:{other.get('state')}"
