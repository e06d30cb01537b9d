"""What people write about waiting, and what we make of it.

An answer names each reference: ``waits PAY-7`` (this issue depends on it), ``serves PAY-7``
(this issue is waited for), ``PAY-7`` alone for a bare mention; ``!`` marks a structured line.
"""

from datetime import date

import pytest

from connectors.text import Context, mentions_in_markdown, mentions_in_title, mentions_in_wiki
from model.facts import Mention

BODY = Context("body", "acme/web")
WORDS = {"depends": "waits ", "provides": "serves ", None: ""}


def tell(mentions: tuple[Mention, ...]) -> str:
    return ", ".join(f"{WORDS[one.lean]}{one.key}{'!' if one.structured else ''}" for one in mentions)


def said(text: str) -> str:
    return tell(mentions_in_markdown(text, BODY))


@pytest.mark.parametrize(
    "text",
    [
        "Blocked by PAY-7.",
        "Sadly this is still blocked by PAY-7",
        "We depend on PAY-7 here",
        "It depends upon the currency table (PAY-7)",
        "Blocked by the new ledger API in PAY-7",
        "waiting for the platform team to finish PAY-7",
        "Waits on PAY-7",
        "This needs PAY-7 first",
        "Requires the schema from PAY-7",
        "We can’t start until PAY-7 is merged",
        "Cannot go out before PAY-7",
        "Do not merge until PAY-7 is in",
        "stuck on PAY-7 since Monday",
        "On hold until PAY-7",
        "The importer relies on PAY-7",
        "Hard prerequisite: PAY-7",
        "There is a dependency on PAY-7",
        "Merge after PAY-7",
        "Not started: blocked by PAY-7",
        "It will not build yet because it depends on PAY-7",
        "This is\nblocked by\nPAY-7",
        "**Waiting for:** the rates in PAY-7",
        "Success depends heavily on PAY-7",
        "Blocked-by: PAY-7",
        "It hinges on the outcome of PAY-7",
        "The launch is gated on the migration (PAY-7)",
        "Impeded by PAY-7",
        "Pending the release of PAY-7",
        "This will be unblocked by PAY-7",
        "Should be merged after PAY-7",
        "We can start after PAY-7 is merged",
        "Will continue once PAY-7 lands",
        "It can only go live when PAY-7 is live",
        "Once PAY-7 is merged, this can be released",
        "After PAY-7 is out we can rebase this",
        "Predecessor: PAY-7",
        "PAY-7 is a prerequisite.",
        "Please merge PAY-7 first",
        "We have been waiting on PAY-7 since May",
        # the other way round
        "PAY-7 blocks this",
        "PAY-7 is needed for this",
        "PAY-7 must land first",
        "PAY-7 has to be merged before we can start",
        "PAY-7 is blocking us",
    ],
)
def test_waiting(text: str) -> None:
    assert said(text).rstrip("!") == "waits PAY-7"


@pytest.mark.parametrize(
    "text",
    [
        "This blocks PAY-7",
        "Currently blocking PAY-7",
        "Will unblock PAY-7 and make Oslo happy",
        "Needed for PAY-7, so please hurry",
        "needed by the checkout team for PAY-7",
        "It is required by PAY-7",
        "The API is a prerequisite for PAY-7",
        "This is a dependency of PAY-7",
        "We need this. It is holding up PAY-7",
        "PAY-7 depends on this",
        "PAY-7 is waiting for this ticket",
        "PAY-7 cannot start before this ships",
    ],
)
def test_being_waited_for(text: str) -> None:
    assert said(text).rstrip("!") == "serves PAY-7"


