"""``[[digests]]`` and ``[mail]``: who gets one page of what there is to know, when, where, and how mail is sent."""

import re
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from sync.config.settings import Table
from sync.config.values import DAYS, Text, TrackerName
from sync.config.words import env_name

_WHEN = rf"daily|weekly:(?:{'|'.join(DAYS)})"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_NAMED = re.compile(r"(?P<name>[^<>\r\n]*)<(?P<address>[^<>]+)>")
FIELDS = ("name", "day")
"""What may stand in braces in the name of a file."""


def _check_when(text: str) -> str:
    if not re.fullmatch(_WHEN, text):
        raise ValueError('must be "daily" or one day of the week such as "weekly:tue"')
    return text


def _check_address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("must be an address such as team@acme.example")
    return text


def _check_sender(text: str) -> str:
    named = _NAMED.fullmatch(text)
    _check_address(named["address"].strip() if named else text)
    return text


def _check_file(text: str) -> str:
    if not text.endswith((".md", ".html")):
        raise ValueError("must end in .md or .html")
    unknown = [name for name in re.findall(r"\{(.*?)\}", text) if name not in FIELDS]
    if unknown or re.sub(r"\{(name|day)\}", "", text).count("{"):
        raise ValueError("only {name} and {day} may stand in braces")
    return text


def _check_hour(text: str) -> str:
    if text and not re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError('must be a time of day such as "08:00"')
    return text


When = Annotated[str, AfterValidator(_check_when), Field(json_schema_extra={"pattern": f"^({_WHEN})$"})]
Address = Annotated[str, AfterValidator(_check_address)]
Sender = Annotated[str, AfterValidator(_check_sender)]
File = Annotated[str, AfterValidator(_check_file), Field(json_schema_extra={"pattern": r"\.(md|html)$"})]
Hour = Annotated[str, AfterValidator(_check_hour)]


class DestinationTable(Table):
    """Where a digest goes: one of the four."""

    file: File | None = Field(
        default=None,
        description='A file, relative to this one, .md or .html: "digests/{name}-{day}.md".',
    )
    issue: Text | None = Field(
        default=None, description="An issue that carries it as one comment, edited each time: jira:PAY-1."
    )
    webhook: Literal["slack", "teams", "json"] | None = Field(
        default=None,
        description="An incoming webhook of Slack, a workflow of Teams, or plain JSON to a program of yours. Its URL "
        "is a secret: CROSSTIE_DIGESTS__NAME__URL, or url_file.",
    )
    url_file: Text | None = Field(default=None, description="A file that holds the webhook's URL.")
    mail: tuple[Address, ...] = Field(default=(), description="Addresses that get it by mail; [mail] says how.")

    @model_validator(mode="after")
    def _is_one_place(self) -> "DestinationTable":
        if sum((bool(self.file), bool(self.issue), bool(self.webhook), bool(self.mail))) != 1:
            raise ValueError("name one place: file, issue, webhook or mail")
        if self.url_file and not self.webhook:
            raise ValueError("url_file goes with webhook")
        return self


class DigestTable(Table):
    name: TrackerName = Field(description="How the digest is called, in `crosstie digest NAME` and in {name}.")
    team: str = Field(default="", description="The team it is for; or give a forum.")
    forum: str = Field(default="", description="The forum it is for: what lies between its teams, and around them.")
    when: When = Field(
        default="daily",
        description='"daily": once each working day of the team. "weekly:tue": once a week, on the first working day '
        "from that day on.",
    )
    after: Hour = Field(
        default="", description='Not before this time of day where the team is: "08:00". Empty: as soon as it is due.'
    )
    to: DestinationTable = Field(
        description='Where it goes: { file = "digests/{name}-{day}.md" }, { issue = "jira:PAY-1" }, '
        '{ webhook = "slack" } or { mail = ["team@acme.example"] }.'
    )
    readers: str = Field(
        default="",
        description="Who reads what is sent there: a group of [audiences], a project or repository such as jira:PAY, "
        "or public. Nothing is told that they may not read. Left out: public; on an issue always its readers.",
    )
    empty: Literal["skip", "send"] = Field(
        default="skip", description="What to do when there is nothing to say: skip, or send a line that says so."
    )
    most: int = Field(default=10, ge=1, le=15, description="Issues listed in each part; the rest is counted.")
    waiting_days: int = Field(
        default=5, ge=0, description="Working days from which on a request without an answer is listed."
    )

    @model_validator(mode="after")
    def _is_for_somebody(self) -> "DigestTable":
        if bool(self.team) == bool(self.forum):
            raise ValueError("give the team or the forum that it is for, one of the two")
        return self

    @property
    def weekday(self) -> int | None:
        """As ``date.weekday`` has it; None: every working day."""
        kind, _, day = self.when.partition(":")
        return DAYS.index(day) if kind == "weekly" else None

    @property
    def variable(self) -> str:
        """Of the environment, for the webhook's URL."""
        return env_name(self.name, "url", "digests")


class MailTable(Table):
    host: str = Field(default="", description="The SMTP server that takes our mail: smtp.acme.example.")
    port: int = Field(default=587, ge=1, le=65535, description="587 with starttls, 465 with tls.")
    sender: Sender = Field(
        default="crosstie@localhost", alias="from", description='Who it is from: "crosstie <crosstie@acme.example>".'
    )
    tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is kept secret: starttls, tls from the start, or none, to this machine only.",
    )
    user: str = Field(
        default="", description="The account to send with; its password is CROSSTIE_MAIL__PASSWORD or password_file."
    )
    password_file: str = Field(default="", description="A file that holds the account's password.")

    @field_validator("user")
    @classmethod
    def _is_one_line(cls, user: str) -> str:
        if re.search(r"[\x00-\x1f]", user):
            raise ValueError("must be one line")
        return user

    @model_validator(mode="after")
    def _is_secret_on_the_way(self) -> "MailTable":
        if self.tls == "none" and self.host and not is_this_machine(self.host):
            raise ValueError('tls = "none" is for a server on this machine only; use starttls or tls')
        return self


def is_this_machine(host: str) -> bool:
    """Whether it names this machine without asking a name server."""
    if host.rstrip(".").casefold() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
