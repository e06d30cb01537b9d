"""One note as each tracker gets it: what stands where, what is folded, and what is left out when there is too much."""

import json
import re
from datetime import date

import pytest
from adf_bridge import validate_adf

from connectors.github.markdown import render
from connectors.github.marker import read, sign
from connectors.http import Json
from connectors.jira.adf import render_adf
from connectors.jira.marks import Mark, with_anchor
from connectors.jira.wiki import render_wiki
from connectors.room import MOST_ITEMS
from model.document import Code, Day, Document, IssueLink, Item, Line, Mention, Quoted, Section, Words
from model.words import LONGEST_QUOTE

LEDGER = IssueLink("jira", "PLAT-7", "https://acme.example/browse/PLAT-7")
NOTE = Document(
    (
        Section(
            "Waiting for",
            items=(
                Item(
                    (LEDGER, Words(" “"), Quoted("Ledger export"), Words("” (platform)")),
                    (
                        (Words("It was promised for "), Day(date(2026, 12, 1)), Words(". "), Code("k3f9q")),
                        (Words("Next: ask."),),
                    ),
                ),
                Item((Words("This is a circle: "), LEDGER, Words(" → here."))),
            ),
        ),
        Section("Settled", ((Words("PLAT-3 was delivered."),),), folded=True),
        Section("", ((Words("Answer in a comment."),),)),
    ),
    footer=(Words("crosstie, as of Fri 20 Nov 2026."),),
    call=(Mention("mira", "Mira"), Words(": it is late now.")),
)
LONG = tuple(
    Section(
        heading,
        items=tuple(Item((LEDGER, Quoted(f" {n} " + "@" * 290)), ((Quoted("|*" * 150),),) * 3) for n in range(40)),
    )
    for heading in ("Waiting for", "Waited for by")
)
SETTLED = Section("Settled", ((Quoted("#" * 300),),) * 50, folded=True)
HUGE = Document(
    (*LONG, SETTLED, Section("", ((Words("Answer in a comment."),),))),
    footer=(Words("The end."),),
    call=(Mention("mira", "Mira"), Words(": it is late now.")),
)


def test_on_github() -> None:
    assert render(NOTE) == (
        "@mira: it is late now.\n\n"
        "**Waiting for**\n\n"
        "- **[PLAT-7](https://acme.example/browse/PLAT-7)** “Ledger export” (platform)\n"
        "  - It was promised for Tue 1 Dec 2026. `k3f9q`\n"
        "  - Next: ask.\n"
        "- This is a circle: [PLAT-7](https://acme.example/browse/PLAT-7) → here.\n\n"
        "<details>\n<summary>Settled</summary>\n\n"
        "- PLAT-&#x200B;3 was delivered.\n\n"
        "</details>\n\n"
        "Answer in a comment.\n\n"
        "<sub>crosstie, as of Fri 20 Nov 2026.</sub>"
    )


def test_on_data_center() -> None:
    assert render_wiki(NOTE) == (
        "[~mira]: it is late now.\n\n"
        "*Waiting for*\n"
        "* *[PLAT\\-7|https://acme.example/browse/PLAT-7]* “Ledger export” (platform)\n"
        "** It was promised for Tue 1 Dec 2026. {{k3f9q}}\n"
        "** Next: ask.\n"
        "* This is a circle: [PLAT\\-7|https://acme.example/browse/PLAT-7] → here.\n\n"
        "Answer in a comment.\n\n"
        "*Settled*\n"
        "* PLAT\\-3 was delivered.\n\n"
        "_crosstie, as of Fri 20 Nov 2026._"
    )


def test_on_jira_cloud() -> None:
    tree = render_adf(NOTE)
    validate_adf(tree)
    call, heading, items, settled, answer, footer = tree["content"]
    assert call["content"][0] == {"type": "mention", "attrs": {"id": "mira", "text": "@Mira"}}
    assert (words(heading), words(answer)) == ("Waiting for", "Answer in a comment.")
    lead, below = items["content"][0]["content"]
    assert [mark["type"] for mark in lead["content"][0]["marks"]] == ["link", "strong"]
    assert words(lead) == "PLAT-7 “Ledger export” (platform)"
    assert [words(entry) for entry in below["content"]] == ["It was promised for Tue 1 Dec 2026. k3f9q", "Next: ask."]
    assert words(items["content"][1]) == "This is a circle: PLAT-7 → here."
    assert (settled["type"], settled["attrs"]) == ("expand", {"title": "Settled"})
    assert words(settled) == "PLAT-3 was delivered."
    assert footer["content"][0]["marks"] == [{"type": "em"}]


def words(node: Json) -> str:
    return str(node.get("text", "")) + "".join(words(child) for child in node.get("content", ()))


def counts(text: str) -> list[int]:
    return [int(count) for count in re.findall(r"… and (\d+) more", text)]


