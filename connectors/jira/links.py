"""Links that a person asked us to make: native ones within a Jira, remote links to any other page.

A native link is made with its direction checked: vendor texts contradict each other on which of
``inwardIssue`` and ``outwardIssue`` is the one that *blocks*
(https://github.com/atlassian/atlassian-mcp-server/issues/112), so what was made is read back,
and made the other way round where it came out reversed. A request whose answer was lost is
followed by a look: a link that stands is never made twice.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from connectors.base import Address, Gone, Receipt, Refused, Target, TryLater
from connectors.http import Call, Json
from connectors.jira.client import JiraClient
from model.facts import Lean, LinkType
from model.link_types import known_meaning
from model.policy import OPPOSITE
from model.words import clean

RELATIONSHIPS: dict[Lean, str] = {"depends": "is blocked by", "provides": "blocks"}
BLOCKS = "blocks"
"""Name of the link type that every Jira comes with, and that is taken where it still says who waits."""

NO_TEXT = frozenset({201})
"""The answer to a link that was made is empty, and names no id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """A native link that one issue has with the other."""

    id: str
    lean: Lean
    """What the link makes the issue that holds it."""


@dataclass(slots=True)
class Links:
    client: JiraClient
    """It writes, and it reads what it wrote: another account might not see it."""
    _waiting: LinkType | None = None
    _reversed: bool = False
    """Whether this Jira takes the two ends of a request the other way round."""

    def ensure(self, address: Address, other: Target, lean: Lean) -> Receipt:
        """One request when the link stands already; else four within this Jira, the first time, and two elsewhere."""
        if other.address is None:
            return self._ensure_remote(address, other, RELATIONSHIPS[lean])
        return self._ensure_native(address, other.address, lean)

    def _ensure_native(self, address: Address, other: Address, lean: Lean) -> Receipt:
        before = self._between(address, other)
        if standing := next((link for link in before if link.lean == lean), None):
            return Receipt(id=standing.id, done="unchanged")
        known = {link.id for link in before}
        for backwards in (self._reversed, not self._reversed):
            self._make(address, other, lean, backwards=backwards)
            fresh = [link for link in self._between(address, other) if link.id not in known]
            if made := next((link for link in fresh if link.lean == lean), None):
                self._reversed = backwards
                return Receipt(id=made.id, done="created")
            for wrong in fresh:
                self._twice_if_lost(Call(method="DELETE", path=f"issueLink/{wrong.id}"), lambda: False)
        raise Refused(self.client.tracker, f"the link of {address.key} to {other.key} was taken and is not there")

    def _make(self, address: Address, other: Address, lean: Lean, *, backwards: bool) -> None:
        """``inwardIssue`` is where the type's arrow begins, and reads its outward phrase; unless it is not."""
        kind = self._waiting = self._waiting or self._waiting_type()
        begins, ends = (address, other) if known_meaning(kind) == lean else (other, address)
        if backwards:
            begins, ends = ends, begins
        body = {"type": {"id": kind.id}, "inwardIssue": _end(begins), "outwardIssue": _end(ends)}
        call = Call(method="POST", path="issueLink", body=body, accept=NO_TEXT)
        self._twice_if_lost(call, lambda: any(link.lean == lean for link in self._between(address, other)))

    def _twice_if_lost(self, call: Call, arrived: Callable[[], bool]) -> None:
        """Send a change that may be sent again: Jira takes a link that stands already, and one that is gone is gone."""
        for last in (False, True):
            try:
                self.client.gate.write(call)
            except Gone:
                if call.method != "DELETE":
                    raise
            except TryLater as error:
                if last or not error.sent:
                    raise
                if not arrived():
                    continue
            return

    def _waiting_type(self) -> LinkType:
        """The type named Blocks if its phrases say who waits, else the first that does."""
        found = [kind for kind in self._types() if known_meaning(kind) in RELATIONSHIPS]
        if not found:
            raise Refused(self.client.tracker, "no link type here says in its phrases which issue waits for the other")
        return next((kind for kind in found if kind.name.casefold() == BLOCKS), found[0])

    def _types(self) -> Iterator[LinkType]:
        rows = self.client.rows("issueLinkType", self.client.get("issueLinkType"), "issueLinkTypes")
        return (_type(row, self.client.tracker) for row in rows if isinstance(row, dict))

    def _between(self, address: Address, other: Address) -> list[_Standing]:
        """Links of any type that say who waits, by a direct read that no index lags behind."""
        path = f"issue/{address.native_id}"
        table = self.client.checked(path, self.client.get(path, fields="issuelinks").get("fields"), dict)
        rows = self.client.rows(path, table, "issuelinks")
        return [link for row in rows if isinstance(row, dict) and (link := self._standing(row, other)) is not None]

    def _standing(self, row: dict[str, Json], other: Address) -> _Standing | None:
        forward = bool(row.get("outwardIssue"))
        end = row.get("outwardIssue") or row.get("inwardIssue") or {}
        meaning = known_meaning(_type(row.get("type") or {}, self.client.tracker)) or "relates"
        seen = meaning if forward else OPPOSITE[meaning]
        if str(end.get("id")) != other.native_id or (seen != "depends" and seen != "provides"):
            return None
        return _Standing(id=str(row.get("id")), lean=seen)

    def _ensure_remote(self, address: Address, other: Target, relationship: str) -> Receipt:
        if not other.url.startswith(("https://", "http://")):
            raise Refused(self.client.tracker, f"{address.key} cannot be linked to {other.name or other.url}: no page")
        path = f"issue/{address.native_id}/remotelink"
        rows = self._remote(path)
        if same := next((row for row in rows if _says(row, other.url, relationship) and not _ours(row, other)), None):
            return Receipt(id=str(same["id"]), done="unchanged")
        own = next((row for row in rows if _ours(row, other)), {})
        wanted = _remote_link(own, other, relationship)
        if own and all(own.get(name) == value for name, value in wanted.items()):
            return Receipt(id=str(own["id"]), done="unchanged")
        identity = self._upsert(path, wanted)
        return Receipt(id=identity or str(own.get("id", "")), done="edited" if own else "created")

    def _upsert(self, path: str, wanted: dict[str, Json]) -> str:
        """By its ``globalId``, so that sending it again after a lost answer changes nothing more."""
        call = Call(method="POST", path=path, body=wanted)
        try:
            made = self.client.gate.write(call).data
        except TryLater as error:
            if not error.sent:
                raise
            arrived = (row for row in self._remote(path) if all(row.get(name) == wanted[name] for name in wanted))
            made = next(arrived, None) or self.client.gate.write(call).data
        return str(made.get("id") or "") if isinstance(made, dict) else ""

    def _remote(self, path: str) -> Sequence[dict[str, Json]]:
        rows = self.client.checked(path, self.client.read(path), list)
        return [row for row in rows if isinstance(row, dict)]


