"""``[trackers.NAME]`` with ``kind = "github"``."""

import re
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from connectors.tables import Identifier, Keys, TrackerTable, Url


def _check_api(url: str) -> str:
    if urlsplit(url).hostname in ("github.com", "www.github.com"):
        raise ValueError("must be the base of the API, which for github.com is https://api.github.com")
    return url


def _check_repository(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._*-]+", name):
        raise ValueError("must be OWNER/NAME such as acme/web, or OWNER/PATTERN such as acme/api-*")
    return name


Api = Annotated[Url, AfterValidator(_check_api)]
Repository = Annotated[str, AfterValidator(_check_repository), Field(examples=["acme/web", "acme/api-*"])]


class GithubTable(TrackerTable):
    keys: ClassVar = Keys(
        shape="github",
        pattern=r"\*|[\w*?\[\].-]+/[\w*?\[\].-]+(?:#\d+)?",
        example="a repository such as acme/web, an issue such as acme/web#3, or acme/*",
    )
    scopes_setting: ClassVar = "repositories"
    person: ClassVar = "Login on GitHub."
    pages: ClassVar = {"api.github.com": "github.com"}

    kind: Literal["github"] = Field(description="What kind of tracker this is.")
    url: Api = Field(
        default="https://api.github.com",
        description="Base of the API; on GitHub Enterprise Server https://HOST/api/v3.",
    )
    repositories: tuple[Repository, ...] = Field(
        min_length=1, description="Repositories to read, as OWNER/NAME; * in NAME stands for any characters."
    )
    app_id: Identifier = Field(
        default="", description="Number of a GitHub App to read and write as instead of with a token; needs its key."
    )
    installation_id: Identifier = Field(
        default="", description="Which installation of the app. Left out: the one of the first repository's owner."
    )
    private_key_file: str = Field(
        default="",
        description="File with the app's private key (PEM), relative to this file. "
        "CROSSTIE_TRACKERS__NAME__PRIVATE_KEY goes before it.",
    )
