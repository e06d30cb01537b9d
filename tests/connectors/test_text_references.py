"""Which names of issues are found, and which look-alikes are not."""

import pytest

from connectors.text import (
    Context,
    Reference,
    mentions_in_branch,
    mentions_in_markdown,
    mentions_in_title,
    mentions_in_wiki,
    reference_in_url,
)

BODY = Context("body", "acme/web")


def keys(text: str, context: Context = BODY) -> list[str]:
    return [one.key for one in mentions_in_markdown(text, context)]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("see #12", "acme/web#12"),
        ("(#12)", "acme/web#12"),
        ("#12: on it", "acme/web#12"),
        ("GH-12 and gh-12", "acme/web#12"),
        ("acme/api#12", "acme/api#12"),
        ("acme/.github#12.", "acme/.github#12"),
        ("见#12。", "acme/web#12"),
    ],
)
def test_github_numbers(text: str, expect: str) -> None:
    assert keys(text) == [expect]


@pytest.mark.parametrize(
    "text",
    "# 12|#0|#012|#12a|#12-usage|#1.5|issue#12|a/b/c#12|x.git#12|acme/web.git#12|@GH-12|sentry #9999999999|#12345678901"
    f"|{'o' * 40}/web#12|example.com/page#12|[top](#12)".split("|"),
)
def test_look_alikes_of_github_numbers(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize(
    "text", ["PAY-12", "[PAY-12]", "PAY-12: pay", "x/PAY-12/y", "fix-PAY-12-now", "见PAY-12的说明", "_PAY-12_"]
)
def test_jira_keys(text: str) -> None:
    assert keys(text) == ["PAY-12"]
    assert [one.key for one in mentions_in_wiki(text, Context("body"))] == ["PAY-12"]


@pytest.mark.parametrize(
    "text",
    [
        "pay-12",
        "PAY-0",
        "PAY-012",
        "PAY-12a",
        "xPAY-12",
        "@PAY-12",
        "P-12",
        "3PAY-12",
        "PAY -12",
        "CVE-2024-1",
        "LOG4J-2.17",
    ],
)
def test_look_alikes_of_jira_keys(text: str) -> None:
    assert keys(text) == []


def test_shapes_that_only_a_list_of_projects_can_tell_apart_are_kept() -> None:
    assert keys("UTF-8 and SHA-256") == ["UTF-8", "SHA-256"]


@pytest.mark.parametrize(
    ("url", "key", "host"),
    [
        ("https://github.com/acme/api/issues/12", "acme/api#12", "github.com"),
        ("https://www.github.com/acme/api/pull/12/files#diff-1", "acme/api#12", "github.com"),
        ("https://ghes.acme.example/acme/api/issues/12#issuecomment-99", "acme/api#12", "ghes.acme.example"),
        ("https://github.com/acme/api/pull/12.diff", "acme/api#12", "github.com"),
        ("https://api.github.com/repos/acme/api/pulls/12", "acme/api#12", "github.com"),
        ("https://ghes.acme.example/api/v3/repos/acme/api/issues/12", "acme/api#12", "ghes.acme.example"),
        ("https://code.acme.example/acme/api/pulls/12", "acme/api#12", "code.acme.example"),
        ("https://github.com/orgs/acme/projects/3?pane=issue&issue=acme%7Capi%7C12", "acme/api#12", "github.com"),
        ("http://127.0.0.1:8080/acme/api/pull/12", "acme/api#12", "127.0.0.1"),
        ("https://acme.atlassian.net/browse/PAY-12?focusedId=1", "PAY-12", "acme.atlassian.net"),
        ("https://acme.example/jira/browse/pay-12", "PAY-12", "acme.example"),
        ("https://acme.atlassian.net/jira/boards/3?selectedIssue=PAY-12&a=b", "PAY-12", "acme.atlassian.net"),
        ("https://acme.atlassian.net/jira/software/c/projects/PAY/issues/PAY-12", "PAY-12", "acme.atlassian.net"),
        ("https://acme.atlassian.net/servicedesk/customer/portal/3/PAY-12", "PAY-12", "acme.atlassian.net"),
        ("https://acme.example/jira/servicedesk/projects/PAY/queues/custom/4/PAY-12", "PAY-12", "acme.example"),
        ("https://acme.example/rest/api/2/issue/PAY-12", "PAY-12", "acme.example"),
    ],
)
def test_urls(url: str, key: str, host: str) -> None:
    for text in (f"see {url}.", f"see ({url})", f"<{url}>", f"[text #3 PAY-4]({url})", f"**{url}**"):
        (one,) = mentions_in_markdown(text, BODY)
        assert (one.key, one.host) == (key, host)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/api/pulls/12",
        "https://github.com/acme/api/issues",
        "https://github.com/acme/api/issues/12a",
        "https://github.com/acme/api/commit/1234567#r12",
        "https://files.example/PAY-12/notes.txt#12",
        "https://github.com/acme/api/issues/9999999999",
        "https://github.com/orgs/acme/projects/3?issue=12",
        "https://acme.atlassian.net/browse/PAY",
        "https://acme.atlassian.net/projects/PAY/boards/12",
        "javascript:/acme/api/issues/12",
    ],
)
def test_urls_that_open_no_issue(url: str) -> None:
    assert keys(f"see {url} there") == []
    assert reference_in_url(url) is None


