"""URLs by themselves: which issue of which host one opens."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

MAX_URL = 2000
"""Characters of a URL that is looked at; a longer one opens no issue."""
MAX_NUMBER = 2**31 - 1
"""GitHub's numbers are GraphQL Ints. "sentry #9999999999" is something else."""

_REPOSITORY = re.compile(r"([A-Za-z0-9][\w.-]{0,38})/([\w.-]{1,100})", re.ASCII)
_HOST_LIKE = re.compile(r"\.[A-Za-z]{2,}$")
_ISSUE_PATH = re.compile(
    r"/([A-Za-z0-9][\w.-]*/[\w.-]+)/(?:issues|(pulls)|pull)/([1-9][0-9]{0,9})(?:\.diff|\.patch|/.*)?", re.ASCII
)
_API = re.compile(r"(?:/api/v3)?/repos(?=/)")
_CHOSEN = re.compile(r"([A-Za-z0-9][\w.-]*)\|([\w.-]+)\|([1-9][0-9]{0,9})", re.ASCII)
_KEY = r"([A-Za-z][A-Za-z0-9_]+-[1-9][0-9]{0,9})"
_JIRA_KEY = re.compile(_KEY, re.ASCII)
_JIRA_PATH = re.compile(
    r"(?:/.*)?/(?:browse|issues|rest/api/(?:2|3|latest)/issue"
    rf"|servicedesk/(?:customer/portal/[0-9]+|projects/[A-Za-z0-9_]+/queues(?:/[a-z]+)?(?:/[0-9]+)?))/{_KEY}/?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """An issue as a URL names it."""

    key: str
    """``PAY-12`` or ``acme/web#12``, in full."""
    shape: Literal["jira", "github"]
    host: str
    """Lower case, without ``www.`` and without ``api.``; empty for a path alone, which means the host it stands on."""


def reference_in_url(url: str) -> Reference | None:
    """The issue that a URL opens, on any host and with any suffix (``#issuecomment-1``, ``/files``, ``?focusedId=2``).

    GitHub: pages, API addresses, and boards and lists with an issue open beside them. Jira: pages, boards and queues,
    customer portals, API addresses with a key. None for everything else; raises nothing.
    """
    if len(url) > MAX_URL:
        return None
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https", ""):
        return None
    return _github(parts, host) or (_jira(parts, host) if host else None)


def is_repository(name: str) -> bool:
    """Whether ``owner/name`` can be one, by GitHub's limits rather than its exact alphabet.

    Other servers allow dots in an owner, but what ends like a host name is none.
    """
    parts = _REPOSITORY.fullmatch(name)
    if parts is None:
        return False
    return not _HOST_LIKE.search(parts[1]) and parts[2] not in (".", "..") and not parts[2].endswith(".git")


def _github(parts: SplitResult, host: str) -> Reference | None:
    api = _API.match(parts.path)
    issue = _ISSUE_PATH.fullmatch(parts.path, api.end() if api else 0)
    # On github.com "/pulls/12" is a list: the pull requests of a person called 12. The API and Forgejo write it so.
    if issue and issue[2] and not api and host in ("", "github.com"):
        return None
    if issue and is_repository(issue[1]) and int(issue[3]) <= MAX_NUMBER:
        return Reference(f"{issue[1]}#{issue[3]}", "github", host.removeprefix("api.") if api else host)
    chosen = _CHOSEN.fullmatch(_in_query(parts, "issue"))
    if chosen and host and is_repository(f"{chosen[1]}/{chosen[2]}"):
        return Reference(f"{chosen[1]}/{chosen[2]}#{chosen[3]}", "github", host)
    return None


def _jira(parts: SplitResult, host: str) -> Reference | None:
    page = _JIRA_PATH.fullmatch(parts.path)
    # A board keeps its open issue in the query.
    key = page[1] if page else _in_query(parts, "selectedIssue")
    return Reference(key.upper(), "jira", host) if _JIRA_KEY.fullmatch(key) else None


def _in_query(parts: SplitResult, name: str) -> str:
    if f"{name}=" not in parts.query or parts.query.count("&") > 50:
        return ""
    return parse_qs(parts.query).get(name, [""])[0]