def _end(address: Address) -> Json:
    """By id, which never changes, and by key, for a Jira that reads only that."""
    return {"id": address.native_id, "key": address.key}


def _type(row: dict[str, Json], tracker: str) -> LinkType:
    texts = {name: str(row.get(name) or "") for name in ("id", "name", "outward", "inward")}
    return LinkType(tracker=tracker, **texts)


def _global_id(other: Target) -> str:
    """The same for the same page; Jira takes 255 characters of it."""
    return f"crosstie:{hashlib.sha256(other.url.encode()).hexdigest()}"


def _ours(row: dict[str, Json], other: Target) -> bool:
    return row.get("globalId") == _global_id(other)


def _says(row: dict[str, Json], url: str, relationship: str) -> bool:
    """Whether a link that somebody made says the same already."""
    thing = row.get("object")
    return isinstance(thing, dict) and thing.get("url") == url and row.get("relationship") == relationship


def _remote_link(own: dict[str, Json], other: Target, relationship: str) -> dict[str, Json]:
    """What should stand. What is left out becomes null, so what stands beside it is sent along.

    https://github.com/pchuri/jira-cli/issues/24
    """
    thing = own.get("object")
    title = clean(other.title).strip() or other.name or other.url
    return {
        **({"application": own["application"]} if own.get("application") else {}),
        "globalId": _global_id(other),
        "relationship": relationship,
        "object": {**(thing if isinstance(thing, dict) else {}), "url": other.url, "title": title[:255]},
    }
