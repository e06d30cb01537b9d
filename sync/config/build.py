"""From settings that hold together to what the jobs and the model read."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from connectors.base import TrackerSettings
from model.calendar import Calendar
from model.policy import Agreements, Forum, LinkMeaning, Member, Owns, Party, Policy, Team, TrackerPolicy
from sync.config.calendars import public_holidays
from sync.config.patterns import parse_owns
from sync.config.root import Settings
from sync.config.secrets import Secrets
from sync.config.settings import CalendarTable, PersonTable
from sync.config.values import DAYS, quiet_hours

AS_IS = frozenset(f.name for f in fields(TrackerSettings)) - {"name", "scopes"}
"""What a tracker's table hands to its connector as it stands."""
ALWAYS_DROPPED = ("not_planned", "unmerged")
"""What GitHub calls an issue or pull request that was closed without being done."""
_RELATIVE_FILE = "sqlite:///"


def build_trackers(settings: Settings, secrets: Secrets) -> tuple[TrackerSettings, ...]:
    return tuple(
        TrackerSettings(
            name=name,
            scopes=tracker.scopes,
            token=secrets.tokens.get(name, ("", ""))[0],
            write_token=secrets.tokens.get(name, ("", ""))[1],
            private_key=secrets.keys.get(name, ""),
            **{setting: getattr(tracker, setting) for setting in type(tracker).model_fields if setting in AS_IS},
        )
        for name, tracker in settings.trackers.items()
    )


def build_policy(settings: Settings) -> Policy:
    """Hosts are left empty: the trackers tell them."""
    kinds = {name: tracker.kind for name, tracker in settings.trackers.items()}
    return Policy(
        trackers={
            name: TrackerPolicy(
                name=name, kind=t.kind, shape=t.keys.shape, host="", scopes=t.scopes, audience=t.audience
            )
            for name, t in settings.trackers.items()
        },
        audiences=dict(settings.audiences),
        link_meanings=tuple(
            LinkMeaning(tracker=t.tracker, type=t.name or t.id, outward=t.outward) for t in settings.link_types
        ),
        dropped=(*settings.resolutions.dropped, *ALWAYS_DROPPED),
        teams=_teams(settings, kinds),
        parties={p.name: Party(name=p.name, contact=p.contact, owns=_owns(p.owns, kinds)) for p in settings.parties},
        calendars={name: _calendar(calendar) for name, calendar in settings.calendars.items()},
        forums={
            f.name: Forum(
                name=f.name,
                kind=f.kind,
                teams=f.teams,
                cadence=f.cadence,
                parent=f.parent,
                owns=_owns(f.owns, kinds),
            )
            for f in settings.forums
        },
        agreements=Agreements(**settings.agreements.model_dump()),
        promised_order=settings.dates.promised,
        promise_fields=settings.dates.project_fields,
        start_fields=settings.dates.start_fields,
    )


def _teams(settings: Settings, kinds: Mapping[str, str]) -> dict[str, Team]:
    return {
        team.name: Team(
            name=team.name,
            owns=_owns(team.owns, kinds),
            members=tuple(_member(person) for person in team.members),
            representative=_member(team.representative) if team.representative else None,
            calendar=team.calendar,
        )
        for team in settings.teams
    }


def _owns(patterns: tuple[str, ...], kinds: Mapping[str, str]) -> tuple[Owns, ...]:
    return tuple(parse_owns(pattern, kinds) for pattern in patterns)


def _member(person: PersonTable) -> Member:
    return Member(ids=person.ids)


def _calendar(settings: CalendarTable) -> Calendar:
    return Calendar(
        timezone=settings.timezone,
        weekend=frozenset(DAYS.index(day) for day in settings.weekend),
        holidays=public_holidays(settings.holidays) | frozenset(settings.days),
        quiet_hours=quiet_hours(settings.quiet_hours) if settings.quiet_hours else None,
    )


def build_store_url(settings: Settings, secrets: Secrets, path: Path) -> str:
    """A relative SQLite file is one beside the config, wherever the job is started from."""
    url = secrets.store_url or settings.store.url
    file = url.removeprefix(_RELATIVE_FILE)
    if file == url or not file or file.startswith(("/", ":memory:")):
        return url
    return f"{_RELATIVE_FILE}{path.parent.resolve() / file}"


def digest(settings: Settings) -> str:
    """Of what decides how facts are judged and told; not of where the store and the tokens are."""
    meaning = settings.model_dump(mode="json", by_alias=True, exclude={"include": True, "store": True})
    for tracker in meaning["trackers"].values():
        for how in ("token_file", "write_token_file", "private_key_file", "concurrency"):
            tracker.pop(how, None)
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()
