"""The formats of a digest: their shapes, their limits, and a ticket's words inert in each of them, parsed back."""

import json
import os
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from model.document import Document, IssueLink, Item, Quoted, Section, Words
from model.words import clean, cut
from sync.digest import slack, teams
from sync.digest.base import NotSent
from sync.digest.bits import bits
from sync.digest.file import FileDestination
from sync.digest.html import render_html
from sync.digest.mail import message_of
from sync.digest.plain import as_json, render_text
from sync.digest.slack import render_slack
from sync.digest.teams import render_teams
from tests.sync.build import NOW
from tests.sync.digest_world import PAGE, letter, matter, on, page, written

HOSTILE = [
    "<!channel> <!here> <@U012AB3CD> <https://evil.example|click>",
    "*bold* _it_ ~no~ `code` :tada: @here #general",
    "[click](https://evil.example) **now** ![x](https://evil.example/x.png)",
    "<at>everyone</at> {{DATE(2026-01-01T00:00:00Z,SHORT)}} ${secret}",
    "{{{DATE(2026-01-01T00:00:00Z,SHORT)}}} $${{secret}}",
    '<img src=x onerror=alert(1)> <script>alert(1)</script> " onload="x',
    "Subject\r\nBcc: victim@acme.example\r\n\r\nbody",
    "</li></ul><h1>Ours</h1> -- \n> quote",
    "\u202egnirts\u202c \x00\x07\x1b[31m \u200bhidden\u2066",
    "/crosstie mute k3f9q",
    "&lt;b&gt; &amp;",
    "x" * 5000,
]
titles = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.text("<>&*_~`[](){}@#|!:/\\\n\r\"' $-", max_size=40)
)


def shown(title: str) -> str:
    return cut(clean(title))


