"""Which repositories are meant: names as configured, globs resolved by listing their owner's repositories."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from connectors.base import Gone, Refused
from connectors.github.catalog import Catalog
from connectors.github.client import Client
from connectors.github.queries import repositories_of
from model.facts import Scope

Listing = Callable[[str], Iterable[str]]
"""Owner -> full names of the owner's repositories that we can see. Raises Refused."""


@dataclass(slots=True)
class Chosen:
    names: list[str] = field(default_factory=list)
    """Repositories to pull, as configured or as found."""
    scopes: list[Scope] = field(default_factory=list)
    """Configured entries that name nothing we can read."""


def choose(tracker: str, configured: Sequence[str], catalog: Catalog, listing: Listing, *, refresh: bool) -> Chosen:
    """Resolve the configured scopes; globs are looked up when ``refresh`` is set or they are new."""
    chosen = Chosen()
    for entry in configured:
        owner, _, name = entry.partition("/")
        if not name or "/" in name or _is_glob(owner):
            why = "is not owner/name; a pattern may stand for the name only (acme/api-*)"
            chosen.scopes.append(Scope(tracker=tracker, key=entry, missing=why))
        elif _is_glob(name):
            chosen.names += _expand(tracker, entry, catalog, listing, refresh, chosen)
        else:
            chosen.names.append(entry)
    chosen.names = list({name.casefold(): name for name in reversed(chosen.names)}.values())[::-1]
    return chosen


def by_graphql(client: Client) -> Listing:
    def listing(owner: str) -> Iterator[str]:
        after: str | None = None
        while True:
            found = client.graphql(*repositories_of(owner, after)).data.get("repositoryOwner")
            if found is None:
                raise Gone(client.tracker, f"there is no owner {owner}, or our account may not see it")
            yield from (node["nameWithOwner"] for node in found["repositories"]["nodes"] if node)
            page = found["repositories"]["pageInfo"]
            if not page["hasNextPage"] or page["endCursor"] == after:
                return
            after = page["endCursor"]

    return listing


def by_rest(client: Client) -> Listing:
    def listing(owner: str) -> Iterator[str]:
        try:
            pages = list(client.rows(f"/orgs/{owner}/repos"))
        except Gone:
            pages = list(client.rows(f"/users/{owner}/repos"))
        return (str(row["full_name"]) for page in pages for row in page)

    return listing


def _expand(tracker: str, pattern: str, catalog: Catalog, listing: Listing, refresh: bool, chosen: Chosen) -> list[str]:
    before = catalog.globs.get(pattern)
    if before and not refresh:
        return before
    try:
        every = listing(pattern.partition("/")[0])
        found = sorted(name for name in every if fnmatchcase(name.casefold(), pattern.casefold()))
    except Refused as error:
        chosen.scopes.append(Scope(tracker=tracker, key=pattern, missing=str(error)))
        return before or []
    if not found:
        why = "matches no repository that our account can see"
        chosen.scopes.append(Scope(tracker=tracker, key=pattern, missing=why))
    elif before == []:
        chosen.scopes.append(Scope(tracker=tracker, key=pattern))
    catalog.globs[pattern] = found
    # What is no longer listed is asked for once more by name, to tell renamed from gone.
    return [*found, *(name for name in before or () if name not in found)]


def _is_glob(text: str) -> bool:
    return any(sign in text for sign in "*?[")
