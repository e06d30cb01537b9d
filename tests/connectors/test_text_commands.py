"""Commands in comments: typed by a person at the beginning of a line of real text, and nowhere else."""

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.github.parse import Writer, parse_issue
from connectors.github.parse_rest import parse_rest_comment
from connectors.text import (
    commands_in_adf,
    commands_in_markdown,
    commands_in_wiki,
    mentions_in_adf,
    mentions_in_markdown,
    mentions_in_wiki,
)
from connectors.text.commands import MAX_COMMANDS, MAX_WORDS
from model.facts import Comment
from model.statements import CommandLine
from tests.connectors.jira_rows import MIRA, ROBOT, comment, row
from tests.connectors.test_jira_parse import fact
from tests.connectors.test_text_formats import node, paragraph, text
from tests.connectors.test_text_hostile import CONTEXT, PIECES, TREES

WRITER = Writer(login="crosstie[bot]")


def said(found: tuple[CommandLine, ...]) -> list[str]:
    assert [line.number for line in found] == list(range(len(found)))
    return [line.words for line in found]


def adf(*content: Any) -> list[str]:
    return said(commands_in_adf(node("doc", *content)))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("/crosstie ack next sprint", ["ack next sprint"]),
        ("Thanks!\n/CrossTie  ack   PAY-12 \nMira", ["ack PAY-12"]),
        ("- /crosstie mute\n- /crosstie promise 2026-12-01", ["mute", "promise 2026-12-01"]),
        ("- [ ] /crosstie mute", ["mute"]),
        ("**/crosstie ack**", ["ack"]),
        ("/crosstie reject PLAT-\u200b7", ["reject PLAT-7"]),
        ("/crosstie agree https://wiki.acme.example/ADR-7", ["agree https://wiki.acme.example/ADR-7"]),
        ("/crosstie reject [PAY-12](https://acme.atlassian.net/browse/PAY-12)", ["reject PAY-12"]),
        ("> Which day?\n\n/crosstie promise 2026-12-01", ["promise 2026-12-01"]),
        ("/crosstie\u00a0ack\r\n/crosstie\twhy", ["ack", "why"]),
    ],
)
def test_a_line_that_begins_with_the_word_is_a_command(body: str, words: list[str]) -> None:
    assert said(commands_in_markdown(body)) == words


@pytest.mark.parametrize(
    "body",
    [
        "please /crosstie ack",
        "`/crosstie ack`",
        "```\n/crosstie ack\n```",
        "    /crosstie ack",
        "> /crosstie ack",
        "> said\n/crosstie ack (lazily continued)",
        "<!-- /crosstie ack -->",
        "<!--\n/crosstie ack\n-->",
        "~~/crosstie ack~~",
        "~/crosstie ack~",
        "<code>/crosstie ack</code>",
        "<pre>\n/crosstie ack\n</pre>",
        "<blockquote>\n\n/crosstie ack\n\n</blockquote>",
        "![/crosstie ack](https://a.example/x.png)",
        "# /crosstie ack",
        "| a |\n|---|\n| /crosstie ack |",
        "- [x] /crosstie ack",
        "/crosstie",
        "/crosstied ack",
        "/cro\u017f\u017ftie ack",
        "//crosstie ack",
        "crosstie ack",
    ],
)
def test_elsewhere_it_is_none(body: str) -> None:
    assert commands_in_markdown(f"Hello\n\n{body}\n") == ()


def test_adf_and_wiki_read_the_same() -> None:
    line = "/crosstie promise 2026-12-01"
    assert adf(paragraph("Hi", node("hardBreak"), line)) == ["promise 2026-12-01"]
    assert adf(node("bulletList", node("listItem", paragraph(line)))) == ["promise 2026-12-01"]
    day = node("date", timestamp="1796083200000")
    card = node("inlineCard", url="https://acme.atlassian.net/browse/PAY-1")
    assert adf(paragraph("/crosstie promise ", card, " ", day)) == [
        "promise https://acme.atlassian.net/browse/PAY-1 2026-12-01"
    ]
    assert said(commands_in_wiki(f"Hi\n{line}\n* /crosstie mute")) == ["promise 2026-12-01", "mute"]


@pytest.mark.parametrize(
    "content",
    [
        node("codeBlock", text("/crosstie ack")),
        node("blockquote", paragraph("/crosstie ack")),
        node("heading", text("/crosstie ack")),
        node("taskList", node("taskItem", text("/crosstie ack"), state="DONE")),
        paragraph(text("/crosstie ack", {"type": "code"})),
        paragraph(text("/crosstie ack", {"type": "strike"})),
        node("table", node("tableRow", node("tableCell", paragraph("/crosstie ack")))),
    ],
)
def test_adf_hides(content: dict[str, Any]) -> None:
    assert adf(content) == []


@pytest.mark.parametrize(
    "body",
    [
        "{code}\n/crosstie ack\n{code}",
        "{quote}\n/crosstie ack\n{quote}",
        "bq. /crosstie ack",
        "{{/crosstie ack}}",
        "-/crosstie ack-",
        "h1. /crosstie ack",
        "|/crosstie ack|",
        "{noformat}\n/crosstie ack",
    ],
)
def test_wiki_hides(body: str) -> None:
    assert commands_in_wiki(body) == ()


