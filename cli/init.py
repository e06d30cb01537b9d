"""``crosstie init``: a first config, from a few answers and what the trackers tell of themselves."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.base import FAILED, PARTIAL, USAGE, Fail, config_option, now
from cli.progress import progress

if TYPE_CHECKING:  # importing these costs half a second
    from cli.asking import Asking, Wish
    from sync.init import Ask, Proposal, Tracker

SCHEMA = "crosstie.schema.json"
PAIR = "TRACKER=VALUE"
NOTHING = """\
There is nothing to read. Name it, for example:
  crosstie init --url jira=https://acme.atlassian.net --read jira:PAY --read 'github:acme/*'"""


@click.command("init")
@config_option
@click.option("--read", "reads", multiple=True, metavar="PATTERN", help="What to read: jira:PAY, 'github:acme/*'.")
@click.option("--url", "urls", multiple=True, metavar=PAIR, help="Where it is: jira=https://acme.atlassian.net.")
@click.option("--user", "users", multiple=True, metavar=PAIR, help="Our account there: jira=bot@acme.example.")
@click.option(
    "--token-file", "files", multiple=True, metavar=PAIR, help="Its token, from the config's folder: jira=secrets/jira."
)
@click.option("--timezone", default="", help="Where days begin: Europe/Berlin. Left out: as a tracker tells.")
@click.option("--holidays", default="", help="Public holidays, by country and region: DE, DE-BE.")
@click.option("--one-audience", is_flag=True, help="Everybody who reads one of the trackers may read the others.")
@click.option("--schema", is_flag=True, help=f"Also write {SCHEMA}, by which editors complete and check.")
@click.option("--offline", is_flag=True, help="Look at no tracker; write what is known without.")
@click.option("--yes", is_flag=True, help="Ask nothing: the options, and defaults for the rest.")
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
def command(
    config_path: Path,
    reads: Sequence[str],
    urls: Sequence[str],
    users: Sequence[str],
    files: Sequence[str],
    timezone: str,
    holidays: str,
    one_audience: bool,
    schema: bool,
    offline: bool,
    yes: bool,
    force: bool,
) -> None:
    """Look at your trackers and write a commented config to begin with.

    Asks on a terminal for what the options do not say. Tokens come from the environment, from files or, only to
    look, from a question; they are never written down.
    """
    from cli.asking import Asking, check_day_setting, wishes_of
    from sync.init import Ask

    if config_path.exists() and not force:
        raise Fail(f"{config_path} is there already. --force writes over it; --config names another file.", USAGE)
    for setting, value in (("timezone", timezone), ("holidays", holidays)):
        check_day_setting(setting, value)
    asking = Asking(os.environ, offline=offline, quiet=yes or not sys.stdin.isatty(), folder=config_path.parent)
    wishes = asking.complete(wishes_of(reads, urls, users, files))
    if not wishes:
        raise Fail(NOTHING, USAGE)
    trackers = _look(asking, wishes)
    zone, days_off = asking.calendar(timezone, holidays)
    _settle(
        config_path,
        Ask(
            day=now().date(),
            trackers=trackers,
            timezone=zone,
            holidays=days_off,
            one_audience=one_audience or asking.agree("May whoever reads one of these read all the others?"),
            schema=SCHEMA if schema or asking.agree(f"Write {SCHEMA}, for completion in editors?") else "",
        ),
        offline=offline,
    )


def _look(asking: "Asking", wishes: Sequence["Wish"]) -> "tuple[Tracker, ...]":
    looked = []
    with progress(wanted=True) as tell:
        for wish in wishes:
            tell(f"looking at {wish.kind}", 0)
            looked.append(asking.look(wish, tell.waiting))
    return tuple(looked)


def _settle(path: Path, ask: "Ask", *, offline: bool) -> None:
    """Ends with PARTIAL when a tracker could not be looked at although it should have been."""
    from sync.config.schema import rendered
    from sync.init import proposal

    made = proposal(ask)
    _write(path, made.text)
    if ask.schema:
        (path.parent / ask.schema).write_text(rendered(), encoding="utf-8")
    _report(path, made, ask)
    if not offline and any(tracker.unreached or tracker.survey.missing for tracker in ask.trackers):
        raise SystemExit(PARTIAL)


def _write(path: Path, text: str) -> None:
    """All of it or nothing, and only what loads: a mistake among the answers is told, and no file is made."""
    from sync.config import ConfigError, load_config

    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        load_config(draft, environ={}, need_tokens=False)
        draft.replace(path)
    except ConfigError as error:
        said = "\n".join(str(problem).partition(f"{problem.line}: ")[2] for problem in error.problems)
        raise Fail(f"{path} was not written:\n{said}", USAGE) from None
    except OSError as error:
        raise Fail(f"{path} cannot be written: {error.strerror}", FAILED) from None
    finally:
        draft.unlink(missing_ok=True)


def _report(path: Path, made: "Proposal", ask: "Ask") -> None:
    from cli.asking import shown
    from sync.config.words import env_name

    for tracker in ask.trackers:
        if tracker.unreached:
            click.echo(f"not looked at: {tracker.unreached}", err=True)
        for reason in tracker.survey.missing:
            click.echo(f"not looked at: {tracker.name}: {reason}", err=True)
    click.echo(f"{path} is written. Nothing will be written to any tracker until its [notes] say so.")
    if made.teams:
        click.echo(f"  teams     {shown(made.teams)}: guessed, look at them")
    if asked := [f"is {name} a team?" for name in made.maybe] + [
        f"who waits in {q.link_type.name}?" for q in made.questions
    ]:
        click.echo(f"  questions {shown(asked, 4)} (QUESTION in the file)")
    option = "" if str(path) == "crosstie.toml" else f" --config {path}"
    click.echo("Next:")
    for tracker in ask.trackers:
        variable = env_name(tracker.name, "token")
        if not tracker.token_file and not os.environ.get(variable):
            click.echo(f"  export {variable}=…")
    click.echo(f"  crosstie check --online{option}   tries it all, and writes nothing")
    click.echo(f"  crosstie run --dry-run{option}    shows what would be found, and writes nothing")
