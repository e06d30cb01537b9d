"""What each format hides, and that prose reads the same in all of them."""

from typing import Any

import pytest

from connectors.text import Context, mentions_in_adf, mentions_in_markdown, mentions_in_plain, mentions_in_wiki
from model.facts import Mention

GITHUB, JIRA = Context("body", "acme/web"), Context("body")


def node(kind: str, *content: Any, **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": list(marks)}


def paragraph(*words: Any) -> dict[str, Any]:
    return node("paragraph", *(text(each) if isinstance(each, str) else each for each in words))


def adf(*content: Any) -> tuple[Mention, ...]:
    return mentions_in_adf(node("doc", *content), JIRA)


def brief(mentions: tuple[Mention, ...]) -> list[tuple[str, str | None, bool]]:
    return [(one.key, one.lean, one.structured) for one in mentions]


@pytest.mark.parametrize(
    "hidden",
    [
        "`Depends on PAY-7`",
        "```\nDepends on PAY-7\n```",
        "~~~ text\nDepends on PAY-7",
        "    Depends on PAY-7",
        "> Depends on PAY-7",
        "> > Depends on PAY-7\nlazily continued PAY-7",
        "- > Depends on PAY-7",
        "<!-- Depends on PAY-7 -->",
        "so <!-- Depends on PAY-7 --> there",
        "<!-- never closed\n\nDepends on PAY-7",
        "![Depends on PAY-7](https://acme.atlassian.net/browse/PAY-7)",
        "~~Depends on PAY-7~~",
        "~Depends on PAY-7~",
        "so <code>PAY-7</code> <del>PAY-7</del> there",
        "<pre>\nPAY-7\n</pre>",
        "<del>\n\nDepends on PAY-7\n\n</del>",
        '<a href="https://acme.atlassian.net/browse/PAY-7"></a>',
    ],
)
def test_markdown_hides(hidden: str) -> None:
    assert mentions_in_markdown(f"Hello\n\n{hidden}\n", GITHUB) == ()


@pytest.mark.parametrize(
    "shown",
    [
        "***Depends on*** _PAY-7_",
        "<details><summary>More</summary>\n\nDepends on PAY-7\n\n</details>",
        "<p>Depends on PAY-7</p>",
        "> [!IMPORTANT]\n> Depends on PAY-7",
        "Depends on ~~PAY-6~~ PAY-7",
        "Depends on <!-- which? --> PAY-7",
        "- a\n  - b\n    - Depends on PAY-7",
        "about ~5 days\nDepends on PAY-7\nOr ~10",
    ],
)
def test_markdown_shows(shown: str) -> None:
    assert brief(mentions_in_markdown(shown, GITHUB)) == [("PAY-7", "depends", True)]


def test_adf_reads_text_cards_and_links() -> None:
    link = {"type": "link", "attrs": {"href": "https://github.com/acme/web/pull/7"}}
    card = {"type": "inlineCard", "attrs": {"url": "https://acme.atlassian.net/browse/PAY-7"}}
    data = {"type": "blockCard", "attrs": {"data": {"url": "https://acme.atlassian.net/browse/PAY-8"}}}
    mentions = adf(paragraph("Blocked by ", card, " and ", text("the fix", link)), data)
    assert brief(mentions) == [("PAY-7", "depends", True), ("acme/web#7", "depends", True), ("PAY-8", None, False)]
    assert mentions[1].excerpt == "Blocked by https://acme.atlassian.net/browse/PAY-7 and the fix"


def test_adf_lists_tasks_and_tables() -> None:
    items = node("bulletList", node("listItem", paragraph("PAY-7")), node("listItem", paragraph("PAY-8, soon")))
    assert brief(adf(paragraph("Depends on:"), items)) == [("PAY-7", "depends", True), ("PAY-8", "depends", False)]
    tasks = node(
        "taskList",
        node("taskItem", text("Depends on PAY-7"), state="DONE"),
        node("taskItem", text("Depends on PAY-8"), state="TODO"),
    )
    assert brief(adf(tasks)) == [("PAY-7", None, False), ("PAY-8", "depends", True)]
    row = node("tableRow", node("tableHeader", paragraph("Depends on")), node("tableCell", paragraph("PAY-7")))
    assert brief(adf(node("table", row))) == [("PAY-7", "depends", True)]


def test_adf_hides_code_quotes_and_struck_out_text() -> None:
    quiet = [text("PAY-1", {"type": "code"}), text("PAY-2", {"type": "strike"}), node("mention", text="@PAY-3")]
    assert adf(paragraph(*quiet), node("codeBlock", text("PAY-4")), node("blockquote", paragraph("PAY-5"))) == ()


def test_adf_dates_are_days() -> None:
    (one,) = adf(paragraph("Blocked by PAY-7, needed by ", node("date", timestamp="1796083200000")))
    assert str(one.needed_by) == "2026-12-01"


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "PAY-7",
        [],
        {"type": "doc", "content": {"a": "PAY-7"}},
        {"type": ["paragraph"], "content": ["PAY-7"]},
        paragraph(None),
        paragraph({"type": "text", "text": 7}),
        paragraph({"type": "text", "marks": {"type": "link"}}),
        paragraph({"type": "text", "marks": [7, {"type": {}}]}),
        paragraph(node("date", timestamp="9" * 30)),
        paragraph(node("inlineCard", url="https://[::bad/browse/PAY-7")),
    ],
)
def test_odd_adf_holds_nothing(odd: object) -> None:
    assert mentions_in_adf(odd, JIRA) == ()


