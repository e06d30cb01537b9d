"""``jira:PLAT/component=Ledger``: patterns that name issues, and those that name whole scopes."""

import re
from collections.abc import Mapping
from datetime import date
from typing import cast

from connectors.registry import tables
from connectors.tables import Facet
from model.policy import Owns
from sync.config.words import Unfit, listed, nearest, no_such, shown

_PATTERN = re.compile(r"(?P<tracker>[^:/]+):(?P<scope>.+?)(?:/(?P<facet>[A-Za-z]+)=(?P<value>.*))?")
_VALIDITY = re.compile(
    r"(?P<pattern>.+?)(?:\s+from\s+(?P<first>\d{4}-\d\d-\d\d))?(?:\s+until\s+(?P<last>\d{4}-\d\d-\d\d))?"
)
ISSUE = {"jira": r".+-\d+", "github": r".+/.+#\d+"}
"""By shape of keys."""


def parse_owns(text: str, kinds: Mapping[str, str]) -> Owns:
    """``kinds``: tracker name -> kind. Raises Unfit, a ValueError, that says what is wrong with the pattern."""
    pattern, first, last = _dated(text.strip())
    found = _PATTERN.fullmatch(pattern)
    if not found:
        raise Unfit("must be TRACKER:SCOPE, such as jira:PAY or github:acme/web/label=urgent")
    tracker, scope, facet, value = found["tracker"], found["scope"], found["facet"], found["value"]
    if tracker not in kinds:
        raise Unfit(no_such("tracker", tracker), nearest(tracker, kinds))
    kind = kinds[tracker]
    if facet is not None:
        _check_facet(kind, facet, value)
    keys = tables()[kind].keys if kind in tables() else None
    if keys is not None and not re.fullmatch(keys.pattern, scope):
        raise Unfit(f"after {tracker}: there must be {keys.example}")
    return Owns(
        tracker=tracker,
        scope=scope,
        facet=cast(Facet, facet) if facet else "",
        value=value or "",
        first=first,
        last=last,
    )


def _dated(text: str) -> tuple[str, date | None, date | None]:
    """``jira:PLAT from 2026-07-01 until 2026-12-31`` taken apart; either half may be left out."""
    found = _VALIDITY.fullmatch(text)
    if not found:
        return text, None, None
    try:
        first, last = (date.fromisoformat(found[name]) if found[name] else None for name in ("first", "last"))
    except ValueError as error:
        raise Unfit(f"after from and until there must be a date such as 2027-01-31: {error}") from None
    if first and last and last < first:
        raise Unfit(f"ends on {last}, before it begins on {first}")
    return found["pattern"], first, last


def _check_facet(kind: str, facet: str, value: str) -> None:
    known = tables()[kind].facets if kind in tables() else ()
    if known and facet not in known:
        wrong = shown(facet) or "this"
        raise Unfit(f"{kind} issues are told apart by {listed(known)}, not by {wrong}", nearest(facet, known))
    if not value.strip():
        raise Unfit(f"after {facet}= there must be a name")


def parse_scope(text: str, kinds: Mapping[str, str]) -> Owns:
    """As ``parse_owns``, for settings that take whole projects and repositories only."""
    owns = parse_owns(text, kinds)
    if owns.facet or owns.first or owns.last or re.search(r"#\d+$" if "/" in owns.scope else r"-\d+$", owns.scope):
        raise Unfit("must be a whole project or repository such as jira:PAY or github:acme/*")
    return owns


def parse_issue(text: str, kinds: Mapping[str, str]) -> Owns:
    """As ``parse_owns``, for one issue."""
    owns = parse_owns(text, kinds)
    kind = tables().get(kinds[owns.tracker])
    number = ISSUE[kind.keys.shape if kind else "jira"]
    if (
        owns.facet
        or owns.first
        or owns.last
        or not re.fullmatch(number, owns.scope)
        or re.search(r"[*?\[]", owns.scope)
    ):
        raise Unfit("must be one issue such as jira:PAY-12 or github:acme/web#3")
    return owns
