"""Links that a person asked us to make: GitHub's own blocked-by, between issues of one GitHub.

It is made on the issue that waits, and names the other by its database id, which stands in no key
and changes when the issue is transferred: so that is asked for. What was made is read back.
https://docs.github.com/en/rest/issues/issue-dependencies
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.base import Address, Denied, Gone, Receipt, Refused, Target, TryLater
from connectors.github.client import Client
from connectors.github.parse_rest import is_pull, number_of, repository_of
from model.facts import Lean

Row = Mapping[str, Any]

UNPROCESSABLE = 422
"""GitHub says in words why it makes no link: it stands already, or there are 50."""
PHRASES: Mapping[Lean, str] = {"depends": "Depends on", "provides": "Blocks"}


class _CannotBe(Exception):
    """Why there can be no native link, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    client: Client
    """It writes, and it reads what it wrote: another account might not see it."""

    def ensure(self, address: Address, other: Target, lean: Lean) -> Receipt:
        """One request when the link stands already; else five. Raises Refused, Gone, Denied, TryLater."""
        name = other.name.partition(":")[2] or other.url
        way_out = f"write into {address.key} the line `{PHRASES[lean]}: {name}`"
        try:
            if other.address is None:
                raise _CannotBe("GitHub links issues with issues of its own only")
            ends = (address, other.address) if lean == "depends" else (other.address, address)
            return self._ensure(*ends)
        except _CannotBe as why:
            said = f"{address.key} cannot be linked with {other.name or other.url}: {why}; instead, {way_out}"
            raise Refused(self.client.tracker, said) from why

    def _ensure(self, waiting: Address, blocker: Address) -> Receipt:
        try:
            standing = self._stands(_place(waiting), blocker.native_id)
        except Gone as error:
            self._issue(waiting)  # raises Gone when it is the issue that is not there
            raise _CannotBe("this server has no blocked-by links") from error
        if standing:
            return Receipt(id=_id(blocker.native_id, waiting.native_id), done="unchanged")
        return self._make(self._issue(waiting), self._issue(blocker))

    def _make(self, waiting: Row, blocker: Row) -> Receipt:
        """Both as they are now, with the ids and in the places that they have now."""
        if is_pull(waiting) or is_pull(blocker):
            raise _CannotBe("GitHub lets no pull request block or be blocked")
        place = f"/repos/{repository_of(waiting)}/issues/{number_of(str(waiting['url']))}"
        identity = str(blocker["node_id"])
        said = self._add(place, blocker)
        if not self._stands(place, identity):
            raise _CannotBe(said or "GitHub took the link and does not show it")
        return Receipt(id=_id(identity, str(waiting["node_id"])), done="unchanged" if said else "created")

    def _add(self, place: str, blocker: Row) -> str:
        """Returns what GitHub had against it. Sent again after a lost answer only if the link is not there."""
        path, body = f"{place}/dependencies/blocked_by", {"issue_id": blocker["id"]}
        try:
            answer = self.client.write("POST", path, body, accept=(UNPROCESSABLE,))
        except TryLater as error:
            if not error.sent:
                raise
            if self._stands(place, str(blocker["node_id"])):
                return ""
            answer = self.client.write("POST", path, body, accept=(UNPROCESSABLE,))
        except Denied as error:
            said = f"{error}: a link needs the role Triage there, and Issues: write of a fine-grained token or an app"
            raise Denied(self.client.tracker, said.removeprefix(f"{self.client.tracker}: ")) from error
        if answer.status != UNPROCESSABLE:
            return ""
        message = answer.data.get("message") if isinstance(answer.data, dict) else ""
        return " ".join(str(message or "GitHub does not say why not").split())[:200]

    def _stands(self, place: str, blocker: str) -> bool:
        """At most 50 rows, so one request."""
        pages = self.client.rows(f"{place}/dependencies/blocked_by")
        return any(row.get("node_id") == blocker for page in pages for row in page)

    def _issue(self, address: Address) -> Row:
        row: Row = self.client.get(_place(address)).data
        return row


def _place(address: Address) -> str:
    repository, _, number = address.key.partition("#")
    return f"/repos/{repository}/issues/{number}"


def _id(blocker: str, waiting: str) -> str:
    """As ``connectors.github.parse`` names the link, from whichever end it is read."""
    return f"blocked_by:{blocker}:{waiting}"
