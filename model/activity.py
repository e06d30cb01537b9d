"""What people did on an issue, and when: bots and we do not count."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from model.dates import current_sprint, next_release
from model.facts import IssueFact

ECHO = timedelta(minutes=5)
"""Within which a machine that has commented is taken for whoever changed more."""


def last_active(fact: IssueFact) -> datetime | None:
    """When a person last did something on the issue, at the latest that it may have been.

    Without a history nobody knows who moved ``updated``, so it counts as a person's doing, unless a bot or
    we had commented right before: a label goes with a comment and moves it, too.
    """
    known = max(_by_people(fact), default=None)
    if fact.history is not None or fact.updated is None or _is_echo(fact.updated, _by_machines(fact)):
        return known
    return max(known or fact.updated, fact.updated)


def active_in(fact: IssueFact) -> str:
    """The restricted comment (``comment:ID``) by which alone the issue was active so late; "" where all its readers
    can see that it was."""
    at = last_active(fact)
    if at == last_active(replace(fact, comments=tuple(c for c in fact.comments if not c.restricted))):
        return ""
    return next((f"comment:{c.id}" for c in fact.comments if c.restricted and at in (c.updated, c.created)), "comments")


def _by_people(fact: IssueFact) -> Iterator[datetime]:
    if fact.created is not None:
        yield fact.created
    for comment in fact.comments:
        at = comment.updated or comment.created
        if at is not None and not comment.ours and not (comment.author and comment.author.bot):
            yield at
    for change in fact.history or ():
        if change.author is None or not change.author.bot:
            yield change.at


def _is_echo(updated: datetime, machines: Iterable[datetime]) -> bool:
    return any(at <= updated <= at + ECHO for at in machines)


def _by_machines(fact: IssueFact) -> set[datetime]:
    ours = (c for c in fact.comments if c.ours or (c.author is not None and c.author.bot))
    return {at for c in ours for at in (c.updated, c.created) if at is not None}


def was_reopened(fact: IssueFact) -> bool:
    """Whether it was closed once and is open again: GitHub says so, Jira's history tells."""
    if fact.phase == "done":
        return False
    closed = (change for change in fact.history or () if change.field == "resolution")
    return fact.resolution.casefold() == "reopened" or any(change.before and not change.after for change in closed)


def is_planned(fact: IssueFact) -> bool:
    """Whether it stands in a sprint, iteration, release or milestone that is not over, or has a date of its own."""
    if fact.due or fact.target_end or fact.project_dates:
        return True
    sprint, release = current_sprint(fact.sprints), next_release(fact.releases)
    in_sprint = sprint is not None and sprint.state != "closed"
    undated = any(not r.released for r in fact.releases)
    return in_sprint or undated or (release is not None and not release.released) or fact.milestone is not None
