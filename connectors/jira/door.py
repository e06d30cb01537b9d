"""Why a Jira does not let us in, in words that name the way out."""

import re
from urllib.parse import urlsplit

from connectors.base import ConnectorError, Stop, TrackerSettings
from connectors.http import Answer, Call, Gate
from connectors.jira.wire import open_unknown
from connectors.limits import Limits

GATEWAY = "https://api.atlassian.com/ex/jira/"
"""Where tokens with scopes, tokens of service accounts and OAuth are taken; a site's own URL answers them with 401.
https://github.com/pycontribs/jira/issues/2368"""
REFUSED = frozenset({401, 403})
ON_401 = "check user and token: it may have expired or been revoked"
_CLOUD_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


def why_refused(
    settings: TrackerSettings, gate: Gate, limits: Limits, call: Call, answer: Answer, *, maybe_cloud: bool
) -> Stop:
    """The error that a 401 or 403 to one of the first calls is; a site that may be Cloud is asked for its id."""
    said = f"{call} answered {answer.status}"
    if "CAPTCHA_CHALLENGE" in answer.headers.get("x-authentication-denied-reason", ""):
        return Stop(
            settings.name,
            f"{said}: after failed logins Jira wants a CAPTCHA solved (CAPTCHA_CHALLENGE): log in once in a browser "
            f"as this account at {settings.url}, or leave user empty and use a personal access token",
        )
    if answer.status == 403:
        return Stop(settings.name, f"{said}: Jira does not let this account in: check that it may use Jira")
    return Stop(settings.name, f"{said}: {ON_401}{_gateway_hint(settings, gate, limits) if maybe_cloud else ''}")


def through_gateway(url: str) -> bool:
    return "/ex/jira/" in urlsplit(url).path


def _gateway_hint(settings: TrackerSettings, gate: Gate, limits: Limits) -> str:
    if through_gateway(settings.url):
        return "; through the gateway it also needs its scopes (read:jira-work, read:jira-user, write:jira-work)"
    cloud_id = _cloud_id(settings, gate, limits)
    if not cloud_id:
        return ""
    if not settings.user:
        return f"; an API token needs user = the e-mail address of its account, and OAuth url = {GATEWAY}{cloud_id}"
    return f"; a token with scopes, or of a service account, works only with url = {GATEWAY}{cloud_id}"


def _cloud_id(settings: TrackerSettings, gate: Gate, limits: Limits) -> str:
    """Every Cloud site says its id to anybody; empty for what is no Cloud site."""
    parts = urlsplit(settings.url)
    unknown = gate.beside(open_unknown(settings, limits, f"{parts.scheme}://{parts.netloc}"))
    try:
        data = unknown.read(Call(method="GET", path="/_edge/tenant_info")).data
    except ConnectorError:
        return ""
    found = data.get("cloudId") if isinstance(data, dict) else None
    return found if isinstance(found, str) and _CLOUD_ID.fullmatch(found) else ""
