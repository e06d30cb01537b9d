"""``jira:PLAT/component=Ledger``: patterns that name issues, and those that name whole scopes."""

import re
from collections.abc import Mapping
from typing import Literal, cast, get_args

from model.policy import Owns
from sync.config.words import Unfit, listed, nearest, no_such, shown

Facet = Literal["component", "label", "team", "person"]
FACETS: Mapping[str, tuple[Facet, ...]] = {"jira": get_args(Facet), "github": ("label", "person")}
"""By kind of tracker: what of an issue a pattern may ask for."""

_PATTERN = re.compile(r"(?P<tracker>[^:/]+):(?P<scope>.+?)(?:/(?P<facet>[A-Za-z]+)=(?P<value>.*))?")
_SCOPES: Mapping[str, tuple[str, str]] = {
    "jira": (r"[A-Za-z*?\[][\w*?\[\]]*(?:-\d+)?", "a project key such as PAY, an issue such as PAY-12, or *"),
    "github": (
        r"\*|[\w*?\[\].-]+/[\w*?\[\].-]+(?:#\d+)?",
        "a repository such as acme/web, an issue such as acme/web#3, or acme/*",
    ),
}


def parse_owns(text: str, kinds: Mapping[str, str]) -> Owns:
    """``kinds``: tracker name -> kind. Raises Unfit, a ValueError, that says what is wrong with the pattern."""
    found = _PATTERN.fullmatch(text.strip())
    if not found:
        raise Unfit("must be TRACKER:SCOPE, such as jira:PAY or github:acme/web/label=urgent")
    tracker, scope, facet, value = found["tracker"], found["scope"], found["facet"], found["value"]
    if tracker not in kinds:
        raise Unfit(no_such("tracker", tracker), nearest(tracker, kinds))
    kind = kinds[tracker]
    if facet is not None:
        _check_facet(kind, facet, value)
    form, example = _SCOPES.get(kind, (".+", ""))
    if not re.fullmatch(form, scope):
        raise Unfit(f"after {tracker}: there must be {example}")
    return Owns(tracker=tracker, scope=scope, facet=cast(Facet, facet) if facet else "", value=value or "")


def _check_facet(kind: str, facet: str, value: str) -> None:
    known = FACETS.get(kind, ())
    if known and facet not in known:
        wrong = shown(facet) or "this"
        raise Unfit(f"{kind} issues are told apart by {listed(known)}, not by {wrong}", nearest(facet, known))
    if not value.strip():
        raise Unfit(f"after {facet}= there must be a name")


def parse_scope(text: str, kinds: Mapping[str, str]) -> Owns:
    """As ``parse_owns``, for settings that take whole projects and repositories only."""
    owns = parse_owns(text, kinds)
    if owns.facet or re.search(r"#\d+$" if "/" in owns.scope else r"-\d+$", owns.scope):
        raise Unfit("must be a whole project or repository such as jira:PAY or github:acme/*")
    return owns


def parse_issue(text: str, kinds: Mapping[str, str]) -> Owns:
    """As ``parse_owns``, for one issue."""
    owns = parse_owns(text, kinds)
    number = r".+/.+#\d+" if kinds[owns.tracker] == "github" else r".+-\d+"
    if owns.facet or not re.fullmatch(number, owns.scope) or re.search(r"[*?\[]", owns.scope):
        raise Unfit("must be one issue such as jira:PAY-12 or github:acme/web#3")
    return owns
