"""A GitHub without GraphQL, over real sockets."""

from collections.abc import Iterator

import pytest

from tests.connectors.github_pulls import Caller, by_key, census, links, many, missing
from tests.connectors.github_world import GitHub

BOTH = ("acme/web", "acme/api")


@pytest.fixture
def world() -> Iterator[GitHub]:
    world = GitHub.start()
    yield world
    world.running.close()


def test_rest_says_the_same_as_graphql(world: GitHub) -> None:
    world.write.comment("acme/web#2", "Blocked by #1", by="mira")
    world.write.parent("acme/web#2", "acme/web#1", by="mira")
    world.write.pull("acme/web", "Rotate", by="mira", head="PAY-7-keys")
    rich = by_key(Caller(world, BOTH).pull())
    world.site.set_options({"no_graphql": True})
    caller = Caller(world, BOTH)
    counted = census(caller.pull())
    plain = caller.facts
    assert plain.keys() == rich.keys()
    same = ("native_id", "title", "phase", "status", "labels", "assignees", "created", "updated", "branch", "comments")
    for key, fact in plain.items():
        assert [getattr(fact, name) for name in same] == [getattr(rich[key], name) for name in same]
        assert [(m.key, m.place, m.belongs) for m in fact.mentions] == [
            (m.key, m.place, m.belongs) for m in rich[key].mentions
        ]
    (blocked,) = plain["acme/web#1"].links
    assert blocked in rich["acme/web#1"].links
    assert plain["acme/web#2"].parent is not None
    assert plain["acme/web#2"].parent.key == "acme/web#1"
    assert set(counted) == set(BOTH)
    world.write.comment("acme/web#2", "And again", by="mira")
    caller.pull()
    assert len(caller.facts["acme/web#2"].comments) == 2


def test_branches_cost_a_request_for_each_hundred_pull_requests(world: GitHub) -> None:
    many(world, 100)
    for n in range(120):
        world.write.pull("acme/web", f"Pull {n}", by="mira", head=f"PAY-{n}-x")
    world.site.set_options({"no_graphql": True})
    caller = Caller(world, ("acme/web",))
    caller.pull()
    assert caller.requests == 1 + 3 + 2 + 1 + 1  # the repository, issues, pull requests, comments, blockers
    assert caller.facts["acme/web#150"].branch == "PAY-47-x"
    world.act("edit", issue="acme/web#150", title="Changed")
    caller.pull()
    assert caller.facts["acme/web#150"].branch == "PAY-47-x"


@pytest.mark.parametrize(
    ("body", "base", "closed"),
    [
        ("Closes #1", "main", ["acme/api#1"]),
        ("fixes: acme/web#2, and resolves #1.", "main", ["acme/web#2", "acme/api#1"]),
        ("Closes #1", "release", []),
        ("`Closes #1`, see #1", "main", []),
        ("Does not close it, see #1", "main", []),
        ("Closes acme/web#1 like #1", "main", ["acme/web#1"]),
    ],
)
def test_closing_keywords_are_read_off_the_text(world: GitHub, body: str, base: str, closed: list[str]) -> None:
    pull = world.write.pull("acme/api", "Change", by="mira", head="c", base=base, body=body)
    world.site.set_options({"no_graphql": True})
    caller = Caller(world, BOTH)
    caller.pull()
    found = links(caller.facts[pull], "closes")
    assert sorted(link.other.key for link in found) == sorted(closed)
    assert all((link.phrase, link.forward) == ("closes", True) for link in found)


def test_a_repository_that_two_names_lead_to_is_read_once(world: GitHub) -> None:
    world.site.set_options({"no_graphql": True})
    world.write.repository("acme/part-old")
    many(world, 3, "acme/part-old")
    caller = Caller(world, ("acme/part-*",))
    caller.pull()
    world.act("rename_repository", repository="acme/part-old", name="part-new")
    pages = caller.pull(structure=True)
    assert sum(len(page.issues) for page in pages) == 3
    assert missing(pages) == {}
    assert set(census(pages)) == {"acme/part-new"}
    assert {scope.key for page in pages for scope in page.scopes} == {"acme/part-new", "acme/part-old"}


def test_a_repository_missing_is_said(world: GitHub) -> None:
    world.site.set_options({"no_graphql": True})
    assert set(missing(Caller(world, ("acme/nowhere", "acme/web")).pull())) == {"acme/nowhere"}


def test_several_hands_read_the_same(world: GitHub) -> None:
    world.site.set_options({"no_graphql": True})
    one, several = (Caller(world, BOTH, concurrency=c) for c in (1, 4))
    assert census(one.pull()) == census(several.pull())
    assert one.facts == several.facts
    assert one.cursors == several.cursors
