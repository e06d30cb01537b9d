"""One pull from its beginning to its end: which repositories, what moved in them, what deltas cannot see."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.base import Page, Request, TrackerSettings
from connectors.github import catalog, projects, scopes, structure, sweep
from connectors.github.catalog import Boards, Catalog
from connectors.github.client import Client
from connectors.github.parse import Writer, link_types
from connectors.github.pull import Puller, Repository
from connectors.github.pull_rest import RestPuller
from connectors.github.queries import Schema
from connectors.github.reading import Reading


@dataclass(slots=True, kw_only=True)
class Pulls:
    """All pulls of one connector. ``schema`` is None where there is no GraphQL."""

    settings: TrackerSettings
    client: Client
    schema: Schema | None
    writer: Writer
    boards: tuple[str, ...] = ()
    """Names of the fields of boards that the last pull asked for."""

    def pages(self, request: Request) -> Iterator[Page]:
        """Request counts are stated in ``connectors.github.pull``, ``structure`` and ``pull_rest``."""
        known = catalog.load(request.catalog)
        refresh = request.structure or not request.catalog
        listing = scopes.by_rest(self.client) if self.schema is None else scopes.by_graphql(self.client)
        chosen = scopes.choose(self.settings.name, self.settings.scopes, known, listing, refresh=refresh)
        yield Page(link_types=link_types(self.settings.name), scopes=tuple(chosen.scopes))
        names = [known.names.get(name, name) for name in chosen.names]
        known.keep_repositories(names)
        if self.schema is None:
            yield from self.rest.pull(chosen.names, request.cursors, structure=request.structure)
        else:
            self._look_for_boards(known, names, refresh=refresh)
            yield from self._pull(request, known, chosen.names, {name.lower() for name in names})
        yield Page(catalog=known.dump())

    @property
    def reading(self) -> Reading:
        """For GraphQL only."""
        if self.schema is None:
            raise RuntimeError("GraphQL was asked of a server that has none")
        schema = replace(self.schema, boards=self.boards)
        return Reading(
            client=self.client, schema=schema, writer=self.writer, concurrency=max(1, self.settings.concurrency)
        )

    @property
    def rest(self) -> RestPuller:
        return RestPuller(client=self.client, writer=self.writer, concurrency=max(1, self.settings.concurrency))

    def _pull(self, request: Request, known: Catalog, asked: Sequence[str], within: Collection[str]) -> Iterator[Page]:
        reading = self.reading
        puller = Puller(reading, known, request.cursors, within=within, resume=request.resume)
        repositories = [puller.start(name) for name in asked]
        yield from puller.pull(repositories)
        if request.structure:
            deltas = [sweep.start(r.name, public=r.public) for r in repositories if _moves_unseen(r)]
            yield from structure.refresh(reading, known, deltas, within)

    def _look_for_boards(self, known: Catalog, names: Sequence[str], *, refresh: bool) -> None:
        """Boards that can be read no more are believed gone when that is met a second time."""
        owners = {owner.lower(): owner for owner in (name.partition("/")[0] for name in names)}
        wanted = self.schema is not None and self.schema.has("Issue", "projectItems")
        if wanted and (refresh or known.boards.keys() != owners.keys()):
            before, found = known.boards, projects.look_up(self.client, [*owners.values()])
            known.boards = {owner: _boards(before.get(owner), found[name]) for owner, name in owners.items()}
        self.boards = projects.names_of(known.boards.values()) if wanted else ()


def _moves_unseen(repository: Repository) -> bool:
    """A full walk has just seen all there is to see, unless part of it is from an earlier day."""
    return not repository.full and not repository.failed and not repository.same_as


def _boards(before: Boards | None, now: Boards) -> Boards:
    return Boards(fields=before.fields, why=now.why) if now.why and before and not before.why else now
