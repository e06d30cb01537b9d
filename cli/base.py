"""What every command shares: options, exit codes, the errors it knows how to say, and how it opens things.

Heavy imports happen inside functions, so that ``crosstie --help`` is quick.
"""

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:  # only names for annotations: importing these costs most of a second
    from connectors.base import Connector
    from sync.config import Config
    from sync.digest.base import Sent
    from sync.store import Store

COMPLETE, FAILED, USAGE, PARTIAL, FOUND = range(5)
"""Exit codes: done; failed; wrong usage or config; done in part (said which); ``--fail-on`` met."""

AS_OF_HOUR = time(11, tzinfo=UTC)
"""The moment of a day given by date: 11:00 UTC is that same date from UTC-11 to UTC+12."""

F = TypeVar("F", bound=Callable[..., Any])


class Fail(click.ClickException):
    """Ends the command with a sentence and an exit code."""

    exit_code: int  # type: ignore[misc]  # click's own is a class variable that it reads from the instance

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


def config_option(command: F) -> F:
    return click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        default=Path("crosstie.toml"),
        show_default=True,
        envvar="CROSSTIE_CONFIG",
        help="The TOML file to work by.",
    )(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")(command)


class Day(click.ParamType[datetime]):
    """A date, as a moment of it."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return datetime.combine(date.fromisoformat(str(value)), AS_OF_HOUR)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2027-01-31", param, ctx)


def as_of_option(help_: str) -> Callable[[F], F]:
    return click.option("--as-of", type=Day(), metavar="DATE", help=help_)


def now() -> datetime:
    """The only clock of the program."""
    return datetime.now(UTC)


ACTORS = ("CROSSTIE_WHO", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_USER_ID", "BUILDKITE_BUILD_CREATOR")
"""Variables that say for whom a job runs: our own, then those of GitHub Actions, GitLab, Jenkins and Buildkite."""


def who(environ: Mapping[str, str]) -> str:
    """Who started this: as the job says, else the account on this machine. Kept with each version of the config."""
    named = next((environ[name].strip() for name in ACTORS if environ.get(name, "").strip()), "")
    try:
        return named or getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have them
        return f"uid {os.getuid()}"


def open_config(path: Path, *, need_tokens: bool = True) -> "Config":
    """The config, or every problem in it at once and exit code 2."""
    from sync.config import ConfigError, load_config

    if not path.exists():
        raise Fail(
            f"{path}: there is no such file. `crosstie init` makes one from what your trackers tell; `crosstie demo` "
            "shows it all at work first.",
            USAGE,
        )
    try:
        config = load_config(path, environ=os.environ, need_tokens=need_tokens, today=now().date())
    except ConfigError as error:
        raise Fail(str(error), USAGE) from error
    for warning in config.warnings:
        click.echo(f"warning: {warning}", err=True)
    return config


@contextmanager
def open_store(config: "Config") -> Iterator["Store"]:
    from rules.base import RuleError
    from sync.store import Busy, Store, StoreError

    try:
        with Store.open(config.store_url) as store:
            yield store
    except Busy as error:
        raise Fail(str(error), PARTIAL) from error
    except (StoreError, RuleError) as error:
        raise Fail(str(error), FAILED) from error


def has_store(config: "Config") -> bool:
    """Whether a store is there already; asking makes none."""
    path = config.store_url.partition("sqlite:///")[2]
    return Path(path).exists() if path else "sqlite" not in config.store_url


def open_connectors(config: "Config") -> dict[str, "Connector"]:
    import connectors

    kinds = connectors.load()
    return {tracker.name: kinds[tracker.kind](tracker) for tracker in config.trackers}


def complain(missing: Mapping[str, object] | tuple[str, ...]) -> None:
    """Names on stderr what could not be done, a line each."""
    for reason in missing:
        click.echo(f"incomplete: {reason}", err=True)


def tell_sent(sent: "Iterable[Sent]", *, lines: bool = True) -> None:
    """A line for each digest; what did not go out is told on stderr. ``lines`` False: only that."""
    for one in sent:
        if one.error:
            click.echo(f"incomplete: digest {one.letter.name}: {one.error}", err=True)
        elif lines:
            click.echo(str(one))


def on_terminal() -> bool:
    return sys.stderr.isatty()
