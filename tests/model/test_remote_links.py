"""Links to pages elsewhere: an edge where they say who waits, a hint where they do not."""

from typing import Literal

import pytest

from model.facts import IssueFact, RemoteLink
from model.interpret import interpret
from model.snapshot import Dependency
from tests.model.build import NOW, fact, facts, policy, says


def leads(relationship: str, key: str = "acme/web#3", host: str = "github.com") -> RemoteLink:
    shape: Literal["jira", "github"] = "github"
    return RemoteLink(
        native_id="7", relationship=relationship, url=f"https://{host}/{key}", key=key, shape=shape, host=host
    )


def edges(*issues: IssueFact) -> list[tuple[str, str, Dependency]]:
    found = interpret(facts(*issues, fact("acme/web#3")), policy(), NOW).dependencies
    return [(d.consumer.uid, d.provider.uid, d) for d in found]


@pytest.mark.parametrize(
    ("relationship", "expected"),
    [
        ("is blocked by", [("jira:PAY-1", "github:acme/web#3")]),
        ("depends on", [("jira:PAY-1", "github:acme/web#3")]),
        ("Blocks", [("github:acme/web#3", "jira:PAY-1")]),
        ("mentioned in", []),
        ("", []),
    ],
)
def test_the_relationship_says_who_waits(relationship: str, expected: list[tuple[str, str]]) -> None:
    found = edges(fact("PAY-1", remote_links=(leads(relationship),)))
    assert [pair[:2] for pair in found] == expected
    assert all(d.evidence[0].strength == "declared" for _, _, d in found)


def test_a_page_of_a_host_that_is_not_ours_is_nothing() -> None:
    assert edges(fact("PAY-1", remote_links=(leads("is blocked by", host="git.vendor.example"),))) == []


def test_a_plain_link_strengthens_what_is_said_in_words() -> None:
    issue = fact("PAY-1", remote_links=(leads(""),), mentions=(says("acme/web#3"),))
    ((_, _, found),) = edges(issue)
    assert [(e.kind, e.strength) for e in found.evidence] == [("text", "stated"), ("link", "hinted")]