def texts(node: Any) -> Iterator[dict[str, Any]]:
    """Every object of a payload."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(inner)


class TestSlack:
    def test_the_shape_is_block_kits(self) -> None:
        made = render_slack(letter(), PAGE)
        assert set(made) == {"text", "unfurl_links", "unfurl_media", "blocks"}
        header, *rich = made["blocks"]
        assert header["type"] == "header"
        assert header["text"] == {"type": "plain_text", "text": "payments, Tue 3 Mar 2026", "emoji": False}
        for block in rich:
            assert set(block) == {"type", "elements"}
            assert block["type"] == "rich_text"
            for element in block["elements"]:
                _rich(element)
        lists = [e for e in rich[1]["elements"] if e["type"] == "rich_text_list"]
        assert [(e["indent"], len(e["elements"])) for e in lists] == [(0, 1), (1, 2), (0, 1), (1, 2)]

    def test_a_page_that_is_too_long_keeps_within_the_limits_and_counts_what_it_leaves_out(self) -> None:
        sections = tuple(Section(f"Part {n}", items=page("long words " * 30).sections[0].items * 15) for n in range(6))
        made = render_slack(letter(), Document(sections, PAGE.footer))
        assert len(json.dumps(made["blocks"])) <= slack.LONGEST_MESSAGE + 2000
        assert sum(len(o.get("text", "")) for o in texts(made) if isinstance(o.get("text"), str)) < 13_000
        assert len(made["blocks"]) <= slack.MOST_BLOCKS
        assert all(len(o["text"]) <= slack.LONGEST_TEXT for o in texts(made) if isinstance(o.get("text"), str))
        assert "more, which " in json.dumps(made, ensure_ascii=False)

    @given(titles)
    def test_a_title_is_a_title(self, title: str) -> None:
        """Rich text has no signs; only ``text`` is mrkdwn, and holds nothing of a ticket."""
        made = render_slack(letter(), page(title))
        objects = list(texts(made["blocks"]))
        assert {o["type"] for o in objects if "type" in o} <= {
            *("header", "plain_text", "rich_text", "rich_text_section", "rich_text_list", "text", "link")
        }
        if shown(title).strip():
            assert f"“{shown(title)}”" in "".join(o["text"] for o in objects if o.get("type") == "text")
        assert {o["url"] for o in objects if o.get("type") == "link"} <= {
            "https://acme.example/browse/PAY-1",
            "https://acme.example/x",
        }
        assert made["text"] == "payments, Tue 3 Mar 2026: 2 not said on the tickets"

    def test_a_teams_name_is_inert_in_the_notification(self) -> None:
        assert render_slack(letter(title="<!channel> & co"), PAGE)["text"] == "&lt;!channel&gt; &amp; co"


def _rich(element: dict[str, Any]) -> None:
    match element["type"]:
        case "rich_text_section":
            assert element["elements"]
            assert all(e["type"] in ("text", "link") and e["text"] for e in element["elements"])
        case "rich_text_list":
            assert element["style"] == "bullet"
            assert element["elements"]
            assert all(e["type"] == "rich_text_section" for e in element["elements"])
        case other:
            raise AssertionError(other)


class TestTeams:
    def test_the_shape_is_a_message_with_one_card(self) -> None:
        made = render_teams(letter(), PAGE)
        assert made["type"] == "message"
        (attachment,) = made["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        card = attachment["content"]
        assert (card["type"], card["version"]) == ("AdaptiveCard", "1.3")
        assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
        assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}

    def test_a_page_that_is_too_long_keeps_within_28_kb(self) -> None:
        sections = tuple(Section(f"Part {n}", items=page("ünlong " * 40).sections[0].items * 15) for n in range(6))
        made = render_teams(letter(), Document(sections, PAGE.footer))
        assert len(json.dumps(made).encode()) <= teams.LONGEST_MESSAGE

    @given(titles)
    def test_a_title_is_a_title(self, title: str) -> None:
        """A RichTextBlock reads no Markdown; only dates in double braces would be put in, and are stopped."""
        made = render_teams(letter(), page(title))
        runs = [o for o in texts(made) if o.get("type") == "TextRun"]
        assert all("{{" not in run["text"] and "${" not in run["text"] for run in runs)
        if shown(title).strip():
            words = "".join(run["text"] for run in runs).replace("\u200b", "")
            assert f"“{shown(title)}”" in words
        assert not [o for o in texts(made) if o.get("type") in ("TextBlock", "mention")]
        urls = {o["url"] for o in texts(made) if o.get("type") == "Action.OpenUrl"}
        assert urls <= {"https://acme.example/browse/PAY-1", "https://acme.example/x"}


class _Parsed(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.links: set[str] = set()
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data: str) -> None:
        self.words += data


HEADERS = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("MIME-Version", "Content-Type"),
]
OURS = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "ul", "li", "b", "code", "a"}


@given(titles)
def test_a_page_of_html_has_our_elements_alone(title: str) -> None:
    parsed = _Parsed(render_html(letter(), page(title)))
    assert parsed.tags <= OURS
    assert parsed.names <= {"lang", "charset", "name", "content", "style", "href"}
    assert parsed.links <= {"https://acme.example/browse/PAY-1", "https://acme.example/x"}
    assert shown(title) in parsed.words


@given(titles)
def test_a_mail_has_our_headers_alone_whatever_a_ticket_says(title: str) -> None:
    hostile = letter(whom=title or "x", title=f"{title}, Tue 3 Mar 2026")
    sent = message_of(hostile, page(title), "crosstie <bot@acme.example>", ("team@acme.example",), NOW)
    read = message_from_bytes(sent.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert sorted(read.keys()) == sorted(HEADERS)
    assert str(read["To"]) == "team@acme.example"
    assert read["Message-ID"] == "<crosstie.pay.20260303@acme.example>"
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert shown(title).strip() in text.get_content()
    assert _Parsed(html.get_content()).tags <= OURS


@given(title=titles)
def test_a_file_of_markdown_renders_to_the_words_alone(title: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("digest")
    FileDestination(folder=folder, name="{name}.md").send(letter(), page(title), "")
    source = (folder / "pay.md").read_text(encoding="utf-8")
    parsed = _Parsed(MarkdownIt("gfm-like", {"linkify": False}).render(source))
    assert parsed.tags <= {"h1", "p", "strong", "em", "ul", "li", "a", "code", "sub"}
    assert "em" not in parsed.tags
    assert all(link.startswith("https://acme.example/") for link in parsed.links)
    words = re.sub(r"[\u200b\s]+", "", parsed.words)
    assert re.sub(r"\s+", "", shown(title)) in words


def test_json_says_what_the_page_says_and_its_links() -> None:
    made = as_json(letter())
    assert made["version"] == 1
    assert (made["name"], made["for"], made["day"]) == ("pay", "payments", "2026-03-03")
    assert made["counts"] == {"not_said": 2, "new_or_worse": 0, "settled": 0, "waiting": 0}
    item = made["sections"][0]["items"][0]
    assert item["lead"] == "PAY-1 “Pay by invoice”"
    assert item["links"] == {"PAY-1": "https://acme.example/browse/PAY-1", "Pay by invoice": "https://acme.example/x"}
    assert json.loads(json.dumps(made)) == made


def test_text_is_one_line_for_each_thing() -> None:
    assert render_text(letter(), PAGE).splitlines()[2:6] == [
        "Not said on the tickets: 2",
        "- PAY-1 “Pay by invoice”",
        "    Pay by invoice waits k3f9q",
        "    Next: Pay by invoice",
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil", "", "https://", "http://[x"])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    (bit,) = bits((IssueLink("jira", "PAY-1", url),))
    assert bit.url == ""
    lone = Document((Section("", items=(Item((IssueLink("jira", "PAY-1", url), Words(" "), Quoted("x"))),)),))
    assert _Parsed(render_html(letter(), lone)).links == set()


def test_a_file_is_there_whole_or_as_it_was_and_no_draft_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = FileDestination(folder=tmp_path, name="pages/{name}-{day}.html")
    made.send(letter(), PAGE, "")
    (file,) = (tmp_path / "pages").iterdir()
    assert file.name == "pay-2026-03-03.html"
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotSent, match=r"pay-2026-03-03\.html cannot be written: No space left on device"):
        made.send(letter(), page("Another"), "")
    assert [(one, one.read_bytes()) for one in (tmp_path / "pages").iterdir()] == [(file, before)]


@pytest.mark.parametrize("number", [12, 500])
def test_what_has_no_room_is_counted_once_and_truly(number: int) -> None:
    """Ten of them pass the gate; a chat has room for fewer."""
    cases = [on(n) for n in range(1, number + 1)]
    made = written(matter(*cases, held={one.id: "budget" for one in cases}))
    assert made.document is not None
    chats = (json.dumps(render(made, made.document), ensure_ascii=False) for render in (render_slack, render_teams))
    for said in (*chats, render_text(made, made.document), render_html(made, made.document)):
        (more,) = re.findall(r"… and (\d+) more", said)
        assert said.count("“Ours ") + int(more) == number


def test_what_a_chat_has_no_room_for_is_added_to_what_the_gate_had_counted() -> None:
    items = (*page("long words " * 30).sections[0].items * 15, Item((Words("… and 490 more."),)))
    for render in (render_slack, render_teams):
        said = json.dumps(render(letter(), Document((Section("Part", items=items),))), ensure_ascii=False)
        (more,) = re.findall(r"… and (\d+) more", said)
        told = said.count('"PAY-1"')
        assert 0 < told < 15
        assert told + int(more) == 505