@pytest.mark.parametrize(
    "text",
    [
        # denied
        "This no longer depends on PAY-7",
        "Not blocked by PAY-7",
        "It doesn’t need PAY-7",
        "isn't waiting for PAY-7",
        "We can start without waiting for PAY-7",
        "I don't think this depends on PAY-7",
        "There is nothing blocking PAY-7",
        "independent of PAY-7",
        "PAY-7 no longer blocks this",
        "non-blocking for PAY-7",
        # over
        "Was blocked by PAY-7",
        "Unblocked by PAY-7",
        "We used to depend on PAY-7",
        "Remove the dependency on PAY-7",
        "- [x] Depends on PAY-7",
        "Depends on PAY-7 (merged)",
        "Blocked by PAY-7, which is done now",
        "Blocked by PAY-7 until last week",
        "Depends on PAY-7 ✅",
        "✅ Depends on PAY-7",
        "We got unblocked by PAY-7",
        "After PAY-7 was merged the tests fail",
        "Was blocked by:\n- PAY-7",
        "Not blocked by:\n- PAY-7",
        # asked, possible, an example
        "Does this depend on PAY-7?",
        "It could depend on PAY-7",
        "If this is blocked by PAY-7, say so",
        "Write 'depends on PAY-7' into the body",
        "e.g. blocked by PAY-7",
        "In case we depend on PAY-7, tell me",
        "If PAY-7 slips, we are blocked",
        "Can this be merged once PAY-7 is in?",
        "Depends on neither of these: PAY-7",
        "Please unblock PAY-7",
        "PR pending PAY-7",
        # about something else
        "needs review. See PAY-7",
        "needs review, see PAY-7",
        "Needs review\nPAY-7 has the details",
        "needs a rebase after PAY-7",
        "Needs a new column for PAY-7",
        "We need to look at PAY-7",
        "Blocked by legal; PAY-7 is fine",
        "Blocked by legal, PAY-7 goes on",
        "waiting for an answer about PAY-7",
        "Wait until Apple unblocks PAY-7",
        "Two code blocks from PAY-7",
        "As required by PAY-7",
        "PAY-7 is a blocker",
        "Can be closed once PAY-7 is merged",
        "Instead of waiting for PAY-7 we mock it",
        "It is blocked by the outage that everybody talks about and that somehow nobody wants to look into, PAY-7",
        # a status report, not a dependency of this issue
        "Blocked: PAY-7",
    ],
)
def test_no_waiting(text: str) -> None:
    assert said(text) == "PAY-7"


def test_whose_dependency_it_is() -> None:
    assert said("PAY-3 depends on PAY-7") == "PAY-3, PAY-7"
    assert said("- PAY-3: blocked by PAY-7\n- PAY-4: done") == "PAY-3, PAY-7, PAY-4"
    assert said("After PAY-3 we still depend on PAY-7") == "PAY-3, waits PAY-7"
    assert said("Fixes #3, depends on #7") == "acme/web#3, waits acme/web#7"
    assert said("This is a follow-up to #3 and depends on #7") == "acme/web#3, waits acme/web#7"
    assert said("PAY-3 can start after PAY-7") == "PAY-3, PAY-7"
    assert said("Blocked by PAY-7 and blocks PAY-8") == "waits PAY-7, serves PAY-8"
    title = mentions_in_title("PAY-3: add refunds (depends on #7)", Context("title", "acme/web"))
    assert tell(title) == "PAY-3, waits acme/web#7"


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("Depends on #1, #2 and #3", "waits acme/web#1!, waits acme/web#2!, waits acme/web#3!"),
        ("This depends on #1 (the ledger), #2 & acme/api#3.", "waits acme/web#1, waits acme/web#2, waits acme/api#3"),
        ("Blocked by #1 and #2 is done", "waits acme/web#1, acme/web#2"),
        ("Depends on:\n- PAY-7\n- acme/api#3", "waits PAY-7!, waits acme/api#3!"),
        ("Depends on:\n\n1. the ledger (PAY-7)\n2. see #3 for more", "waits PAY-7, acme/web#3"),
        ("Before the launch this needs:\n* PAY-7\n* PAY-8", "waits PAY-7, waits PAY-8"),
        ("- Depends on\n  - PAY-7\n- PAY-8", "waits PAY-7!, PAY-8"),
        ("Depends on:\n- [x] PAY-7\n- [ ] PAY-8", "PAY-7, waits PAY-8!"),
        ("Blocked by:\nPAY-7\nPAY-8\n\nPAY-9", "waits PAY-7!, waits PAY-8!, PAY-9"),
        ("Blocked by:\nPAY-7\nPAY-8 is the epic", "waits PAY-7!, PAY-8"),
        ("Cannot start until #1 and #2 are closed", "waits acme/web#1, waits acme/web#2"),
        ("Depends on #1 (merged), #2 and #3 (done)", "acme/web#1, waits acme/web#2, acme/web#3"),
        ("Blocked by #1, not by #2", "waits acme/web#1, acme/web#2"),
        ("## Dependencies\n\n- PAY-7\n\n## See also\n\n- PAY-8", "waits PAY-7!, PAY-8"),
        ("### Blocked by\n\nPAY-7, #3\n\n### Notes\n\nPAY-8", "waits PAY-7!, waits acme/web#3!, PAY-8"),
        (
            "| Depends on | PAY-7 |\n|---|---|\n| Blocks | PAY-8 |\n| Owner | PAY-9 |",
            "waits PAY-7!, serves PAY-8!, PAY-9",
        ),
        ("|Issue|Is|Of|\n|---|---|---|\n| PAY-3 | blocked by | PAY-7 |", "PAY-3, PAY-7"),
    ],
)
def test_lists(text: str, expect: str) -> None:
    assert said(text) == expect


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("Depends on: PAY-7", "waits PAY-7!"),
        ("**Depends on:** [the ledger](https://acme.atlassian.net/browse/PAY-7)", "waits PAY-7!"),
        ("depends-on: #7", "waits acme/web#7!"),
        ("Adds refunds.\nBlocked by PR #7\nTested by hand.", "waits acme/web#7!"),
        ("Blocked by #7\nDepends on PAY-7", "waits acme/web#7!, waits PAY-7!"),
        ("Needed by: PAY-7", "serves PAY-7!"),
        ("⛔ **Blocked by** #7/#8 🚧", "waits acme/web#7!, waits acme/web#8!"),
        ("Depends on: PAY-7 | Blocks: PAY-8", "waits PAY-7, serves PAY-8"),
        ("Depends on PAY-7?", "PAY-7"),
        # a day may stand beside the references
        ("Depends on: PAY-7 (needed by 2026-12-01)", "waits PAY-7!"),
        ("Depends on PAY-7 and #8, needed by 1 December 2026", "waits PAY-7!, waits acme/web#8!"),
        ("Depends on: PAY-7 by 2026-12-01", "waits PAY-7!"),
        # more than the phrase and its references
        ("This depends on PAY-7", "waits PAY-7"),
        ("Depends on: PAY-7, the ledger", "waits PAY-7"),
        ("Adds refunds. Depends on PAY-7", "waits PAY-7"),
        # a wrapped sentence is no line of its own
        ("This is no longer\nblocked by PAY-7", "PAY-7"),
        # templates that nobody filled in
        ("Depends on: #issue", ""),
        ("Blocked by: <!-- PAY-7 or none -->", ""),
        ("Depends on: none (PAY-7 was merged)", "PAY-7"),
    ],
)
def test_structured_lines(text: str, expect: str) -> None:
    assert said(text) == expect


