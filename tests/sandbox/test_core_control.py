"""The control API, as a test or a curious person uses it from outside."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.github.site import GitHubSite
from sandbox.server import Running, serve
from sandbox.world import World


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    running = serve(World())
    github = running.world.sites["github"]
    assert isinstance(github, GitHubSite)
    github.writer().repository("acme/web")
    yield running
    running.close()


@pytest.fixture(autouse=True)
def calm(running: Running) -> None:
    running.world.clear_faults()
    running.world.clear_log()


def control(running: Running, method: str, call: str, body: Any = None, *, by: str = "jira") -> requests.Response:
    return requests.request(method, f"{running.urls[by]}/_sandbox/{call}", json=body, timeout=5)


def user(running: Running) -> requests.Response:
    return requests.get(
        running.urls["github"] + "/user", headers={"Authorization": "Bearer sandbox-github-token"}, timeout=5
    )


def test_the_log_tells_of_requests_and_not_of_itself(running: Running) -> None:
    user(running)
    user(running)
    for port in ("jira", "github"):
        entries = control(running, "GET", "log", by=port).json()
        assert [(e["n"], e["site"], e["method"], e["path"], e["status"]) for e in entries] == [
            (1, "github", "GET", "/user", 200),
            (2, "github", "GET", "/user", 200),
        ]
    assert [e["n"] for e in control(running, "GET", "log?site=github&since=1").json()] == [2]
    assert control(running, "GET", "log?site=jira").json() == []
    control(running, "DELETE", "log")
    assert control(running, "GET", "log").json() == []


def test_faults_come_and_go_and_do_not_hit_the_control_api(running: Running) -> None:
    fault = {"kind": "status", "status": 503, "site": "github", "count": -1}
    assert control(running, "POST", "faults", fault).json()[0]["status"] == 503
    assert user(running).status_code == 503
    assert control(running, "GET", "faults", by="github").status_code == 200
    assert control(running, "DELETE", "faults").json() == []
    assert user(running).status_code == 200


def test_faults_can_be_added_several_at_once(running: Running) -> None:
    added = control(running, "POST", "faults", [{"kind": "html"}, {"kind": "latency", "seconds": 0.01}])
    assert [fault["kind"] for fault in added.json()] == ["html", "latency"]


def test_the_clock_is_set_to_a_day_or_a_moment(running: Running) -> None:
    assert control(running, "PUT", "clock", {"day": "2026-03-02"}).json()["now"].startswith("2026-03-02T09:00:00")
    moment = {"now": "2026-03-02T12:30:00+02:00"}
    assert control(running, "PUT", "clock", moment).json()["now"].startswith("2026-03-02T10:30:00")


def test_a_state_taken_out_and_put_back_is_the_same(running: Running) -> None:
    before = control(running, "GET", "state").json()
    assert before.keys() == {"jira", "github"}
    act = {"site": "github", "do": "create", "repository": "acme/web", "title": "Rotate keys", "by": "mira"}
    assert control(running, "POST", "act", act).json()["issue"] == "acme/web#1"
    assert control(running, "GET", "state").json() != before
    assert control(running, "PUT", "state", before).status_code == 200
    assert control(running, "GET", "state").json() == before


@pytest.mark.parametrize(
    ("method", "call", "body", "said"),
    [
        ("GET", "nonsense", None, "there is no GET /_sandbox/nonsense"),
        ("POST", "log", None, "there is no POST"),
        ("POST", "faults", {"kind": "explode"}, "latency"),
        ("POST", "faults", {"kind": "html", "path": "("}, "path"),
        ("POST", "faults", {"knd": "html"}, "knd"),
        ("PUT", "clock", {}, "day"),
        ("PUT", "clock", {"day": "tomorrow"}, "tomorrow"),
        ("PUT", "clock", [], "object"),
        ("GET", "log?since=yesterday", None, "yesterday"),
        ("POST", "act", {"site": "gitlab", "do": "create"}, "gitlab"),
        ("POST", "act", {"site": "jira", "do": "explode", "by": "mira"}, "explode"),
        ("POST", "act", {"site": "github", "do": "explode", "by": "mira"}, "explode"),
        ("POST", "act", {"do": "create"}, "site"),
        ("PUT", "options", {"jira": {"nonsense": 1}}, "nonsense"),
        ("PUT", "options", {"github": {"nonsense": 1}}, "nonsense"),
        ("PUT", "options", {"gitlab": {}}, "gitlab"),
        ("PUT", "state", {"gitlab": {}}, "gitlab"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    running: Running, method: str, call: str, body: Any, said: str
) -> None:
    answer = control(running, method, call, body)
    assert answer.status_code in (400, 404)
    assert said in answer.json()["error"]


def test_a_body_that_is_no_json_is_refused(running: Running) -> None:
    answer = requests.post(running.urls["jira"] + "/_sandbox/act", data=b"{nonsense", timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]
