"""Who a token is, and what the server behind it can do: one request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.base import Account, Denied, Refused, Stop
from connectors.github.client import Client
from connectors.github.parse import person
from connectors.github.queries import ACCOUNT, PROBED, Schema
from model.facts import Person

API_URLS = "GitHub's API is at https://api.github.com, that of a server of your own at https://HOST/api/v3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    account: Account
    schema: Schema | None
    """None where the server has no GraphQL, or not for this token: then REST does it all."""


def identify(client: Client) -> Identity:
    """Raises Stop when the token is refused or no GitHub API is at the url."""
    try:
        data = client.graphql(ACCOUNT, {}).data
    except Refused:
        return Identity(account=_by_rest(client), schema=None)
    return Identity(account=_account(client, data.get("viewer"), "url"), schema=_schema(data))


def _by_rest(client: Client) -> Account:
    try:
        user = client.get("/user").data
    except Denied as error:
        raise Stop(client.tracker, "GitHub does not tell this token who it is: use one of a user or an app") from error
    except Refused as error:
        raise Stop(client.tracker, f"no GitHub API at this url: {API_URLS}") from error
    return _account(client, user if isinstance(user, dict) else None, "html_url")


def _account(client: Client, user: Mapping[str, Any] | None, page: str) -> Account:
    who: Person | None = person(user)
    if user is None or who is None:
        raise Stop(client.tracker, "GitHub does not say who this token belongs to: check the token")
    where = urlsplit(str(user.get(page) or client.base_url))
    return Account(person=who, site=f"{where.scheme}://{where.netloc}")


def _schema(data: Mapping[str, Any]) -> Schema:
    """A type that introspection does not show (it may be switched off) is taken to be the newest."""
    types = {name: (data.get(name) or {}).get("fields") for name in PROBED}
    return Schema(fields={name: frozenset(field["name"] for field in shown) for name, shown in types.items() if shown})