def test_a_title_is_never_a_structured_line() -> None:
    assert tell(mentions_in_title("Depends on PAY-7", Context("title"))) == "waits PAY-7"


def test_one_target_is_one_mention_and_the_best_said_wins() -> None:
    (one,) = mentions_in_markdown("See PAY-7.\n\nWe depend on PAY-7.\n\nDepends on: PAY-7", BODY)
    assert (one.lean, one.structured, one.excerpt) == ("depends", True, "Depends on: PAY-7")
    assert said("Depends on PAY-7. This also blocks PAY-7, oddly.") == "waits PAY-7, serves PAY-7"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Blocked by PAY-7, needed by 2026-12-01.", date(2026, 12, 1)),
        ("Depends on: PAY-7\nNeeded by: 1 Dec 2026", date(2026, 12, 1)),
        ("Depends on PAY-7. We need this by December 1st, 2026.", date(2026, 12, 1)),
        ("This needs PAY-7 by 2028-02-29", date(2028, 2, 29)),
        ("Waiting for PAY-7 (due by 3 March 2027)", date(2027, 3, 3)),
        ("Blocked by PAY-7, required by 2026-12-01", date(2026, 12, 1)),
        # not a day, not clear which, not said to be the need, not in the same block
        ("Blocked by PAY-7, needed by 2026-02-30", None),
        ("Blocked by PAY-7, needed by 2026-12-01 or needed by 2026-12-08", None),
        ("Blocked by PAY-7, needed by 01/12/2026", None),
        ("Blocked by PAY-7 since 2026-12-01", None),
        ("Blocked by PAY-7\n\nNeeded by 2026-12-01", None),
    ],
)
def test_needed_by(text: str, day: date | None) -> None:
    (one,) = mentions_in_markdown(text, BODY)
    assert (one.lean, one.needed_by) == ("depends", day)


def test_the_excerpt_is_the_sentence_in_plain_text() -> None:
    text = (
        "Hello.\n\nThis is **blocked** by\n[the\tledger](https://acme.atlassian.net/browse/PAY-7) \x1b[31mreally. Bye."
    )
    (one,) = mentions_in_markdown(text, BODY)
    assert one.excerpt == "This is blocked by the ledger [31mreally."


def test_a_long_sentence_is_cut_around_the_reference() -> None:
    (one,) = mentions_in_wiki("very " * 100 + "much blocked by PAY-7 " + "and so on " * 100, Context("body"))
    assert len(one.excerpt) <= 200
    assert "PAY-7" in one.excerpt


def test_a_mention_keeps_who_wrote_it_where() -> None:
    context = Context("comment:5", "acme/web", belongs=False, restricted=True)
    (one,) = mentions_in_markdown("see #7", context)
    assert (one.place, one.belongs, one.restricted) == ("comment:5", False, True)