def test_adf_may_be_nested_deeper_than_python_recurses() -> None:
    tree = paragraph("Blocked by PAY-7")
    for _ in range(100_000):
        tree = node("panel", tree)
    assert brief(mentions_in_adf(tree, JIRA)) == [("PAY-7", "depends", True)]
    while tree["type"] == "panel":  # freed from the outside in, or Python would recurse to free it
        tree = tree["content"].pop()


@pytest.mark.parametrize(
    "hidden",
    [
        "{code:java|title=a}\nPAY-7\n{code}",
        "{noformat}PAY-7{noformat}",
        "{quote}\nPAY-7\n{quote}",
        "{code}PAY-7",
        "bq. Depends on PAY-7",
        "> Depends on PAY-7",
        "```\nPAY-7\n```",
        "so {{PAY-7}} there",
        "so -Depends on PAY-7- there",
        "!PAY-7.png|thumbnail!",
        "[~PAY-7]",
        "[the log|^PAY-7.log]",
        "[Mira|~PAY-7]",
    ],
)
def test_wiki_hides(hidden: str) -> None:
    assert [one.key for one in mentions_in_wiki(f"Hello\n\n{hidden}", JIRA) if one.key == "PAY-7"] == []


@pytest.mark.parametrize(
    ("wiki", "key"),
    [
        ("*Depends on:* PAY-7", "PAY-7"),
        ("h3. Depends on\r\n\r\nPAY-7", "PAY-7"),
        ("Depends on:\n* PAY-7", "PAY-7"),
        ("|Depends on|[PAY-7|https://acme.atlassian.net/browse/PAY-7]|", "PAY-7"),
        ("Depends on [the fix|https://github.com/acme/web/pull/7]", "acme/web#7"),
        ("Depends on [https://github.com/acme/web/pull/7]", "acme/web#7"),
        ("{color:red}Blocked by{color} [PAY-7].", "PAY-7"),
        ("{quote}PAY-1{quote}\nBlocked by PAY-7", "PAY-7"),
        (
            "Depends on [https://acme.atlassian.net/browse/PAY-7|https://acme.atlassian.net/browse/PAY-7|smart-link]",
            "PAY-7",
        ),
        ("{panel:title=Depends on PAY-1}\nDepends on _PAY-7_\n{panel}", "PAY-7"),
        ("||Depends on||[PAY-7]||", "PAY-7"),
        ("Depends on:\n-- PAY-7", "PAY-7"),
        ("Depends on -PAY-6- PAY-7", "PAY-7"),
    ],
)
def test_wiki_shows(wiki: str, key: str) -> None:
    assert brief(mentions_in_wiki(wiki, JIRA)) == [(key, "depends", True)]


def test_ticks_say_that_it_is_done_in_every_format() -> None:
    assert brief(mentions_in_wiki("Depends on:\n* (/) PAY-7\n* PAY-8", JIRA)) == [
        ("PAY-7", None, False),
        ("PAY-8", "depends", True),
    ]
    assert brief(mentions_in_markdown("Depends on PAY-7 :white_check_mark:", GITHUB)) == [("PAY-7", None, False)]
    tick = node("emoji", shortName=":check_mark:")
    assert brief(adf(paragraph("Depends on PAY-7 ", tick))) == [("PAY-7", None, False)]


def test_the_older_name_of_the_wiki_reader_still_works() -> None:
    assert mentions_in_plain("*Depends on:* PAY-7", JIRA) == mentions_in_wiki("*Depends on:* PAY-7", JIRA)
