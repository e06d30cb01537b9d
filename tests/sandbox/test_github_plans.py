"""Queries run from plans answer as graphql-core does, which carries out those with a directive in them."""

from typing import Any

import pytest

from tests.sandbox.github_bench import Bench

ISSUE = (
    "fragment F on Issue { __typename id number state stateReason updatedAt author { login ... on User { name } } "
    "labels(first: 2) { totalCount nodes { name } pageInfo { hasNextPage endCursor } } "
    "again: labels(first: 1) { edges { cursor node { name color } } } "
    "blockedBy(first: 5) { nodes { number ... on Node { id } repository { nameWithOwner } } } "
    "timelineItems(first: 9) { nodes { __typename ... on LabeledEvent { label { name } } "
    "... on CrossReferencedEvent { source { ... on Issue { number } ... on PullRequest { head: headRefName } } } } } }"
)
QUERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "a page": (
        'query($n: Int!) { repository(owner: "acme", name: "web") { issues(first: $n, orderBy: {field: UPDATED_AT, '
        f"direction: DESC}}) {{ nodes {{ ...F title number }} }} }} }} {ISSUE}",
        {"n": 3},
    ),
    "the same field twice": (
        '{ repository(owner: "acme", name: "web") { id owner { login } owner { id } ... on Node { id } } }',
        {},
    ),
    "missing nodes": ('{ nodes(ids: ["I_none", "R_none"]) { id } viewer { login } }', {}),
    "a missing repository": ('{ a: repository(owner: "acme", name: "no") { id } viewer { login } }', {}),
    "a null that spreads": (
        '{ repository(owner: "acme", name: "vault") { name issues(first: 1) { totalCount } } viewer { login } }',
        {},
    ),
    "a bad cursor": (
        '{ repository(owner: "acme", name: "web") { issues(first: 1, after: "odd") { totalCount } } }',
        {},
    ),
    "a variable that is missing": (
        'query($n: Int!) { repository(owner: "a", name: "b") { issue(number: $n) { id } } }',
        {},
    ),
    "a variable of another type": (
        'query($n: Int!) { repository(owner: "a", name: "b") { issue(number: $n) { id } } }',
        {"n": "x"},
    ),
    "a default": (
        'query($n: Int = 2) { repository(owner: "acme", name: "web") { issue(number: $n) { number } } }',
        {},
    ),
    "a mutation": (
        'mutation { a: addComment(input: {subjectId: "I_no", body: "x"}) { clientMutationId } '
        'b: addComment(input: {subjectId: "I_neither", body: "x"}) { clientMutationId } }',
        {},
    ),
}


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for n in range(4):
        bench.issue(labels=["a", "b", "c"][:n], body=f"#{n}")
    bench.gh.pull("acme/web", "A pull", by="crosstie-bot", head="h", body="Fixes #1")
    bench.gh.block("acme/web#1", "acme/web#2", by="mira")
    bench.issue("acme/vault")
    bench.gh.limited_token("limited", "zoe", permissions={}, roles={"acme/web": "write", "acme/vault": "read"})
    return bench


@pytest.mark.parametrize("name", QUERIES)
def test_both_give_the_same(bench: Bench, name: str) -> None:
    text, variables = QUERIES[name]
    place = text.rindex("}", 0, text.find("fragment") if "fragment" in text else len(text))
    directed = text[:place] + "z: __typename @include(if: true) " + text[place:]
    planned = text[:place] + "z: __typename " + text[place:]
    answers = [
        bench.ask("POST", "/graphql", {"query": query, "variables": variables}, token="limited").json
        for query in (planned, directed)
    ]
    assert answers[0] == answers[1]
    assert ("errors" in answers[0]) == (name not in ("a page", "the same field twice", "a default"))


def test_a_name_chooses_among_operations(bench: Bench) -> None:
    text = "query A { viewer { login } } query B { viewer { __typename } }"
    for name, shown in (("A", {"login": "crosstie-bot"}), ("B", {"__typename": "User"})):
        body = bench.ask("POST", "/graphql", {"query": text, "operationName": name}).json
        assert body == {"data": {"viewer": shown}}


def test_what_is_left_out_is_left_out(bench: Bench) -> None:
    text = "query($y: Boolean!) { viewer { login @skip(if: $y) id @include(if: $y) } }"
    assert bench.query(text, y=False) == {"data": {"viewer": {"login": "crosstie-bot"}}}