LINES = st.lists(st.sampled_from([*PIECES, "/crosstie ack", "/crosstie ", "\n/crosstie mute"]), max_size=30).map(
    "".join
)


@settings(max_examples=60)
@given(body=LINES)
@example(body="<p>\n/crosstie ack")
def test_whatever_stands_around_it_ends_and_invents_nothing(body: str) -> None:
    for read in (commands_in_markdown, commands_in_wiki):
        for words in said(read(body)):
            assert 0 < len(words) <= MAX_WORDS
            assert words == " ".join(words.split())
            assert "\n" not in words
        assert len(read(body)) <= body.count("/crosstie")
    quoted = "\n".join(f"> {line}" for line in re.split(r"[\n\r]", body))
    assert commands_in_markdown(quoted) == ()


@settings(max_examples=40)
@given(tree=TREES)
def test_no_tree_raises(tree: object) -> None:
    assert commands_in_adf(tree) == ()


@pytest.mark.parametrize("body", ["/crosstie ack\n\n" * 20_000, "/crosstie " * 30_000, "/crosstie " + "x" * 300_000])
def test_a_huge_comment_is_bounded(body: str) -> None:
    for found in (commands_in_markdown(body), commands_in_wiki(body), commands_in_adf(paragraph(body))):
        assert len(found) <= MAX_COMMANDS
        assert all(len(line.words) <= MAX_WORDS for line in found)


@pytest.mark.parametrize(
    "line", ["/crosstie need PAY-7 2026-12-01", "- /CROSSTIE reject acme/web#7", "/crosstie ack #7"]
)
def test_what_is_told_to_us_is_no_evidence(line: str) -> None:
    for read in (mentions_in_markdown, mentions_in_wiki):
        assert read(line, CONTEXT) == ()
        around = read(f"Blocked by PAY-3.\n{line}\nAlso blocked by PAY-4.", CONTEXT)
        assert [(one.key, one.lean) for one in around] == [("PAY-3", "depends"), ("PAY-4", "depends")]
    tree = node(
        "doc",
        paragraph("Blocked by PAY-3.", node("hardBreak"), line.removeprefix("- "), node("hardBreak"), "Blocks PAY-4."),
    )
    assert [(one.key, one.lean) for one in mentions_in_adf(tree, CONTEXT)] == [
        ("PAY-3", "depends"),
        ("PAY-4", "provides"),
    ]


# who speaks


def graphql_comment(login: str = "mira", body: str = "/crosstie ack", kind: str = "User", **fields: Any) -> Comment:
    said_by = {"__typename": kind, "login": login}
    comment = {"databaseId": 7, "author": said_by, "body": body, **fields}
    issue = {"id": "I_1", "number": 1, "repository": {"nameWithOwner": "acme/web"}, "comments": {"nodes": [comment]}}
    (read,) = parse_issue(issue, tracker="github", writer=WRITER).comments
    return read


def github(login: str = "mira", body: str = "/crosstie ack", kind: str = "User", **fields: Any) -> Comment:
    read = graphql_comment(login, body, kind, **fields)
    rest = {"id": 7, "user": {"type": kind, "login": login}, "body": body}
    rest |= {"author_association": fields["authorAssociation"]} if "authorAssociation" in fields else {}
    assert parse_rest_comment(rest, "acme/web", WRITER).comment == read
    return read


def test_people_speak_on_github_and_machines_do_not() -> None:
    assert github().commands == (CommandLine(number=0, words="ack"),)
    assert github(kind="Bot").commands == ()
    assert github(login="renovate[bot]").commands == ()
    assert github(login="crosstie[bot]", kind="Bot").ours
    assert github(login="ghost[bot]", kind="User").commands == ()
    assert github(body="<!-- crosstie:v1 marker=note digest=1 text=2 -->\n/crosstie ack").commands == ()
    assert github(authorAssociation="OWNER").owner
    assert not github(authorAssociation="MEMBER").owner


def jira(author: Any, body: Any = "/crosstie ack", **fields: Any) -> Comment:
    (read,) = fact(row(comment={"comments": [{**comment(7, author, ""), "body": body, **fields}]})).comments
    return read


def test_people_speak_on_jira_and_machines_do_not() -> None:
    tree = node("doc", paragraph("/crosstie ack"))
    for body in ("/crosstie ack", tree):
        assert jira(MIRA, body).commands == (CommandLine(number=0, words="ack"),)
        assert jira({"accountId": "app-1", "accountType": "app"}, body).commands == ()
        assert jira(ROBOT, body).commands == ()
    assert jira(None).commands == ()


def test_words_that_another_put_into_a_comment_are_not_its_authors() -> None:
    assert jira(MIRA, updateAuthor=MIRA).commands
    assert jira(MIRA, updateAuthor={"accountId": "5b"}).commands == ()
    by = {"__typename": "User", "login": "Mira"}
    assert github(editor=by).commands
    assert graphql_comment(editor=by | {"login": "otto"}).commands == ()
