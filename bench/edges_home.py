"""Where the issues of ``bench.edges`` live: projects and repositories of many teams in several countries."""

import math
from dataclasses import dataclass
from functools import cache

from bench.figures import PROJECT_SIZE
from model.calendar import Calendar
from sync.config.calendars import public_holidays

TEAMS = 200
FORUMS = 20
IN_ONE_FORUM = TEAMS // FORUMS
PARTIES = 10
"""Guessed, as all here: vendors, each with a project of its own that tracks its work."""
MOST_PLACES = 4000

_SATURDAY_SUNDAY, _FRIDAY_SATURDAY = frozenset({5, 6}), frozenset({4, 5})
COUNTRIES = (
    ("Europe/Berlin", "DE-BE", _SATURDAY_SUNDAY),
    ("Europe/Berlin", "DE-BY", _SATURDAY_SUNDAY),
    ("Europe/London", "GB-ENG", _SATURDAY_SUNDAY),
    ("America/New_York", "US-NY", _SATURDAY_SUNDAY),
    ("America/Los_Angeles", "US-CA", _SATURDAY_SUNDAY),
    ("Asia/Kolkata", "IN-KA", _SATURDAY_SUNDAY),
    ("Asia/Tokyo", "JP", _SATURDAY_SUNDAY),
    ("Asia/Jerusalem", "IL", _FRIDAY_SATURDAY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A project or repository."""

    tracker: str
    name: str
    """``P12`` or ``acme/repo-12``."""
    share: float
    """Of all issues, beside the others'."""
    team: str
    party: str
    audience: str

    def key(self, number: int) -> str:
        return f"{self.name}-{number}" if self.tracker == "jira" else f"{self.name}#{number}"

    def url(self, key: str) -> str:
        if self.tracker == "jira":
            return f"https://acme.atlassian.net/browse/{key}"
        return f"https://github.com/{key.replace('#', '/issues/')}"


def places(issues: int) -> list[Place]:
    """Two in three of them Jira projects; the first is ten times as large as the last."""
    count = min(MOST_PLACES, max(TEAMS + PARTIES, math.ceil(issues / PROJECT_SIZE)))
    return [_place(number, count) for number in range(count)]


def _place(number: int, count: int) -> Place:
    jira = number % 3 != 2
    vendor = number % (TEAMS + PARTIES) - TEAMS
    return Place(
        tracker="jira" if jira else "github",
        name=f"P{number}" if jira else f"acme/repo-{number}",
        share=1 / (1 + 9 * number / count),
        team="" if vendor >= 0 else team(number % (TEAMS + PARTIES)),
        party=f"vendor-{vendor}" if vendor >= 0 else "",
        audience="public" if number % 7 == 0 else "internal",
    )


def team(number: int) -> str:
    return f"team-{number}"


@cache
def forum_of(name: str) -> str:
    """Ten teams sit in one; "" for no team."""
    return f"forum-{int(name.removeprefix('team-')) // IN_ONE_FORUM}" if name else ""


def calendars() -> dict[str, Calendar]:
    """By team; neighbours live in different countries."""
    countries = [
        Calendar(timezone=zone, holidays=public_holidays(code), weekend=weekend) for zone, code, weekend in COUNTRIES
    ]
    return {team(number): countries[number % len(countries)] for number in range(TEAMS)}
