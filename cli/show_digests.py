"""Digests as people read of them in a terminal, and as programs do."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import click

from model.document import long_day
from model.policy import PUBLIC
from sync.config.digests import DigestTable
from sync.digest.base import Letter
from sync.digest.deliver import Post, where_of
from sync.digest.due import next_day
from sync.digest.plain import as_json, render_text


def show_letters(letters: Sequence[tuple[Letter, DigestTable]], in_json: bool) -> None:
    """What would go out, and where to."""
    if in_json:
        click.echo(json.dumps([as_json(letter) for letter, _ in letters], indent=2))
        return
    for letter, digest in letters:
        click.echo(f"{letter.name}, to {where_of(digest, letter.day)} (not sent):\n")
        nothing = f"There is nothing to say to {letter.whom}.\n"
        click.echo(render_text(letter, letter.document) if letter.document is not None else nothing)
        if digest.readers in ("", PUBLIC) and not digest.to.issue:
            click.echo("Everybody is its reader, so only what is public is told: `readers` names a smaller circle.\n")
        if letter.counts.withheld:
            click.echo(f"{letter.counts.withheld} more were left out: not every reader of this digest may see them.\n")


def show_when(post: Post, digests: Iterable[DigestTable], due: Collection[str], at: datetime) -> None:
    """When each of those that are not due comes next."""
    for digest in digests:
        if digest.name not in due:
            calendar = post.calendar(digest)
            day = next_day(digest, calendar, calendar.today(at))
            then = f"; the next is for {long_day(day)}" if day is not None else ""
            click.echo(f"Digest {digest.name}: not due now{then}. --dry-run shows it.")
