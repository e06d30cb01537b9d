"""``crosstie preview``: what a changed config would do, before it does it."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.base import USAGE, Fail, as_of_option, config_option, has_store, json_option, now, open_config, open_store
from cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.policy import Policy
    from sync.config import Config
    from sync.preview import Preview
    from sync.pull import Progress
    from sync.store import Store
    from sync.tally import Tally


class Span(click.ParamType[timedelta]):
    """``8w`` or ``30d``."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = re.fullmatch(r"([1-9]\d{0,3})([dw])", str(value).strip())
        if not found:
            self.fail(f'{value!r} is no time; write days or weeks, such as "30d" or "8w"', param, ctx)
        return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))


@click.command("preview")
@config_option
@json_option
@click.option("--since", type=Span(), metavar="TIME", help="Replay the stored history of so long: 8w, 30d.")
@click.option("--every-run", is_flag=True, help="With --since: every run, not only the last of each day.")
@as_of_option("Judge as on this day, instead of today.")
def command(config_path: Path, as_json: bool, since: timedelta | None, every_run: bool, as_of: datetime | None) -> None:
    """Show what would open, clear and notify under a config, from the store alone; nothing is asked or written."""
    if every_run and since is None:
        raise Fail("--every-run goes with --since, such as --since 8w.", USAGE)
    config = open_config(config_path, need_tokens=False)
    if not has_store(config):
        raise Fail(
            "There is no store beside this config, so nothing to judge: put a changed config beside the one in use, or "
            "let store.url name the same store. Where there is none yet, `crosstie pull` makes it.",
            USAGE,
        )
    with open_store(config) as store, progress(not as_json) as tell:
        if not store.scopes():
            raise Fail("There is nothing to judge yet: `crosstie pull` reads the trackers first.", USAGE)
        if since is None:
            _show(_now(store, config, as_of or now()), config, store.refs(), as_json)
        else:
            _show_past(_then(store, config, as_of or now(), since, every_run, tell), as_json)


def _show(found: "Preview", config: "Config", refs: "Mapping[str, str]", as_json: bool) -> None:
    from cli.show import console
    from cli.show_preview import preview_data, show_preview

    data = preview_data(found, config, refs)
    if as_json:
        click.echo(json.dumps(data, indent=2))
    else:
        show_preview(data, console())


def _show_past(tally: "Tally", as_json: bool) -> None:
    from cli.show import console
    from cli.show_preview import show_tally, tally_data

    data = tally_data(tally)
    if as_json:
        click.echo(json.dumps(data, indent=2))
    else:
        show_tally(data, console())


def _now(store: "Store", config: "Config", at: datetime) -> "Preview":
    from sync.preview import Standing, preview
    from sync.run import named_as_settled, policy_of, told_so_far

    standing = Standing(
        facts=store.facts(),
        cases=store.cases(),
        notes=store.notes(),
        mutes=store.mutes(),
        told=told_so_far(store),
        cleared=named_as_settled(store),
        opened=store.baselines(),
        whole=frozenset(f"{scope.tracker}:{scope.key}" for scope in store.scopes() if not scope.missing),
    )
    active = _active(store, config)
    return preview(standing, config, policy_of(config, store), active, at, store.new_case_id)


def _active(store: "Store", config: "Config") -> "tuple[Config, Policy] | None":
    """The config that was judged by last; None, and a warning, when it cannot be understood any more."""
    from sync.config import ConfigError
    from sync.past import config_of
    from sync.run import policy_of
    from sync.store import StoreError

    past = store.past_runs()
    if not past:
        return None
    try:
        before = config_of(store, past[-1].config, config.path)
    except (ConfigError, StoreError) as error:
        click.echo(f"warning: what the last config found cannot be told apart: {error}", err=True)
        return None
    return before, policy_of(before, store)


def _then(
    store: "Store", config: "Config", until: datetime, since: timedelta, every_run: bool, tell: "Progress"
) -> "Tally":
    """From the beginning of the day (UTC) that lies so far back."""
    from sync.replay import last_of_each_day, replay
    from sync.tally import Tally

    start = (until - since).replace(hour=0, minute=0, second=0, microsecond=0)
    past = [run for run in store.past_runs(start) if run.judged <= until]
    if not past:
        raise Fail("No run of that time has kept what it judged; try a longer time.", USAGE)
    runs = past if every_run else last_of_each_day(past)
    tally = Tally(config)
    for done, step in enumerate(replay(store, runs, lambda _: config), start=1):
        tally.add(step)
        tell("replaying", done, len(runs))
    return tally
