"""What ``crosstie init`` asks: a person on a terminal, and the trackers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

import connectors
from cli.base import USAGE, Fail
from connectors.base import Connector, ConnectorError, Told, TrackerSettings
from connectors.registry import tables
from connectors.survey import Choice
from sync.config.settings import CalendarTable
from sync.config.words import Unfit, env_name, listed, nearest
from sync.init import Tracker
from sync.init.toml import plain

SHOWN = 30
"""Projects or repositories that a person is shown to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One tracker to be read, as far as somebody said."""

    kind: str
    url: str = ""
    user: str = ""
    token_file: str = ""
    token: str = field(default="", repr=False)
    """Only to look with; it goes nowhere."""
    scopes: tuple[str, ...] = ()
    unreached: str = ""
    """Why the tracker is not looked at, in words; empty while it may be."""


def wishes_of(reads: Iterable[str], urls: Iterable[str], users: Iterable[str], files: Iterable[str]) -> dict[str, Wish]:
    """By kind, from the options. Raises Fail, naming the option, for one that makes no sense."""
    wishes: dict[str, Wish] = {}
    for pattern in reads:
        kind, scope = _split(pattern, ":", "--read")
        wish = wishes.get(kind, Wish(kind=kind))
        wishes[kind] = replace(wish, scopes=(*wish.scopes, scope))
    given = {"url": ("--url", urls), "user": ("--user", users), "token_file": ("--token-file", files)}
    for name, (option, pairs) in given.items():
        for pair in pairs:
            kind, value = _split(pair, "=", option)
            said: Mapping[str, Any] = {name: value}
            wishes[kind] = replace(wishes.get(kind, Wish(kind=kind)), **said)
    return wishes


def _split(text: str, sign: str, option: str) -> tuple[str, str]:
    kind, _, value = text.partition(sign)
    if kind not in tables():
        near = nearest(kind, tables())
        hint = f'; did you mean "{near}"?' if near else ""
        raise Fail(f"{option} must begin with {' or '.join(f'{known}{sign}' for known in tables())}{hint}", USAGE)
    if not value:
        raise Fail(f"{option} {kind}{sign} lacks what comes after", USAGE)
    return kind, value


def connector_of(settings: TrackerSettings) -> Connector:
    """The one that reads this kind of tracker."""
    return connectors.load()[settings.kind](settings)


class Asking:
    """``quiet`` asks no person anything; ``offline`` asks no tracker. Files are named from ``folder``, the config's."""

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        quiet: bool,
        offline: bool,
        folder: Path = Path(),
        make: Callable[[TrackerSettings], Connector] = connector_of,
    ) -> None:
        self._environ, self._quiet, self._offline = environ, quiet, offline
        self._folder, self._make = folder, make
        self.zone = ""
        """Of the first account that tells one."""

    def complete(self, given: Mapping[str, Wish]) -> list[Wish]:
        """The wishes with all that a connector needs, in the order of the kinds there are."""
        wishes = dict(given)
        if not self._quiet and not given:
            kinds = sorted(tables(), reverse=True)
            wishes = {
                k: Wish(kind=k) for k in kinds if click.confirm(f"Do your teams plan in {_name(k)}?", default=True)
            }
        return [self._chosen(self._completed(wishes[kind])) for kind in sorted(wishes, reverse=True)]

    def _completed(self, wish: Wish) -> Wish:
        """Where a person answers, until it fits; a mistake among the options is for whoever wrote them."""
        while True:
            try:
                return self._with_token(self._checked(self._asked(wish)))
            except Fail as error:
                if self._quiet or wish != Wish(kind=wish.kind):
                    raise
                click.echo(f"  {error.message}")

    def _asked(self, wish: Wish) -> Wish:
        table = tables()[wish.kind].model_fields
        wish = replace(wish, url=self._url(wish), token=self._environ.get(env_name(wish.kind, "token"), "").strip())
        if "user" in table and not wish.user:
            wish = replace(wish, user=self.say("  Mail address of our account (none on Data Center)", ""))
        if not wish.scopes and tables()[wish.kind].keys.shape == "jira":
            wish = replace(wish, scopes=("*",))
        elif not wish.scopes:
            owners = self.say(f"  Whose {tables()[wish.kind].scopes_setting}? (owners, with spaces between)", "")
            wish = replace(wish, scopes=tuple(o if "/" in o else f"{o}/*" for o in owners.replace(",", " ").split()))
        return wish

    def _url(self, wish: Wish) -> str:
        default = tables()[wish.kind].model_fields["url"].default
        usual = default if isinstance(default, str) else ""
        return wish.url or self.say(f"  URL of {_name(wish.kind)}", usual)

    def _with_token(self, wish: Wish) -> Wish:
        if wish.token or self._offline:
            return wish
        if wish.token_file:
            return replace(wish, token=_read(self._folder / wish.token_file))
        if self._quiet:
            return wish
        about = f"  Token for {_name(wish.kind)}, only to look now; it is written nowhere (empty: do not look)"
        return replace(wish, token=click.prompt(about, default="", hide_input=True, show_default=False).strip())

    def _checked(self, wish: Wish) -> Wish:
        """Raises Fail with every mistake that the config would have."""
        table = tables()[wish.kind]
        values = {"kind": wish.kind, "url": wish.url, table.scopes_setting: wish.scopes, "token_file": wish.token_file}
        if "user" in table.model_fields:
            values["user"] = wish.user
        try:
            fit = table.model_validate(values)
        except ValidationError as errors:
            said = (f"{wish.kind}: {e['loc'][0]}: {e['msg'].removeprefix('Value error, ')}" for e in errors.errors())
            raise Fail("\n".join(said), USAGE) from None
        return replace(wish, url=fit.url)

    # The trackers

    def look(self, wish: Wish, waiting: Told) -> Tracker:
        """What a tracker tells; when it cannot be reached, what is known without it, and why."""
        usual = tables()[wish.kind].model_fields["url"].default == wish.url
        tracker = Tracker(
            name=wish.kind,
            kind=wish.kind,
            url="" if usual else wish.url,
            user=wish.user,
            token_file=wish.token_file,
            scopes=wish.scopes,
            unreached=wish.unreached,
        )
        if tracker.unreached:
            return tracker
        try:
            connector = self._connector(wish, waiting)
            self.zone = self.zone or connector.account().zone
            return replace(tracker, survey=connector.survey(near=True))
        except ConnectorError as error:
            return replace(tracker, unreached=str(error))

    def _connector(self, wish: Wish, waiting: Told) -> Connector:
        connector = self._make(
            TrackerSettings(
                name=wish.kind, kind=wish.kind, url=wish.url, user=wish.user, scopes=wish.scopes, token=wish.token
            )
        )
        connector.tell = waiting
        return connector

    def _chosen(self, wish: Wish) -> Wish:
        """With the scopes that a person picks of what is there, or with the reason why nothing can be looked at."""
        if self._offline or not wish.token:
            why = "as --offline says" if self._offline else f"there is no token; set {env_name(wish.kind, 'token')}"
            return replace(wish, unreached=f"{wish.kind}: {why}")
        if self._quiet or not any("*" in scope for scope in wish.scopes):
            return wish
        try:
            survey = self._connector(wish, click.echo).survey(near=False)
        except ConnectorError as error:
            click.echo(f"  {error}")
            return replace(wish, unreached=str(error))
        choices = {choice.key: choice for choice in survey.choices if not choice.archived}
        return replace(wish, scopes=self._picked(choices, wish)) if choices else wish

    def _picked(self, choices: Mapping[str, Choice], wish: Wish) -> tuple[str, ...]:
        click.echo(f"  {_name(wish.kind)} has:")
        for choice in [*choices.values()][:SHOWN]:
            click.echo(f"    {_described(choice)}")
        if len(choices) > SHOWN:
            click.echo(f"    and {len(choices) - SHOWN} more")
        known = {key.casefold(): key for key in choices}
        while True:
            said = self.say("  Which of them? (with spaces between; all, new ones too)", "all")
            words = said.replace(",", " ").split()
            if words == ["all"]:
                return wish.scopes
            strange = [word for word in words if word.casefold() not in known and "*" not in word]
            if not strange and words:
                return tuple(known.get(word.casefold(), word) for word in words)
            near = nearest(strange[0], choices) if strange else ""
            click.echo(f"  There is no {listed(strange)}." + (f' Did you mean "{near}"?' if near else ""))

    # A person

    def calendar(self, timezone: str, holidays: str) -> tuple[str, str]:
        """Both as the config takes them, asked for again until they fit. Raises Fail for options that do not."""
        zone = timezone or self._until_fit("Time zone of most teams", self.zone or "UTC", "timezone")
        return zone, holidays or self._until_fit("Their public holidays, such as DE or DE-BE (none)", "", "holidays")

    def _until_fit(self, question: str, default: str, setting: str) -> str:
        while True:
            said = self.say(question, default)
            try:
                return check_day_setting(setting, said)
            except Fail as error:
                if self._quiet:
                    raise
                click.echo(f"  {error.message}")

    def say(self, question: str, default: str) -> str:
        """The answer; the default where nobody is asked."""
        if self._quiet:
            return default
        return str(click.prompt(question, default=default, show_default=bool(default))).strip()

    def agree(self, question: str) -> bool:
        """Yes or no; no where nobody is asked."""
        return not self._quiet and click.confirm(question, default=False)


def check_day_setting(setting: str, value: str) -> str:
    """A calendar's ``timezone`` or ``holidays`` as it came. Raises Fail, with what was probably meant."""
    try:
        CalendarTable.model_validate({setting: value} if value else {})
    except ValidationError as errors:
        cause = errors.errors()[0].get("ctx", {}).get("error")
        near = f'; did you mean "{cause.near}"?' if isinstance(cause, Unfit) and cause.near else ""
        raise Fail(f"{setting} {cause}{near}", USAGE) from None
    return value


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise Fail(f"--token-file {file}: {error.strerror}", USAGE) from None


def _name(kind: str) -> str:
    """As its maker writes it."""
    return {"github": "GitHub", "jira": "Jira"}.get(kind, kind)


def _described(choice: Choice) -> str:
    counted = f"{choice.issues:,} issues" if choice.issues is not None else ""
    about = ", ".join(filter(None, (plain(choice.title), counted, "public" if choice.public else "")))
    return f"{choice.key}  {about}".rstrip()


def shown(names: Sequence[str], most: int = 8) -> str:
    """``a, b and 3 more``."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
