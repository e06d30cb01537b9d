"""What ``check --online`` says of a whole Jira site: clock, fields, link types, quota. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors.base import Check, Traffic
from connectors.jira.catalog import Catalog
from model.facts import LinkType
from model.link_types import known_meaning

WORTH_NAMING = 60.0
"""Seconds between the server's clock and ours."""
FIELDS = {
    "sprint": "sprints",
    "team": "the Team field",
    "start": "start dates of plans",
    "target_end": "target end dates of plans",
}
"""By their kind in the catalog: what is read from it."""
DIRECTED = frozenset({"depends", "provides", "parent", "child"})
NEARLY_USED_UP = 20


def check_clock(ahead: float) -> Iterator[Check]:
    """``ahead``: seconds by which the server's clock is ahead of ours. Nothing when they agree."""
    if abs(ahead) > WORTH_NAMING:
        where = "behind" if ahead > 0 else "ahead of"
        remedy = "set the clock of this machine: what day it is, and what is late, is judged by it"
        yield Check(about="clock", ok=None, found=f"ours is {abs(ahead):.0f} s {where} Jira's", remedy=remedy)


def check_fields(catalog: Catalog) -> Check:
    """For information: a site need not have any of them."""
    there = [f"{what} ({', '.join(catalog.custom[kind])})" for kind, what in FIELDS.items() if catalog.custom.get(kind)]
    absent = [what for kind, what in FIELDS.items() if not catalog.custom.get(kind)]
    found = f"found {', '.join(there)}" if there else "none found of those we know"
    if not absent:
        return Check(about="custom fields", ok=True, found=found)
    remedy = "nothing to do if they are not used here; else our account may lack the projects whose screens show them"
    return Check(about="custom fields", ok=None, found=f"{found}; not here: {', '.join(absent)}", remedy=remedy)


def check_link_types(types: Iterable[LinkType]) -> Iterator[Check]:
    """One line for those whose phrases we know; one more for each that a person should look at."""
    known: list[str] = []
    for kind in types:
        meaning = known_meaning(kind)
        if meaning is None:
            yield _to_decide(kind, f'"{kind.outward}" and "{kind.inward}" are no phrases that we know')
        elif _lost_its_direction(kind):
            yield _to_decide(kind, f'both ends read "{kind.outward}", so it does not say which issue waits')
        else:
            known.append(f"{kind.name} ({kind.outward}: {meaning})")
    if any(name.endswith(("depends)", "provides)")) for name in known):
        yield Check(about="link types", ok=True, found=", ".join(known))
    else:
        remedy = "say of one which way it waits in [[link_types]], or add the type Blocks to Jira"
        found = ", ".join(known) or "none"
        yield Check(about="link types", ok=None, found=f"{found}; none says which issue waits", remedy=remedy)


def _to_decide(kind: LinkType, why: str) -> Check:
    return Check(
        about=f"link type {kind.name}",
        ok=None,
        found=f"{why}: it makes no dependency",
        remedy=f'put into the config: [[link_types]] tracker = "{kind.tracker}", name = "{kind.name}", '
        'outward = "provides" (or depends, parent, child, duplicate, relates, implements, ignore)',
    )


def _lost_its_direction(kind: LinkType) -> bool:
    same = kind.outward.casefold().split() == kind.inward.casefold().split()
    return same and known_meaning(replace(kind, inward="")) in DIRECTED


def check_quota(traffic: Traffic) -> Check:
    if traffic.remaining is None:
        return Check(about="quota", ok=True, found="this Jira names no limit")
    until = f", until {traffic.resets_at:%H:%M} UTC" if traffic.resets_at else ""
    found = f"{traffic.remaining:,} requests left{until}"
    if traffic.remaining < NEARLY_USED_UP:
        remedy = "run less often, lower concurrency, or ask who else uses this account"
        return Check(about="quota", ok=None, found=found, remedy=remedy)
    return Check(about="quota", ok=True, found=found)
