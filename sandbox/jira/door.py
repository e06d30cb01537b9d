"""Who may come in, and by which way.

A Cloud site takes an e-mail address with an API token. Tokens with scopes, and OAuth, are taken by the gateway only.
https://github.com/pycontribs/jira/issues/2368
Data Center takes a user name with a password, or a personal access token as Bearer.
"""

import base64
from collections.abc import Mapping
from typing import Literal

from werkzeug.wrappers import Request

from sandbox.jira.records import Account
from sandbox.jira.state import State
from sandbox.jira.wiki import login

Way = Literal["site", "gateway", "server"]
BEARERS: Mapping[str, tuple[Way, str]] = {
    "sandbox-jira-pat": ("server", "sandbox-jira-token"),
    "sandbox-jira-oauth": ("gateway", "sandbox-jira-token"),
}
"""Bearer token -> where it is taken, and the token of the account whose it is."""
SCOPED: Mapping[str, str] = {"sandbox-jira-scoped": "sandbox-jira-token"}
"""Token with scopes -> the token of the account whose it is."""


def account_of(state: State, request: Request, way: Way) -> Account | None:
    """The account that a request speaks for; None when this way does not take what it brings."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        taken, owner = BEARERS.get(value, ("", ""))
        return state.accounts.get(owner) if taken == way else None
    if scheme.lower() != "basic":
        return None
    try:
        name, _, token = base64.b64decode(value).decode().partition(":")
    except ValueError:
        return None
    account = state.accounts.get(SCOPED.get(token, "") if way == "gateway" else token)
    if account is None:
        return None
    names = (account.email, login(account.person)) if way == "server" else (account.email,)
    return account if name in names else None
