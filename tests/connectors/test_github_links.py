"""Blocked-by links made on request: the right way round, once, and only when they do not stand."""

from collections.abc import Iterator

import pytest

from connectors.base import Denied, Gone, Receipt, Refused, Target, TryLater
from tests.connectors.contract import issues, walk
from tests.connectors.github_world import GitHub


@pytest.fixture
def world() -> Iterator[GitHub]:
    world = GitHub.start()
    yield world
    world.running.close()


def target(world: GitHub, key: str) -> Target:
    repository, _, number = key.partition("#")
    url = f"{world.url}/{repository}/issues/{number}"
    return Target(url=url, title=key, address=world.address(key), name=f"github:{key}")


def blockers(world: GitHub, key: str) -> list[str]:
    state = world.site.state
    found = (state.tables.issues[i] for i in world.write.find(key).blocked_by_ids)
    return [f"{state.full_name(state.home(issue))}#{issue.number}" for issue in found]


def test_a_link_is_made_both_ways_round_and_once(world: GitHub) -> None:
    connector = world.connector("acme/web")
    address = world.address("acme/web#2")
    made = connector.ensure_link(address, target(world, "acme/api#1"), lean="depends")
    assert made.done == "created"
    assert connector.traffic.requests == 5
    assert blockers(world, "acme/web#2") == ["acme/api#1"]
    asked = connector.traffic.requests
    again = connector.ensure_link(address, target(world, "acme/api#1"), lean="depends")
    assert again == Receipt(id=made.id, done="unchanged")
    other_way = connector.ensure_link(world.address("acme/api#1"), target(world, "acme/web#2"), lean="provides")
    assert other_way == again, "the same link, seen from the other end"
    assert connector.traffic.requests == asked + 2
    assert connector.traffic.writes == 1
    connector.ensure_link(address, target(world, "acme/web#1"), lean="provides")
    assert blockers(world, "acme/web#1") == ["acme/api#1", "acme/web#2"]


def test_the_receipt_names_the_link_as_a_pull_does(world: GitHub) -> None:
    connector = world.connector("acme/web", "acme/api")
    made = connector.ensure_link(world.address("acme/web#2"), target(world, "acme/api#1"), lean="depends")
    found = issues(walk(connector))
    for key in ("acme/web#2", "acme/api#1"):
        assert made.id in [link.native_id for link in found[world.address(key).native_id].links]


def test_a_lost_answer_never_makes_trouble(world: GitHub) -> None:
    connector = world.connector("acme/web")
    world.fault(kind="drop_after", method="POST", path="/blocked_by$")
    made = connector.ensure_link(world.address("acme/web#2"), target(world, "acme/api#1"), lean="depends")
    assert made.done == "created"
    assert connector.traffic.writes == 1
    assert blockers(world, "acme/web#2") == ["acme/api#1"]


def test_a_link_that_never_arrived_is_sent_once_more(world: GitHub) -> None:
    connector = world.connector("acme/web")
    world.fault(kind="status", status=502, method="POST", path="/blocked_by$")
    made = connector.ensure_link(world.address("acme/web#2"), target(world, "acme/api#1"), lean="depends")
    assert (made.done, connector.traffic.writes) == ("created", 2)
    world.fault(kind="status", status=502, method="POST", path="/blocked_by$", count=2)
    with pytest.raises(TryLater) as caught:
        connector.ensure_link(world.address("acme/web#2"), target(world, "acme/web#1"), lean="depends")
    assert caught.value.sent


@pytest.mark.parametrize(("lean", "line"), [("depends", "Depends on: PAY-12"), ("provides", "Blocks: PAY-12")])
def test_another_tracker_is_refused_with_the_way_out(world: GitHub, lean: str, line: str) -> None:
    jira = Target(url="https://acme.example/browse/PAY-12", title="Ledger", name="jira:PAY-12")
    connector = world.connector("acme/web")
    with pytest.raises(Refused, match=f"write into acme/web#1 the line `{line}`"):
        connector.ensure_link(world.issue, jira, lean="depends" if lean == "depends" else "provides")
    assert connector.traffic.requests == 0


def test_pull_requests_cannot_wait(world: GitHub) -> None:
    connector = world.connector("acme/web")
    for lean in ("depends", "provides"):
        with pytest.raises(Refused, match=r"no pull request.*the line `(Depends on|Blocks): acme/api#2`"):
            connector.ensure_link(
                world.issue, target(world, "acme/api#2"), lean="depends" if lean == "depends" else "provides"
            )
    assert connector.traffic.writes == 0


def test_a_server_without_the_feature_says_so(world: GitHub) -> None:
    world.site.set_options({"no_dependencies_api": True})
    connector = world.connector("acme/web", path="/api/v3")
    with pytest.raises(Refused, match="no blocked-by links; instead, write into acme/web#1 the line") as caught:
        connector.ensure_link(world.issue, target(world, "acme/web#2"), lean="depends")
    assert not isinstance(caught.value, Gone)


def test_an_issue_that_is_gone_is_gone(world: GitHub) -> None:
    connector = world.connector("acme/web")
    with pytest.raises(Gone):
        connector.ensure_link(world.absent_issue, target(world, "acme/web#2"), lean="depends")
    nowhere = Target(url="", title="", address=world.absent_issue, name="github:acme/web#999")
    with pytest.raises(Gone):
        connector.ensure_link(world.issue, nowhere, lean="depends")


def test_what_github_has_against_it_is_passed_on(world: GitHub) -> None:
    with pytest.raises(Refused, match="cannot be blocked by itself"):
        world.connector("acme/web").ensure_link(world.issue, target(world, "acme/web#1"), lean="depends")


def test_who_may_only_read_is_told_what_it_takes(world: GitHub) -> None:
    world.write.token("looks-only", "reader-bot")
    with pytest.raises(Denied, match="Triage"):
        world.connector("acme/web", token="looks-only").ensure_link(
            world.address("acme/web#2"), target(world, "acme/api#1"), lean="depends"
        )


def test_a_link_follows_renames_and_transfers(world: GitHub) -> None:
    waiting, blocker = world.address("acme/web#2"), target(world, "acme/api#1")
    world.act("rename_repository", repository="acme/web", name="site")
    world.act("transfer", issue="acme/api#1", to="acme/site")
    made = world.connector("acme/web").ensure_link(waiting, blocker, lean="depends")
    assert made.done == "created"
    assert blockers(world, "acme/site#2") == ["acme/site#3"]
