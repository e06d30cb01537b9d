"""Small facts and policies, written the way one would say them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from model.facts import Facts, IssueFact, Lean, Link, LinkType, Mention, Person, Pointer, Ref, Scope
from model.policy import Owns, Policy, Team, TrackerPolicy

NOW = datetime(2026, 3, 3, 11, tzinfo=UTC)
BLOCKS = LinkType(tracker="jira", id="1", name="Blocks", outward="blocks", inward="is blocked by")
MIRA = Person(id="u-mira", name="Mira")


def tracker_of(key: str) -> str:
    return "github" if "#" in key else "jira"


def fact(key: str, **fields: Any) -> IssueFact:
    fields.setdefault("title", f"Title of {key}")
    fields.setdefault("native_id", f"id-{key}")
    return IssueFact(tracker=fields.pop("tracker", tracker_of(key)), key=key, **fields)


def blocks(other: str, *, by: str, **pointer: Any) -> Link:
    """As read on issue ``by``: it blocks ``other``."""
    return _link(by, other, "blocks", forward=True, **pointer)


def blocked_by(other: str, *, on: str, **pointer: Any) -> Link:
    """As read on issue ``on``: it is blocked by ``other``."""
    return _link(on, other, "is blocked by", forward=False, **pointer)


def _link(holder: str, other: str, phrase: str, *, forward: bool, type_id: str = "1", **pointer: Any) -> Link:
    pair = "+".join(sorted((holder, other)))
    return Link(
        native_id=f"L-{type_id}-{pair}",
        type_id=type_id,
        type_name="Blocks",
        phrase=phrase,
        forward=forward,
        other=Pointer(tracker=tracker_of(other), key=other, native_id=f"id-{other}", **pointer),
    )


def says(key: str, lean: Lean | None = "depends", **fields: Any) -> Mention:
    fields.setdefault("author", MIRA)
    fields.setdefault("place", "body")
    fields.setdefault("excerpt", f"about {key}")
    return Mention(key=key, shape="github" if "#" in key else "jira", lean=lean, **fields)


def facts(*issues: IssueFact, scopes: Iterable[Scope] | None = None, **fields: Any) -> Facts:
    """Every issue's scope is read in full unless ``scopes`` says otherwise."""
    if scopes is None:
        keys = sorted({(i.tracker, i.ref.scope) for i in issues})
        scopes = [Scope(tracker=tracker, key=key, read_at=NOW) for tracker, key in keys]
    scopes = tuple(scopes)
    uids = {str(i.ref): i for i in issues}
    aliases = {(i.tracker, name): uid for uid, i in uids.items() for name in (i.key, i.native_id)}
    fields.setdefault("known_projects", frozenset((s.tracker, s.key) for s in scopes if s.tracker == "jira"))
    fields.setdefault("link_types", (BLOCKS,))
    return Facts(issues=uids, aliases=fields.pop("aliases", aliases), scopes=scopes, **fields)


def team(name: str, *owns: str, **fields: Any) -> Team:
    return Team(name=name, owns=tuple(_owns(o) for o in owns), **fields)


def _owns(text: str) -> Owns:
    where, _, facet = text.partition("/") if not text.startswith("github") else (text, "", "")
    tracker, _, scope = where.partition(":")
    kind, _, value = facet.partition("=")
    return Owns(tracker=tracker, scope=scope, facet=kind, value=value)  # type: ignore[arg-type]  # tests write known facets


def policy(*teams: Team, **fields: Any) -> Policy:
    teams = teams or (team("payments", "jira:PAY"), team("platform", "jira:PLAT"), team("web", "github:acme/web"))
    fields.setdefault(
        "trackers",
        {
            "jira": TrackerPolicy(name="jira", kind="jira", shape="jira", host="acme.atlassian.net"),
            "github": TrackerPolicy(name="github", kind="github", shape="github", host="github.com"),
        },
    )
    return Policy(teams={t.name: t for t in teams}, **fields)


def ref(text: str) -> Ref:
    tracker, _, key = text.partition(":")
    return Ref(tracker, key)
