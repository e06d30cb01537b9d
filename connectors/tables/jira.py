"""``[trackers.NAME]`` with ``kind = "jira"``."""

import re
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from connectors.tables import Facet, Keys, TrackerTable, Unfit, Url


def _check_site(url: str) -> str:
    parts = urlsplit(url)
    if (parts.hostname or "").endswith(".atlassian.net") and parts.path:
        raise ValueError(f"must be the site alone: https://{parts.hostname}")
    return url


def _check_project(key: str) -> str:
    if not re.fullmatch(r"[A-Z*][A-Z0-9_*]*", key):
        hint = key.upper() if re.fullmatch(r"[A-Za-z*][A-Za-z0-9_*]*", key) else ""
        raise Unfit("must be a project key such as PAY", hint)
    return key


Site = Annotated[Url, AfterValidator(_check_site)]
Project = Annotated[str, AfterValidator(_check_project), Field(examples=["PAY"])]


class JiraTable(TrackerTable):
    keys: ClassVar = Keys(
        shape="jira",
        pattern=r"[A-Za-z*?\[][\w*?\[\]]*(?:-\d+)?",
        example="a project key such as PAY, an issue such as PAY-12, or *",
    )
    scopes_setting: ClassVar = "projects"
    person: ClassVar = "Account id on Jira; on Data Center the user name."
    facets: ClassVar[tuple[Facet, ...]] = ("component", "label", "team", "person")

    kind: Literal["jira"] = Field(description="What kind of tracker this is.")
    url: Site = Field(
        description="The site, or the gateway https://api.atlassian.com/ex/jira/CLOUD-ID for scoped tokens."
    )
    user: str = Field(
        default="", description="Mail address of the account on Jira Cloud; a Data Center token needs none."
    )
    projects: tuple[Project, ...] = Field(
        min_length=1, description="Keys of the projects to read; * stands for any characters."
    )
    concurrency: int = Field(
        default=4,
        ge=1,
        le=16,
        description="Requests under way at once while reading, at most. Writes always go one at a time.",
    )
