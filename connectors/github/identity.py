"""Who a credential is, and what the server behind it can do: one request, if the server is open about itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from connectors.base import Account, Denied, Refused, Stop
from connectors.github.client import Client, QueryRefused
from connectors.github.parse import person
from connectors.github.queries import ACCOUNT, PROBED, Schema, nodes
from connectors.http import Json
from model.facts import Person

API_URLS = "GitHub's API is at https://api.github.com, that of a server of your own at https://HOST/api/v3"
VIEWER = "viewer { login databaseId url }"
ROUNDS = 4
"""Queries after which a server that finds something new against each of them is asked by REST instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    account: Account
    schema: Schema | None
    """None where the server has no GraphQL that is of use, or not for this token: then REST does it all."""
    number: str = ""
    """The account's own, which no new name changes; empty where it is not told."""


def identify(client: Client) -> Identity:
    """Raises Stop when the token is refused or no GitHub API is at the url."""
    try:
        data = client.graphql(ACCOUNT, {}).data
    except QueryRefused:
        return _reserved(client)
    except Refused:
        return _by_rest(client)
    viewer = data.get("viewer")
    return _identity(_account(client, viewer, "url"), viewer, _shown(data) or try_fields(client))


def _reserved(client: Client) -> Identity:
    """Of a server that refuses to describe itself."""
    try:
        data = client.graphql(f"query {{ {VIEWER} }}", {}).data
    except Refused:
        return _by_rest(client)
    return _identity(_account(client, data.get("viewer"), "url"), data.get("viewer"), try_fields(client))


def _identity(account: Account, user: Json, schema: Schema | None) -> Identity:
    number = user.get("databaseId") or user.get("id") if isinstance(user, Mapping) else None
    return Identity(account=account, schema=schema, number=str(number or ""))


def _by_rest(client: Client) -> Identity:
    if client.installation:  # an installation is nobody's, so it may not ask for its user
        return _identity(_account(client, {"login": client.installation.login()}, "html_url"), None, None)
    try:
        user = client.get("/user").data
    except Denied as error:
        raise Stop(client.tracker, "GitHub does not tell this token who it is: use one of a user or an app") from error
    except Refused as error:
        raise Stop(client.tracker, f"no GitHub API at this url: {API_URLS}") from error
    return _identity(_account(client, user if isinstance(user, dict) else None, "html_url"), user, None)


def _account(client: Client, user: Mapping[str, Any] | None, page: str) -> Account:
    """An app is ``slug[bot]``, however it is shown to itself."""
    user = user or {}
    who: Person | None = person({**user, "type": "Bot"} if client.installation else user)
    if who is None:
        raise Stop(client.tracker, "GitHub does not say who this token belongs to: check the token")
    where = urlsplit(str(user.get(page) or client.base_url))
    return Account(person=who, site=f"{where.scheme}://{where.netloc}")


def _shown(data: Mapping[str, Any]) -> Schema | None:
    """By introspection; None where it shows nothing."""
    types = {name: (data.get(name) or {}).get("fields") for name in PROBED}
    fields = {name: frozenset(field["name"] for field in shown) for name, shown in types.items() if shown}
    return Schema(fields=fields) if fields else None


def try_fields(client: Client) -> Schema | None:
    """By what the server has against a query for everything: it checks all fields before it reads anything."""
    every = Schema(boards=("none",))
    schema, lacking = every, set[tuple[str, str]]()
    asked = frozenset(re.findall(r"\w+", nodes([], every)[0]))
    for _ in range(ROUNDS):
        try:
            client.graphql(*nodes([], schema))
        except QueryRefused as error:
            lacking |= {problem.lacks for problem in error.problems if problem.lacks}
        except Refused:
            return None
        else:
            return Schema(fields=schema.fields)
        fields = {of: asked - {field for type_name, field in lacking if type_name == of} for of in PROBED}
        schema = Schema(fields=fields, boards=every.boards)
    return None
