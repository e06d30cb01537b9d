"""What ``check --online`` says of repositories: can they be read, and written to where the config says so?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.base import Check, Gone, Refused
from connectors.github.client import Client, Reply
from connectors.github.credential import Credential
from connectors.github.queries import Query

TOGETHER = 50
ASKED = "nameWithOwner isPrivate isArchived hasIssuesEnabled viewerPermission"
MAY_LABEL = frozenset({"ADMIN", "MAINTAIN", "WRITE", "TRIAGE"})
ROLES = ("admin", "maintain", "push", "triage", "pull")
"""As REST names them, the mightiest first."""
ROLE_NAMES: Mapping[str, str] = {"push": "WRITE", "pull": "READ"}
COVERS_PUBLIC = frozenset({"repo", "public_repo"})
COVERS_PRIVATE = frozenset({"repo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A repository as one credential sees it."""

    asked: str
    name: str = ""
    """As GitHub calls it now; empty when it is not to be seen."""
    private: bool = False
    archived: bool = False
    has_issues: bool = True
    role: str = ""
    """Of the account: ADMIN, MAINTAIN, WRITE, TRIAGE, READ, or empty."""
    why: str = ""
    """Why it is not to be seen."""


def look_at(client: Client, names: Sequence[str], *, graphql: bool) -> Iterator[Shown]:
    """Fifty to a request; one to a request where there is no GraphQL."""
    if not graphql:
        yield from (_by_rest(client, name) for name in names)
        return
    for start in range(0, len(names), TOGETHER):
        batch = names[start : start + TOGETHER]
        query = Query()
        for index, full_name in enumerate(batch):
            owner, _, name = full_name.partition("/")
            whose = query.value(f"o{index}", "String!", owner)
            called = query.value(f"n{index}", "String!", name)
            query.parts.append(f"r{index}: repository(owner: {whose}, name: {called}) {{ {ASKED} }}")
        reply = client.graphql(query.text(), query.values)
        yield from (_by_graphql(reply, f"r{index}", name) for index, name in enumerate(batch))


def _by_graphql(reply: Reply, alias: str, asked: str) -> Shown:
    row = reply.data.get(alias)
    if not row:
        # Of a refusal GitHub's own words help most: they may ask to authorize the token for single sign-on.
        said = (p.message if p.type != "NOT_FOUND" else "" for p in reply.problems if p.path[:1] == (alias,))
        return Shown(asked=asked, why="; ".join(dict.fromkeys(filter(None, said))))
    return Shown(
        asked=asked,
        name=str(row["nameWithOwner"]),
        private=bool(row.get("isPrivate")),
        archived=bool(row.get("isArchived")),
        has_issues=row.get("hasIssuesEnabled") is not False,
        role=str(row.get("viewerPermission") or ""),
    )


def _by_rest(client: Client, asked: str) -> Shown:
    try:
        row: Mapping[str, Any] = client.get(f"/repos/{asked}").data
    except Gone:
        return Shown(asked=asked)
    except Refused as error:
        return Shown(asked=asked, why=str(error))
    granted = row.get("permissions") or {}
    role = next((role for role in ROLES if granted.get(role)), "")
    return Shown(
        asked=asked,
        name=str(row["full_name"]),
        private=bool(row.get("private")),
        archived=bool(row.get("archived")),
        has_issues=row.get("has_issues") is not False,
        role=ROLE_NAMES.get(role, role.upper()),
    )


def check_reading(shown: Shown, credential: Credential, tracker: str) -> Check:
    about = f"repository {shown.asked}"
    if not shown.name:
        found = f"cannot be read: {shown.why}" if shown.why else "not there, or not visible to our account"
        return Check(about=about, ok=False, found=found, remedy=_way_in(shown, credential, tracker))
    if shown.name.casefold() != shown.asked.casefold():
        remedy = f"call it {shown.name} wherever the config names it, so that teams and write_to go on fitting"
        return Check(about=about, ok=None, found=f"is called {shown.name} now, and is read as that", remedy=remedy)
    readers = "private" if shown.private else "public: anybody reads its notes"
    if not shown.has_issues:
        found = f"only its pull requests can be read, as its issues are switched off ({readers})"
        return Check(about=about, ok=None, found=found, remedy="nothing, if that is meant")
    archived = ", archived" if shown.archived else ""
    return Check(about=about, ok=True, found=f"can be read ({readers}{archived})")


def _way_in(shown: Shown, credential: Credential, tracker: str) -> str:
    correct = f"correct it in repositories of [trackers.{tracker}]"
    match credential.kind:
        case "app":
            return f"{correct}, or add it to the repositories of the app's installation"
        case "fine-grained":
            return f"{correct}, or give the token this repository, with Issues and Pull requests: read"
    scope = "" if credential.scopes & COVERS_PRIVATE else "; for a private one the token needs the scope repo"
    return f"{correct}, or give our account access to it{scope}"


def check_writing(shown: Shown, credential: Credential, *, installed: Callable[[str], bool]) -> Check | None:
    """None where GitHub does not tell whether the credential may, although its account could."""
    about = f"repository {shown.asked}, writing"
    leave_out = "take it out of write_to of [notes]"
    if shown.archived:
        remedy = f"nothing, or {leave_out}"
        return Check(about=about, ok=None, found="nothing can be written: it is archived", remedy=remedy)
    why, remedy = _against_writing(shown, credential, installed)
    if why:
        return Check(about=about, ok=False, found=f"nothing can be written: {why}", remedy=f"{remedy}, or {leave_out}")
    if credential.kind != "app" and shown.role not in MAY_LABEL:
        role = shown.role.lower() or "none"
        found = f"comments can be written, labels and links cannot: our account's role is {role}"
        remedy = f"give it the role Triage in {shown.name}, or {leave_out}"
        return Check(about=about, ok=False, found=found, remedy=remedy)
    if credential.kind in ("fine-grained", "unknown"):
        return None
    return Check(about=about, ok=True, found="comments, labels and links can be written")


def _against_writing(shown: Shown, credential: Credential, installed: Callable[[str], bool]) -> tuple[str, str]:
    """Why nothing at all can be written, and what to do about it."""
    if not shown.name:
        return "the account that writes does not see it", "give that account access to it"
    wanted = COVERS_PRIVATE if shown.private else COVERS_PUBLIC
    if credential.kind == "classic" and not credential.scopes & wanted:
        scope = "repo" if shown.private else "public_repo"
        return f"the token lacks the scope {scope}", f"add the scope {scope} to the token"
    if credential.kind == "app" and not installed(shown.name):
        return "the app is not installed there", "add it to the repositories of the installation"
    return "", ""
