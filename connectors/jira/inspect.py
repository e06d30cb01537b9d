"""What ``check --online`` says of a Jira: everything the config names there, tried, with the way out.

Nothing is written and nothing raised. Permissions are asked for the token that needs them:
browsing for the one that reads, the others for the one that writes.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from connectors.base import Account, Check, ConnectorError, Gone, TrackerSettings, Traffic
from connectors.http import Json
from connectors.jira.catalog import Catalog
from connectors.jira.client import JiraClient
from connectors.jira.door import through_gateway
from connectors.jira.inspect_site import check_clock, check_fields, check_link_types, check_quota
from connectors.jira.site import resolve_scopes

BROWSE = "BROWSE_PROJECTS"
WRITING = {
    "ADD_COMMENTS": "Add Comments",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
    "EDIT_ISSUES": "Edit Issues",
    "LINK_ISSUES": "Link Issues",
}
"""What notes, labels (an edit of the issue) and links need, by the names that the admin pages show."""
DISPENSABLE = frozenset({"LINK_ISSUES"})
"""Without it only links that somebody asks for by command cannot be made; without any other, notes cannot."""

ODD = (ValueError, TypeError, KeyError, AttributeError)
"""What JSON of another shape than Jira's ends in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    settings: TrackerSettings
    reader: JiraClient
    writer: JiraClient
    account: Callable[[], Account]
    ahead: Callable[[], float]
    """Seconds by which the server's clock is ahead of ours."""
    catalog: Callable[[], Catalog]
    traffic: Callable[[], Traffic]

    def checks(self, writes_to: Sequence[str]) -> Iterator[Check]:
        try:
            yield from self._checks(writes_to)
        except ODD:
            yield Check(about="the rest", ok=None, found="not looked at: an answer of this Jira makes no sense")

    def _checks(self, writes_to: Sequence[str]) -> Iterator[Check]:
        try:
            account = self.account()
        except ConnectorError as error:
            yield Check(about="account", ok=False, found=str(error), remedy=f"see [trackers.{self.settings.name}]")
            return
        yield self._account(account)
        yield from self._writing_account()
        yield from check_clock(self.ahead())
        try:
            catalog = self.catalog()
        except ConnectorError as error:
            yield Check(about="fields, link types and projects", ok=False, found=str(error))
        else:
            yield from self._projects(catalog, writes_to)
            yield check_fields(catalog)
            yield from check_link_types(catalog.types(self.settings.name))
        yield check_quota(self.traffic())

    def _account(self, account: Account) -> Check:
        who = account.person.name or account.person.id
        found = f"{who} ({account.person.id}) on {account.site}, {self._way_in()}"
        if self.reader.face == "server" and self.settings.user:
            remedy = "a personal access token, with user left empty, goes on working where a CAPTCHA stops passwords"
            return Check(about="account", ok=None, found=found, remedy=remedy)
        return Check(about="account", ok=True, found=found)

    def _way_in(self) -> str:
        """Which Jira, and by which kind of token, in words."""
        basic = bool(self.settings.user)
        if self.reader.face == "server":
            return "Jira Data Center, with user and password" if basic else "Jira Data Center, with an access token"
        if through_gateway(self.settings.url):
            return f"Jira Cloud through the gateway, with {'a token with scopes' if basic else 'OAuth'}"
        return f"Jira Cloud, with {'an API token' if basic else 'a bearer token'}"

    def _writing_account(self) -> Iterator[Check]:
        if self.writer is self.reader:
            return
        try:
            me = self.writer.myself()
        except ConnectorError as error:
            remedy = f"see write_token of [trackers.{self.settings.name}]"
            yield Check(about="account for writing", ok=False, found=str(error), remedy=remedy)
        else:
            yield Check(about="account for writing", ok=True, found=str(me.get("displayName") or "has no name"))

    def _projects(self, catalog: Catalog, writes_to: Sequence[str]) -> Iterator[Check]:
        projects, missing = resolve_scopes(self.settings.scopes, catalog.projects)
        for scope in missing:
            yield self._unmatched(scope)
        for key in projects:
            yield self._reading(key)
            if any(fnmatchcase(f"{self.settings.name}:{key}".casefold(), p.casefold()) for p in writes_to):
                yield self._writing(key)

    def _unmatched(self, scope: str) -> Check:
        about = f"project {scope}"
        if any(character in scope for character in "*?["):
            remedy = f"correct it in projects of [trackers.{self.settings.name}]"
            return Check(about=about, ok=False, found="no project that our account sees matches this", remedy=remedy)
        try:
            project = self.reader.get(f"project/{scope.upper()}")
        except Gone:
            remedy = (
                f"correct it in projects of [trackers.{self.settings.name}], or grant our account Browse Projects in "
                "the project's permission scheme"
            )
            return Check(about=about, ok=False, found="not there, or not visible to our account", remedy=remedy)
        except ConnectorError as error:
            return Check(about=about, ok=False, found=str(error))
        if project.get("archived") is True:
            remedy = f"restore it, or take it out of projects of [trackers.{self.settings.name}]"
            return Check(about=about, ok=False, found="archived: its issues cannot be searched", remedy=remedy)
        found = "there, but not among the projects that Jira lists to our account"
        return Check(about=about, ok=False, found=found, remedy=f"name it by its key, {project.get('key')}")

    def _reading(self, key: str) -> Check:
        about = f"project {key}"
        try:
            lacking = _lacking(self.reader, key, (BROWSE,))
        except ConnectorError as error:
            return Check(about=about, ok=None, found=f"permissions could not be asked: {error}")
        if lacking:
            remedy = f"grant our account Browse Projects in the permission scheme of {key}"
            return Check(about=about, ok=False, found="visible, but its issues are not", remedy=remedy)
        return Check(about=about, ok=True, found="can be read")

    def _writing(self, key: str) -> Check:
        about = f"project {key}, writing"
        try:
            lacking = _lacking(self.writer, key, WRITING)
        except ConnectorError as error:
            return Check(about=about, ok=None, found=f"permissions could not be asked: {error}")
        if not lacking:
            return Check(about=about, ok=True, found="comments, labels and links can be written")
        names = ", ".join(f"{WRITING[name]} ({name})" for name in lacking)
        return Check(
            about=about,
            ok=None if DISPENSABLE.issuperset(lacking) else False,
            found=f"our account lacks {names}",
            remedy=f"grant it in the permission scheme of {key}, or take {key} out of write_to of [notes]",
        )


def _lacking(client: JiraClient, key: str, wanted: Iterable[str]) -> list[str]:
    """One request. Data Center ignores ``permissions`` and tells all."""
    said = client.get("mypermissions", projectKey=key, permissions=",".join(wanted))
    table = client.checked("mypermissions", said.get("permissions"), dict)
    return [name for name in wanted if not _has(table.get(name))]


def _has(row: Json) -> bool:
    return isinstance(row, dict) and row.get("havePermission") is True
