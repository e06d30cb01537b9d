"""The config as one model: the tables of ``settings`` and a table for every rule there is."""

from functools import cache
from typing import Annotated, Any, Union

from pydantic import Field, create_model

from connectors.registry import tables
from connectors.tables import TrackerTable
from rules.base import RuleSettings
from rules.custom import CustomSettings
from rules.engine import load, manual
from sync.config.commands import CommandsTable
from sync.config.digests import DigestTable, MailTable
from sync.config.settings import (
    AgreementTable,
    CalendarTable,
    DateTable,
    Exemption,
    ForumTable,
    LinkTypeTable,
    NotesConfig,
    PartyTable,
    RefreshConfig,
    ResolutionTable,
    Scope,
    StoreTable,
    Table,
    TeamTable,
)
from sync.config.values import GroupName, Text, TrackerName

Group = Annotated[tuple[Scope, ...], Field(description="Patterns of one group: jira:*, github:acme/*.")]


class Settings(Table):
    """All settings but those of the rules, which ``settings_model`` adds."""

    include: tuple[Text, ...] = Field(
        default=(), description="Further TOML files to read as parts of this one, relative to it: teams.d/*.toml."
    )
    store: StoreTable = Field(default=StoreTable(), description="Where crosstie keeps what it knows.")
    trackers: dict[TrackerName, TrackerTable] = Field(
        min_length=1, description="The trackers to read. The name is yours: issues of [trackers.jira] read jira:PAY-12."
    )
    audiences: dict[GroupName, Group] = Field(
        default_factory=dict,
        description="Groups of projects and repositories whose readers may read each other. A public repository stays "
        "public whatever stands here.",
    )
    link_types: tuple[LinkTypeTable, ...] = Field(
        default=(), description="What link types mean, where their phrases do not already tell."
    )
    resolutions: ResolutionTable = Field(default=ResolutionTable(), description="How closed issues count.")
    teams: tuple[TeamTable, ...] = Field(default=(), description="The teams, and what is theirs.")
    parties: tuple[PartyTable, ...] = Field(default=(), description="Vendors and others outside the trackers.")
    calendars: dict[GroupName, CalendarTable] = Field(
        default_factory=dict, description="When teams work, by a name of your own."
    )
    forums: tuple[ForumTable, ...] = Field(default=(), description="Where teams meet about their dependencies.")
    agreements: AgreementTable = Field(
        default=AgreementTable(), description="What on an issue says that the two teams have an agreement."
    )
    dates: DateTable = Field(default=DateTable(), description="Which dates count.")
    notes: NotesConfig = Field(default=NotesConfig(), description="Where crosstie may write, and how much.")
    commands: CommandsTable = Field(
        default=CommandsTable(), description="What people may tell crosstie in a comment, and who."
    )
    digests: tuple[DigestTable, ...] = Field(
        default=(), description="One page for a team or a forum, each working day or once a week: docs/digests.md."
    )
    mail: MailTable = Field(default=MailTable(), description="The server that sends digests by mail.")
    refresh: RefreshConfig = Field(default=RefreshConfig(), description="How often the slow reads are done.")
    custom_rules: tuple[CustomSettings, ...] = Field(
        default=(), description="Rules of your own, made of an expression and a message: docs/custom-rules.md."
    )
    exemptions: tuple[Exemption, ...] = Field(
        default=(), description="Issues that a rule leaves alone for a while, with the reason."
    )

    def rule_settings(self) -> dict[str, RuleSettings]:
        """By rule id, those that the config makes itself included."""
        rules: Table = getattr(self, "rules")  # noqa: B009 - added by settings_model
        there = {info.alias or name: getattr(rules, name) for name, info in type(rules).model_fields.items()}
        return {**{rule.name: rule for rule in self.custom_rules}, **there}


@cache
def settings_model() -> type[Settings]:
    """``Settings`` with a table per rule there is, typed by the rule itself, and one per kind of tracker."""
    fields = {
        rule.id.replace("-", "_"): (
            rule.settings,
            Field(default_factory=rule.settings, alias=rule.id, description=manual(rule)[0]),
        )
        for rule in load().values()
    }
    rules = create_model("RulesSettings", __base__=Table, **fields)  # type: ignore[call-overload]  # fields by name
    described = Field(default_factory=rules, description="How each rule judges, by its id: [rules.overdue].")
    kinds: Any = Union[tuple(tables().values())]  # noqa: UP007 - as many as there are
    tracker: Any = Annotated[kinds, Field(discriminator="kind")]
    trackers = (dict[TrackerName, tracker], Settings.model_fields["trackers"])
    return create_model("Config", __base__=Settings, trackers=trackers, rules=(rules, described))
