"""Getting in: which Jira, whose token, and what to do when it is not let in."""

import base64
from collections.abc import Iterator

import pytest
import responses

from connectors.base import Stop, TrackerSettings, TryLater
from connectors.http import Json
from connectors.jira import JiraConnector
from connectors.limits import Clock, Limits
from tests.connectors.jira_rows import ME, ROBOT

SITE = "https://acme.atlassian.net"
GATEWAY = "https://api.atlassian.com/ex/jira/11-22"
SERVER = "https://jira.acme.example/jira"
ACCOUNT: Json = {"name": "crosstie", "key": "JIRAUSER10100", "displayName": "crosstie", "timeZone": "Europe/Berlin"}


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def connector(url: str, *, user: str = "bot@acme.example") -> JiraConnector:
    settings = TrackerSettings(name="jira", kind="jira", url=url, user=user, scopes=(), token="t0ken")
    return JiraConnector(settings, limits=Limits(attempts=1), clock=Clock(sleep=lambda _: None))


def info(mock: responses.RequestsMock, url: str, kind: str, base: str) -> None:
    mock.get(f"{url}/rest/api/2/serverInfo", json={"deploymentType": kind, "baseUrl": base})


def authorizations(mock: responses.RequestsMock) -> set[str]:
    return {str(call.request.headers.get("Authorization")) for call in mock.calls}


BASIC = "Basic " + base64.b64encode(b"bot@acme.example:t0ken").decode()


@pytest.mark.parametrize(("user", "sent"), [("bot@acme.example", BASIC), ("", "Bearer t0ken")])
def test_through_the_gateway_pages_stay_on_the_site(mock: responses.RequestsMock, user: str, sent: str) -> None:
    info(mock, GATEWAY, "Cloud", SITE)
    me = {**ROBOT, "self": "https://api.atlassian.com/ex/jira/11-22/rest/api/3/user?accountId=x"}
    mock.get(f"{GATEWAY}/rest/api/3/myself", json=me)
    account = connector(GATEWAY, user=user).account()
    assert (account.person.id, account.site) == (ME, SITE)
    assert authorizations(mock) == {sent}


def test_data_center_is_asked_under_version_2_with_a_personal_access_token(mock: responses.RequestsMock) -> None:
    info(mock, SERVER, "Server", SERVER)
    mock.get(f"{SERVER}/rest/api/2/myself", json=ACCOUNT)
    account = connector(SERVER, user="").account()
    assert (account.person.id, account.site, account.zone) == ("crosstie", SERVER, "Europe/Berlin")
    assert authorizations(mock) == {"Bearer t0ken"}


@pytest.mark.parametrize("me", [{"key": "JIRAUSER10100"}, {"name": "", "key": "JIRAUSER10100"}])
def test_a_server_that_hides_the_name_gives_the_key(mock: responses.RequestsMock, me: Json) -> None:
    info(mock, SERVER, "Server", SERVER)
    mock.get(f"{SERVER}/rest/api/2/myself", json=me)
    assert connector(SERVER, user="").account().person.id == "JIRAUSER10100"


def test_a_token_that_works_only_through_the_gateway_is_told_its_url(mock: responses.RequestsMock) -> None:
    """pycontribs/jira#2368"""
    info(mock, SITE, "Cloud", SITE)
    mock.get(f"{SITE}/rest/api/3/myself", status=401, body="Client must be authenticated")
    mock.get(f"{SITE}/_edge/tenant_info", json={"cloudId": "11-22"})
    with pytest.raises(Stop, match=f"url = {GATEWAY}$") as caught:
        connector(SITE).account()
    assert "t0ken" not in str(caught.value)
    assert mock.calls[-1].request.headers.get("Authorization") is None, "the site's id is asked without credentials"


def test_a_token_without_its_user_is_told_so(mock: responses.RequestsMock) -> None:
    mock.get(f"{SITE}/rest/api/2/serverInfo", status=401, body="")
    mock.get(f"{SITE}/_edge/tenant_info", json={"cloudId": "11-22"})
    with pytest.raises(Stop, match="needs user = the e-mail address"):
        connector(SITE, user="").account()


@pytest.mark.parametrize(
    "tenant",
    [
        {"status": 404},
        {"json": {"cloudId": "../x\nevil"}},
        {"json": ["x"]},
        {"body": "<html>", "content_type": "text/html"},
        {"status": 503},
    ],
)
def test_what_is_no_cloud_site_names_no_gateway(mock: responses.RequestsMock, tenant: Json) -> None:
    mock.get(f"{SERVER}/rest/api/2/serverInfo", status=401, json={})
    mock.get("https://jira.acme.example/_edge/tenant_info", **tenant)
    with pytest.raises(Stop, match=r"expired or been revoked$"):
        connector(SERVER).account()


def test_data_center_is_not_asked_for_what_only_cloud_has(mock: responses.RequestsMock) -> None:
    info(mock, SERVER, "Server", SERVER)
    mock.get(f"{SERVER}/rest/api/2/myself", status=401, json={})
    with pytest.raises(Stop, match=r"expired or been revoked$"):
        connector(SERVER).account()


def test_through_the_gateway_a_refused_token_is_told_of_scopes(mock: responses.RequestsMock) -> None:
    mock.get(f"{GATEWAY}/rest/api/2/serverInfo", status=401, json={})
    with pytest.raises(Stop, match="read:jira-work"):
        connector(GATEWAY).account()


@pytest.mark.parametrize("status", [401, 403])
def test_a_captcha_is_named_as_such(mock: responses.RequestsMock, status: int) -> None:
    headers = {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://jira.acme.example/login.jsp"}
    mock.get(f"{SERVER}/rest/api/2/serverInfo", status=status, headers=headers, body="<html>")
    with pytest.raises(Stop, match="CAPTCHA") as caught:
        connector(SERVER).account()
    assert f"in a browser as this account at {SERVER}" in str(caught.value)


def test_an_account_that_may_not_use_jira(mock: responses.RequestsMock) -> None:
    info(mock, SITE, "Cloud", SITE)
    mock.get(f"{SITE}/rest/api/3/myself", status=403, json={})
    with pytest.raises(Stop, match="may use Jira"):
        connector(SITE).account()


def test_a_jira_that_is_down_is_no_wrong_token(mock: responses.RequestsMock) -> None:
    mock.get(f"{SITE}/rest/api/2/serverInfo", status=503)
    with pytest.raises(TryLater):
        connector(SITE).account()
