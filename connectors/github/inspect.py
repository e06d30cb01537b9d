"""What ``check --online`` says of a GitHub: everything the config names there, tried, with the way out.

Nothing is written and nothing raised. Fifty repositories take one request; a few more go to who we
are, what is left of the limits, each ten owners of boards, and the repositories of an app.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase

from connectors.base import Check, ConnectorError, TrackerSettings
from connectors.github import projects, scopes
from connectors.github.catalog import Catalog
from connectors.github.client import Client
from connectors.github.credential import Credential, examine
from connectors.github.identity import Identity, identify
from connectors.github.inspect_repositories import Shown, check_reading, check_writing, look_at
from connectors.github.inspect_site import (
    check_app,
    check_features,
    check_quotas,
    check_untold,
    installed_repositories,
)
from connectors.github.queries import Schema

SOON = timedelta(days=14)
ODD = (ValueError, TypeError, KeyError, AttributeError)
"""What JSON of another shape than GitHub's ends in."""
WAYS_TO_BOARDS = {
    "classic": "add the scope read:project to the token",
    "fine-grained": "give the token Projects: read, of the organization",
    "app": "give the app Projects: read, of the organization",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    settings: TrackerSettings
    reader: Client
    writer: Client
    identity: Callable[[], Identity]

    def checks(self, writes_to: Sequence[str]) -> Iterator[Check]:
        try:
            yield from self._checks(writes_to)
        except ConnectorError as error:
            yield Check(about="the rest", ok=False, found=f"not looked at: {error}", remedy="try again later")
        except ODD:
            yield Check(about="the rest", ok=None, found="not looked at: an answer of this GitHub makes no sense")

    def _checks(self, writes_to: Sequence[str]) -> Iterator[Check]:
        try:
            identity = self.identity()
        except ConnectorError as error:
            yield Check(about="account", ok=False, found=str(error), remedy=f"see [trackers.{self.settings.name}]")
            return
        reading = examine(self.reader, self.settings.token)
        account = identity.account
        yield self._account("account", f"{account.person.id} on {account.site}", reading)
        writing = reading if self.writer is self.reader else (yield from self._writing_account())
        yield from check_features(identity.schema)
        names = yield from self._names(graphql=identity.schema is not None)
        seen = yield from self._repositories(names, writes_to, identity, reading, writing)
        yield from self._boards(seen, identity.schema, reading)
        yield from check_quotas(reading)

    def _account(self, about: str, who: str, credential: Credential) -> Check:
        found = f"{who}, {credential}"
        if credential.expires and credential.expires - self.reader.now() < SOON:
            remedy = "make a new token in time, and put it where the config reads it from"
            found += f"; it expires on {credential.expires:%Y-%m-%d}"
            return Check(about=about, ok=None, found=found, remedy=remedy)
        return Check(about=about, ok=True, found=found)

    def _writing_account(self) -> Generator[Check, None, Credential | None]:
        """Returns its credential; None when it is refused."""
        try:
            who = identify(self.writer).account.person.id
            credential = examine(self.writer, self.settings.write_token)
        except ConnectorError as error:
            remedy = f"see write_token of [trackers.{self.settings.name}]"
            yield Check(about="account for writing", ok=False, found=str(error), remedy=remedy)
            return None
        yield self._account("account for writing", who, credential)
        return credential

    def _names(self, *, graphql: bool) -> Generator[Check, None, list[str]]:
        """The repositories that are meant; a check for each entry that means none."""
        listing = scopes.by_graphql(self.reader) if graphql else scopes.by_rest(self.reader)
        chosen = scopes.choose(self.settings.name, self.settings.scopes, Catalog(), listing, refresh=True)
        for scope in chosen.scopes:
            remedy = f"correct it in repositories of [trackers.{self.settings.name}], or give our account access"
            yield Check(about=f"repository {scope.key}", ok=False, found=scope.missing, remedy=remedy)
        return chosen.names

    def _repositories(
        self,
        names: Sequence[str],
        writes_to: Sequence[str],
        identity: Identity,
        reading: Credential,
        writing: Credential | None,
    ) -> Generator[Check, None, list[str]]:
        """Returns the names of those that can be read."""
        graphql = identity.schema is not None
        seen, written = list[str](), list[Shown]()
        for shown in look_at(self.reader, names, graphql=graphql):
            yield check_reading(shown, reading, self.settings.name)
            seen += [shown.name] if shown.name else []
            if shown.name and self._is_written(shown.name, writes_to):
                written.append(shown)
        if written and writing is not None:
            if self.writer is not self.reader:
                written = list(look_at(self.writer, [shown.name for shown in written], graphql=graphql))
            yield from self._writing(written, writing)
        return seen

    def _is_written(self, name: str, writes_to: Sequence[str]) -> bool:
        scope = f"{self.settings.name}:{name}".casefold()
        return any(fnmatchcase(scope, pattern.casefold()) for pattern in writes_to)

    def _writing(self, written: Sequence[Shown], credential: Credential) -> Iterator[Check]:
        installed: frozenset[str] = frozenset()
        if credential.kind == "app":
            yield check_app(credential)
            installed = frozenset(installed_repositories(self.writer))
        untold = []
        for shown in written:
            check = check_writing(shown, credential, installed=lambda name: name.casefold() in installed)
            if check is None:
                untold.append(shown.name)
            else:
                yield check
        if untold:
            yield check_untold(untold)

    def _boards(self, names: Sequence[str], schema: Schema | None, credential: Credential) -> Iterator[Check]:
        if schema is None or not schema.has("Issue", "projectItems"):
            return
        owners = {name.partition("/")[0].casefold(): name.partition("/")[0] for name in names}
        for owner, boards in projects.look_up(self.reader, [*owners.values()]).items():
            about, prefix = f"boards of {owner}", f"{self.settings.name}: "
            if boards.why:
                remedy = (
                    f"{WAYS_TO_BOARDS.get(credential.kind, WAYS_TO_BOARDS['classic'])}; without, no dates of boards"
                )
                yield Check(
                    about=about, ok=None, found=f"cannot be read: {boards.why.removeprefix(prefix)}", remedy=remedy
                )
            else:
                found = (
                    f"dates are in {', '.join(boards.fields)}" if boards.fields else "no field of theirs holds dates"
                )
                yield Check(about=about, ok=True, found=found)