def test_a_url_by_itself() -> None:
    url = "https://ghes.acme.example/acme/api/pull/12/files"
    assert reference_in_url(url) == Reference("acme/api#12", "github", "ghes.acme.example")
    url = " https://ACME.atlassian.net/browse/pay-12?focusedId=1#x "
    assert reference_in_url(url) == Reference("PAY-12", "jira", "acme.atlassian.net")
    assert reference_in_url("/acme/api/issues/12") == Reference("acme/api#12", "github", "")
    for odd in (
        "",
        "//",
        "http://[",
        "https://a.example/browse/PAY-" + "1" * 3000,
        "PAY-12",
        "\x00",
        "ftp://a/browse/PAY-1",
    ):
        assert reference_in_url(odd) is None


@pytest.mark.parametrize(
    ("text", "key", "host"),
    [
        ("see acme/api/issues/12.", "acme/api#12", ""),
        ("(acme/api/pull/12/files)", "acme/api#12", ""),
        ("github.com/acme/api/issues/12", "acme/api#12", "github.com"),
        ("www.github.com/acme/api/pull/12#issuecomment-3, which", "acme/api#12", "github.com"),
        ("acme.atlassian.net/browse/PAY-12", "PAY-12", ""),
    ],
)
def test_parts_of_urls(text: str, key: str, host: str) -> None:
    (one,) = mentions_in_markdown(text, BODY)
    assert (one.key, one.host) == (key, host)


@pytest.mark.parametrize(
    "text",
    [
        "src/app/views/issues/12",
        "src/app/issues/12.md",
        "web/issues/12/notes",
        "/acme/api/issues/12",
        "@acme/api/issues/12",
        "acme/api/issues/12-old",
        "~/app/issues/12",
        "git@host:acme/api/pull/12",
    ],
)
def test_paths_of_other_things(text: str) -> None:
    assert keys(text) == []


def test_a_link_to_somewhere_else_makes_no_number_of_its_text() -> None:
    assert keys("[#12](https://forum.example/t/12) and [PAY-12](https://wiki.example/x)") == ["PAY-12"]


def test_a_number_is_nothing_where_no_repository_is() -> None:
    assert keys("#12 or GH-12 or acme/web#12", Context("body")) == ["GH-12", "acme/web#12"]


@pytest.mark.parametrize(
    ("branch", "expect"),
    [
        ("feature/pay-12-retry", ["PAY-12"]),
        ("PAY-12_plat-7", ["PAY-12", "PLAT-7"]),
        ("mira/fix_PAY-12-2", ["PAY-12"]),
        ("gh-12", ["acme/web#12"]),
        ("fix/web/issues/12", []),
        ("deps/ledger-4.7.1", []),
        ("main", []),
    ],
)
def test_branches(branch: str, expect: list[str]) -> None:
    mentions = mentions_in_branch(branch, Context("branch", "acme/web"))
    assert [one.key for one in mentions] == expect
    assert all(one.lean is None and one.excerpt == branch for one in mentions)


def test_titles_have_no_markup_but_code() -> None:
    mentions = mentions_in_title("[PAY-12] *Stop* `PAY-13` > #14 <!-- #15 -->", Context("title", "acme/web"))
    assert [one.key for one in mentions] == ["PAY-12", "acme/web#14", "acme/web#15"]
