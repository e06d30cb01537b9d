"""``crosstie digest``: one page for a team or a forum, from the store alone."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.base import (
    COMPLETE,
    PARTIAL,
    USAGE,
    Day,
    Fail,
    config_option,
    json_option,
    now,
    open_config,
    open_connectors,
    open_store,
    tell_sent,
)

if TYPE_CHECKING:
    from sync.config import Config
    from sync.config.digests import DigestTable
    from sync.digest.deliver import Post


@click.command("digest")
@config_option
@json_option
@click.argument("name", required=False)
@click.option("--dry-run", is_flag=True, help="Show it, due or not, and send nothing.")
@click.option("--day", type=Day(), metavar="DATE", help="Work as on this day.")
@click.option("--again", is_flag=True, help="Send NAME although it is not due, went out, or may have.")
def command(
    config_path: Path, as_json: bool, name: str | None, dry_run: bool, day: datetime | None, again: bool
) -> None:
    """Show or send the digests that are due, from what the last run read; no tracker is asked anything."""
    from cli.show_digests import show_letters, show_when
    from sync.digest.deliver import Post

    if again and name is None:
        raise Fail("--again needs the NAME of one digest.", USAGE)
    config = open_config(config_path, need_tokens=not dry_run)
    chosen, at = _chosen(config, name), day or now()
    with open_store(config) as store:
        if dry_run:
            post = Post(config, store, {}, now)
            show_letters([(post.letter(d, _day(post, d, at), at), d) for d in chosen], as_json)
            return
        with store.lease(f"d{now():%Y%m%d%H%M%S%f}", now=now()):
            post = Post(config, store, open_connectors(config), now)
            post.tidy()
            due = [(chosen[0], _day(post, chosen[0], at))] if again else post.due(at, [d.name for d in chosen])
            sent = [post.send(digest, on, at, again=again) for digest, on in due]
        if as_json:
            click.echo(json.dumps([one.summary() for one in sent], indent=2))
        else:
            show_when(post, chosen, {digest.name for digest, _ in due}, at)
        tell_sent(sent, lines=not as_json)
    raise SystemExit(PARTIAL if any(one.error for one in sent) else COMPLETE)


def _chosen(config: "Config", name: str | None) -> list["DigestTable"]:
    if not config.digests:
        raise Fail(f"{config.path} has no [[digests]]; docs/digests.md shows how to have one.", USAGE)
    chosen = [digest for digest in config.digests if name in (None, digest.name)]
    if not chosen:
        known = ", ".join(digest.name for digest in config.digests)
        raise Fail(f"there is no digest {name}; there are {known}.", USAGE)
    return chosen


def _day(post: "Post", digest: "DigestTable", at: datetime) -> date:
    """The day that is due, or else today where its people are."""
    from sync.digest.due import due_day

    calendar = post.calendar(digest)
    return due_day(digest, calendar, at) or calendar.today(at)
