"""The tables of the config and every setting in them; ``root`` puts them together.

The JSON Schema and docs/config.md are made from these and from the rules' own settings.

Values are checked here one by one; whether the names in them exist is checked in ``check``.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from connectors.registry import tables
from model.policy import PROMISE_FIELDS, PROMISED_ORDER, START_FIELDS, DateSource, Meaning
from sync.config.values import Cadence, Duration, HolidayCode, Label, QuietHours, Regex, StoreUrl, Text, Zone

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Owns = Annotated[Text, Field(examples=["jira:PAY", "jira:PLAT/component=Ledger", "github:acme/web/label=team/pay"])]
Scope = Annotated[Text, Field(examples=["jira:PAY", "github:acme/*"])]


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreTable(Table):
    url: StoreUrl = Field(
        default="sqlite:///crosstie.db",
        description="Where crosstie keeps what it knows: sqlite:///FILE (relative to this file) or "
        "postgresql+psycopg://USER@HOST/DATABASE. A URL with a password belongs in CROSSTIE_STORE__URL.",
    )


class LinkTypeTable(Table):
    tracker: str = Field(description="The tracker whose link type this is.")
    name: str = Field(default="", description="The type's name as the site shows it; or give its id.")
    id: str = Field(default="", description="The type's id, which outlives a new name.")
    outward: Meaning = Field(
        description="What the issue that reads the outward phrase is to the other: provides (is waited for), depends "
        "(waits), parent, child, duplicate, relates, implements, or ignore."
    )

    @model_validator(mode="after")
    def _has_one_name(self) -> "LinkTypeTable":
        if bool(self.name) == bool(self.id):
            raise ValueError("give the type's name or its id, one of the two")
        return self


class ResolutionTable(Table):
    dropped: tuple[Text, ...] = Field(
        default=("Won't Do", "Won't Fix", "Duplicate", "Cannot Reproduce"),
        description="Jira resolutions that close an issue without delivering it. GitHub's not_planned and a pull "
        "request closed without a merge always count.",
    )


class Person(Table):
    """A person, by kind of tracker: ``{ jira = "5b10...", github = "mira" }``."""

    @property
    def ids(self) -> dict[str, str]:
        return {kind: id_ for kind, id_ in self if id_}

    @model_validator(mode="after")
    def _is_somebody(self) -> "Person":
        if not self.ids:
            raise ValueError("name the person on a tracker: { jira = ACCOUNT-ID, github = LOGIN }")
        return self


if TYPE_CHECKING:
    PersonTable = Person
else:
    _ids = {kind: (str, Field(default="", description=table.person)) for kind, table in tables().items()}
    PersonTable = create_model("PersonTable", __base__=Person, **_ids)


class TeamTable(Table):
    name: Text = Field(description="How the team is called, here and in notes.")
    owns: tuple[Owns, ...] = Field(
        default=(),
        description="Whose issues these are, as patterns; the most specific that matches wins. "
        "TRACKER:SCOPE, TRACKER:SCOPE/component=X, /label=X, /team=X, /person=X, or one issue; "
        '"from 2026-07-01" and "until 2026-12-31" after it say on which days it holds.',
    )
    members: tuple[PersonTable, ...] = Field(default=(), description="Whose words count as the team's.")
    representative: PersonTable | None = Field(default=None, description="Who is addressed when something gets worse.")
    calendar: str = Field(default="", description="Its calendar of [calendars]; left out: Monday to Friday in UTC.")


class PartyTable(Table):
    name: Text = Field(description="How the outside party, such as a vendor, is called.")
    contact: str = Field(default="", description="The team that speaks for it.")
    owns: tuple[Owns, ...] = Field(default=(), description="Issues that track its work, as patterns.")


class CalendarTable(Table):
    timezone: Zone = Field(default="UTC", description="Where its days begin, by IANA name: Europe/Berlin.")
    holidays: HolidayCode = Field(
        default="", description='Public holidays, by ISO code of a country or of one of its regions: "DE", "DE-BE".'
    )
    weekend: tuple[Weekday, ...] = Field(default=("sat", "sun"), description="Days of the week without work.")
    days: tuple[date, ...] = Field(default=(), description="Further days without work, as dates: 2026-12-24.")
    quiet_hours: QuietHours = Field(
        default="",
        description='When nobody is called, by the clock there: "18:00-08:00". On days without work nobody is either; '
        "what they should hear waits until they work again.",
    )

    @model_validator(mode="after")
    def _works_at_all(self) -> "CalendarTable":
        if len(set(self.weekend)) == 7:
            raise ValueError("leave at least one working day in the week")
        return self


class ForumTable(Table):
    name: Text = Field(description="How the forum is called.")
    kind: Literal["scrum_of_scrums", "team_of_teams"] = Field(
        default="scrum_of_scrums", description="A Scrum of Scrums of teams, or a Team-of-Teams of forums."
    )
    teams: tuple[str, ...] = Field(default=(), description="The teams that sit in it.")
    cadence: Cadence = Field(default="", description='When it meets: "daily", "weekly:tue", "weekly:mon,thu".')
    parent: str = Field(default="", description="The forum above it.")
    owns: tuple[Owns, ...] = Field(
        default=(), description="Work that it looks after, as patterns: what lies under it counts as agreed there."
    )


class AgreementTable(Table):
    labels: tuple[Text, ...] = Field(default=(), description="Labels that say that an agreement is on record.")
    link_types: tuple[Text, ...] = Field(default=(), description="Link types that lead to an agreement, by name.")
    references: tuple[Regex, ...] = Field(
        default=(), description="Regular expressions for names of contracts and decisions: ADR-\\d+."
    )


class DateTable(Table):
    project_fields: tuple[Text, ...] = Field(
        default=PROMISE_FIELDS,
        description="Date fields of GitHub Projects that say until when something is promised, in any case of letters.",
    )
    start_fields: tuple[Text, ...] = Field(
        default=START_FIELDS, description="Date fields of GitHub Projects that say when work begins."
    )
    promised: tuple[DateSource, ...] = Field(
        default=PROMISED_ORDER,
        min_length=1,
        description="Where a provider's promise is looked for, the first that has a date counts. What is left out is "
        "not looked at.",
    )


class NotesConfig(Table):
    write_to: tuple[Scope, ...] = Field(
        default=(), description="Projects and repositories that may be written to, as patterns. Empty: none at all."
    )
    baseline: Literal["silent", "none"] = Field(
        default="silent",
        description="What happens to cases that stand when a rule may first write to a scope: silent until they get "
        "worse, or none: noted like new ones.",
    )
    max_new_per_run: int = Field(default=50, ge=0, description="New notes in one run at most; the rest waits.")
    brake_percent: int = Field(
        default=10,
        ge=0,
        le=100,
        description="A run that would write to a larger share of the issues, and to more than 20, writes nothing.",
    )
    notify: Literal["edit", "repost"] = Field(
        default="edit",
        description="How somebody hears that a case got worse: by an edit that addresses the team's representative, or "
        "by a new comment in place of the old one, for trackers that stay silent on edits.",
    )
    budget_per_team_per_day: int = Field(
        default=5,
        ge=0,
        description="Notes that notify, for each team and working day, at most; the rest is in the team's digest.",
    )
    label: Label = Field(default="crosstie", description="The label on issues with an open case. Empty: none.")


class RefreshConfig(Table):
    structure: Duration = Field(
        default=timedelta(hours=6),
        json_schema_extra={"default": "6h"},
        description="How often to read again what leaves no trace when it changes: removed links, deleted issues, "
        "link types.",
    )


class Exemption(Table):
    rule: str = Field(description="The rule that does not apply.")
    issue: Text = Field(description="The issue, at either end: jira:PAY-7 or github:acme/web#3.")
    until: date = Field(description="The last day on which it holds.")
    reason: Text = Field(description="Why, for whoever meets it later.")