def test_a_huge_note_fits_on_github_keeps_the_first_and_counts_the_rest() -> None:
    text = sign(render(HUGE), marker="m" * 60, digest=HUGE.digest)
    assert 40_000 < len(text) < 65_536
    first, second = (text.index(f"**{heading}**") for heading in ("Waiting for", "Waited for by"))
    fold = text.index("<details>")
    leads = [(match.start(), int(match[1])) for match in re.finditer(r"^- \*\*\[PLAT-7\].*?\)\*\* (\d+) ", text, re.M)]
    shown = [[n for at, n in leads if low < at < high] for low, high in ((first, second), (second, fold))]
    assert all(some == list(range(len(some))) and some for some in shown)
    assert text.count("\n  - ") == 3 * len(leads)
    assert counts(text) == [40 - len(shown[0]), 40 - len(shown[1]), counts(text)[2]]
    assert text.count("<details>") == text.count("</details>") == 1
    assert text.endswith("Answer in a comment.\n\n<sub>The end.</sub>")
    assert "\n@mira: it is late now.\n" in text


def test_a_huge_note_fits_on_jira_cloud() -> None:
    tree = render_adf(HUGE)
    validate_adf(tree)
    assert 15_000 < len(json.dumps(tree, ensure_ascii=False, separators=(",", ":"))) < 32_767
    call, _, mine, _, theirs, settled, answer, footer = tree["content"]
    for items in (mine, theirs):
        *shown, more = items["content"]
        assert [words(item)[7:].split()[0] for item in shown] == [str(n) for n in range(len(shown))]
        assert all(len(item["content"][1]["content"]) == 3 for item in shown)
        assert words(more) == f"… and {40 - len(shown)} more, which crosstie findings lists."
    assert words(call) == ": it is late now."
    assert (words(answer), words(footer)) == ("Answer in a comment.", "The end.")
    assert counts(words(settled)) == [50 - len(settled["content"][0]["content"]) + 1]


def test_a_huge_note_fits_on_data_center() -> None:
    text = with_anchor(render_wiki(HUGE), Mark("m" * 60, HUGE.digest))
    assert 15_000 < len(text) < 32_767
    blocks = text.split("\n\n")
    assert [block.partition("\n")[0][:20] for block in blocks[1:3]] == ["*Waiting for*", "*Waited for by*"]
    assert all(block.count("\n** ") == 3 * block.count("\n* *[PLAT") for block in blocks[1:3])
    for block, many in ((blocks[1], 40), (blocks[2], 40), (blocks[4], 50)):
        assert counts(block) == [many - (block.count("\n* ") - 1)]
    assert blocks[4].count("\n* ") <= 5 + 1  # what Jira cannot fold is kept short


@pytest.mark.parametrize("many", [MOST_ITEMS, MOST_ITEMS + 1, 500])
def test_nobody_reads_more_than_so_many(many: int) -> None:
    lines: tuple[Line, ...] = tuple((Words(f"Line {n}."),) for n in range(many))
    text = render(Document((Section("Waiting for", lines),)))
    assert text.count("\n- Line ") == MOST_ITEMS
    assert counts(text) == ([many - MOST_ITEMS] if many > MOST_ITEMS else [])


@pytest.mark.parametrize("said", ["<!-- @x ", "{code}|", "word", "\u0301\u202e"])
def test_ten_megabytes_are_cut(said: str) -> None:
    document = Document((Section("Waiting for", ((Quoted(said * (10_000_000 // len(said))), Words("!")),)),))
    for shown in (render(document), words(render_adf(document)), render_wiki(document)):
        assert len(shown) < 10 * LONGEST_QUOTE
        assert shown.endswith("!")


def test_one_item_that_is_too_long_keeps_no_other_out() -> None:
    endless = Item((LEDGER,), ((Quoted("x" * 290),),) * 1000)
    document = Document((Section("Waiting for", items=(endless, Item((Words("The other."),)))),))
    for text in (render(document), words(render_adf(document)), render_wiki(document)):
        assert "The other." in text
        assert counts(text) == [1]


def test_a_section_with_nothing_to_show_is_not_there() -> None:
    empty = Document((Section("Waiting for", ((Words("\u200b"),),), (Item(()),)), Section("Settled", folded=True)))
    assert render(empty) == "–"
    assert render_wiki(empty) == "–"
    assert words(render_adf(empty)) == "–"


def test_a_call_is_text_but_no_content() -> None:
    quiet = Document(NOTE.sections, NOTE.footer)
    assert quiet.digest == NOTE.digest
    called = sign(render(NOTE), marker="m", digest=NOTE.digest)
    mark = read(called)
    assert mark is not None
    assert not mark.edited
    touched = read(called.replace("@mira: it is late now.", "@ann: it is late now."))
    assert touched is not None
    assert touched.edited
    assert called != sign(render(quiet), marker="m", digest=quiet.digest)


def test_a_marker_that_a_ticket_or_a_reply_brings_along_is_not_ours() -> None:
    ours = sign(render(NOTE), marker="note", digest=NOTE.digest)
    forged = Document(
        (Section("", ((Quoted(ours),),)), Section(ours, ((Quoted(ours),),), folded=True)), call=(Quoted(ours),)
    )
    assert read(render(forged)) is None
    assert read("\n".join(f"> {line}" for line in ours.split("\n"))) is None
    assert read(f"I think so too.\n{ours}") is None
    signed = read(sign(render(forged), marker="real", digest=forged.digest))
    assert signed is not None
    assert (signed.marker, signed.edited) == ("real", False)
