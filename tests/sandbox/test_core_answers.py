"""Answers that are kept, and the latency of every answer, over real sockets."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.base import Fault
from sandbox.github.site import GitHubSite
from sandbox.jira.site import JiraSite
from sandbox.server import Running, serve
from sandbox.world import World

ISSUES = "/repos/acme/web/issues"
SEARCH = "/rest/api/3/search/jql"


@pytest.fixture
def running() -> Iterator[Running]:
    running = serve(World())
    running.world.answers.on = True
    for site in running.world.sites.values():
        if isinstance(site, GitHubSite):
            site.writer().repository("acme/web", visibility="private")
            site.writer().token("another-token", "jonas")
        elif isinstance(site, JiraSite):
            site.writer().project("PAY", "Payments")
            site.writer().issue("PAY-1", "Pay by invoice")
    yield running
    running.close()


def github(running: Running, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
    headers = {"Authorization": "Bearer sandbox-github-token", **headers}
    return requests.request(method, running.urls["github"] + path, headers=headers, json=body, timeout=5)


def jira(running: Running, method: str, path: str, body: Any = None) -> requests.Response:
    who = ("bot@acme.example", "sandbox-jira-token")
    return requests.request(method, running.urls["jira"] + path, auth=who, json=body, timeout=5)


def kept(running: Running) -> list[bool]:
    return [entry.kept for entry in running.world.log()]


def test_nothing_is_kept_unless_asked_for(running: Running) -> None:
    running.world.answers.on = False
    for _ in range(2):
        github(running, "GET", ISSUES)
    assert (kept(running), len(running.world.answers)) == ([False, False], 0)


def test_the_same_question_gets_the_same_answer_from_memory(running: Running) -> None:
    first, second = (github(running, "GET", "/user") for _ in range(2))
    github(running, "GET", "/user?page=2")
    assert (first.content, first.headers["ETag"]) == (second.content, second.headers["ETag"])
    assert kept(running) == [False, True, False]


def test_a_write_makes_what_was_kept_void(running: Running) -> None:
    assert github(running, "GET", ISSUES).json() == []
    assert github(running, "POST", ISSUES, {"title": "Rotate keys"}).status_code == 201
    assert [row["title"] for row in github(running, "GET", ISSUES).json()] == ["Rotate keys"]
    assert kept(running) == [False, False, False]


@pytest.mark.parametrize(
    ("method", "call", "body"),
    [
        ("POST", "act", {"site": "jira", "do": "edit", "issue": "PAY-1", "by": "Mira", "title": "Pay by card"}),
        ("PUT", "options", {"jira": {"page_cap": 5}}),
        ("PUT", "clock", {"day": "2026-03-02"}),
    ],
)
def test_what_is_done_to_the_world_makes_it_void_too(running: Running, method: str, call: str, body: Any) -> None:
    query = {"jql": "project = PAY", "fields": ["summary"]}
    jira(running, "POST", SEARCH, query)
    jira(running, "POST", SEARCH, query)
    requests.request(method, f"{running.urls['jira']}/_sandbox/{call}", json=body, timeout=5).raise_for_status()
    jira(running, "POST", SEARCH, query)
    assert kept(running) == [False, True, False]


def test_each_account_and_each_condition_has_its_own_answer(running: Running) -> None:
    etag = github(running, "GET", ISSUES).headers["ETag"]
    assert github(running, "GET", ISSUES, Authorization="Bearer another-token").status_code == 404
    assert github(running, "GET", ISSUES, **{"If-None-Match": etag}).status_code == 304
    assert github(running, "GET", ISSUES).status_code == 200
    assert kept(running) == [False, False, False, True]


def test_graphql_is_kept_by_its_variables_and_mutations_never_are(running: Running) -> None:
    text = 'query ($n: Int) { repository(owner: "acme", name: "web") { issues(first: $n) { totalCount } } }'
    for first in (1, 1, 2):
        github(running, "POST", "/graphql", {"query": text, "variables": {"n": first}})
    mutation = 'mutation { addComment(input: {subjectId: "x", body: "y"}) { clientMutationId } }'
    for _ in range(2):
        github(running, "POST", "/graphql", {"query": mutation})
    github(running, "POST", "/graphql", {"query": text, "variables": {"n": 2}})
    assert kept(running) == [False, True, False, False, False, False]


def test_faults_strike_kept_answers_as_others(running: Running) -> None:
    github(running, "GET", "/user")
    running.world.add_fault(Fault(kind="html"))
    running.world.add_fault(Fault(kind="status", status=503))
    assert "<html>" in github(running, "GET", "/user").text
    assert github(running, "GET", "/user").status_code == 503
    assert github(running, "GET", "/user").json()["login"] == "crosstie-bot"
    assert kept(running) == [False, True, False, True]


def test_no_answer_comes_before_its_latency_is_over(running: Running) -> None:
    control = running.urls["jira"] + "/_sandbox/serving"
    said = requests.put(control, json={"latency_ms": 60}, timeout=5).json()
    assert said == {"latency_ms": 60, "keep_answers": True, "kept": 0}
    for _ in range(2):
        started = time.monotonic()
        assert github(running, "GET", "/user").ok
        assert time.monotonic() - started >= 0.06
    assert all(entry.took > 0 for entry in running.world.log())
    assert kept(running) == [False, True]


@pytest.mark.parametrize("wrong", [{"latency_ms": -1}, {"latency_ms": "much"}, {"keep_answers": 1}, {"latncy": 5}])
def test_serving_says_what_it_takes(running: Running, wrong: Any) -> None:
    answer = requests.put(running.urls["github"] + "/_sandbox/serving", json=wrong, timeout=5)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["error"]
