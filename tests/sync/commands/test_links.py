"""Which write a ``declare`` becomes, and when it becomes none."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.base import Address
from model.facts import Facts
from model.interpret import interpret
from model.policy import Policy
from model.snapshot import Issue
from sync.base import Write
from sync.commands.links import Links, plan_links
from tests.model.build import NOW, facts, policy
from tests.sync.commands.town import MIRA, POLICY, comment, heard, town

PAY, PLAT, WEB = "jira:PAY-1", "jira:PLAT-1", "github:acme/web#7"
READERS = replace(POLICY, audiences={"internal": ("jira:*", "github:acme/*")})
BOTH = frozenset({"jira"})


def declared(words: str, under: Policy = READERS, **said: Any) -> Facts:
    known = town(**(said or {"PAY_1": [comment(words)]}))
    return replace(known, statements=tuple(heard(known, policy=under)))


def planned(
    known: Facts, under: Policy = READERS, writable: str = "jira github", holders: frozenset[str] = BOTH
) -> Links:
    def may(issue: Issue) -> bool:
        return any(str(issue.ref).startswith(name) for name in writable.split())

    return plan_links(known, interpret(known, under, NOW), may, holders)


def write(links: Links) -> Write:
    (made,) = links.writes
    assert links.refused == ()
    assert made.kind == "link"
    return made


def refusal(links: Links) -> str:
    (said,) = links.refused
    assert links.writes == ()
    assert said.state == "refused"
    assert not any(name in said.answer for name in ("PAY-1", "PLAT-1", "acme/web", "Title"))
    return said.answer


@pytest.mark.parametrize("said", ["PAY_1", "PLAT_1"])
def test_within_a_tracker_it_is_native_and_the_consumer_depends(said: str) -> None:
    by = MIRA if said == "PAY_1" else replace(MIRA, id="u-devi")
    words = comment("declare PLAT-1" if said == "PAY_1" else "declare PAY-1", by)
    comments: dict[str, Any] = {said: [words]}
    made = write(planned(declared("", **comments)))
    assert made.link is not None
    assert (made.uid, made.native_id, made.link.lean) == (PAY, "id-PAY-1", "depends")
    assert made.link.other.address == Address(native_id="id-PLAT-1", key="PLAT-1")


def test_across_trackers_it_stands_where_a_page_can_be_linked_to() -> None:
    made = write(planned(declared("declare acme/web#7")))
    assert made.link is not None
    assert (made.uid, made.link.lean, made.link.other.address, made.link.other.name) == (PAY, "depends", None, WEB)
    other = write(planned(declared("declare acme/web#7"), holders=frozenset({"github"})))
    assert other.link is not None
    assert (other.uid, other.link.lean) == (WEB, "provides")
    assert "`Depends on: KEY`" in refusal(planned(declared("declare acme/web#7"), holders=frozenset()))


def test_a_page_that_not_all_may_read_is_not_named_to_them() -> None:
    assert refusal(planned(declared("declare acme/web#7", under=POLICY), under=POLICY))


@pytest.mark.parametrize("writable", ["jira:PAY", "jira:PLAT", "", "github"])
def test_both_issues_of_a_native_link_must_be_writable(writable: str) -> None:
    assert "may not write" in refusal(planned(declared("declare PLAT-1"), writable=writable))


def test_only_its_holder_must_be_to_link_to_a_page() -> None:
    assert write(planned(declared("declare acme/web#7"), writable="jira:PAY")).uid == PAY
    assert refusal(planned(declared("declare acme/web#7"), writable="github"))


def test_what_was_rejected_since_is_not_linked_and_what_was_declared_since_is() -> None:
    later = replace(comment("reject PLAT-1", id="10"), created=NOW)
    known = declared("", PAY_1=[comment("declare PLAT-1"), later])
    assert refusal(planned(known)) == "It is no dependency any more."
    later = replace(comment("declare PLAT-1", id="10"), created=NOW)
    first = declared("reject PLAT-1")
    issue = replace(first.issues[PAY], comments=(*first.issues[PAY].comments, later))
    known = replace(first, issues={**first.issues, PAY: issue})
    known = replace(known, statements=(*known.statements, *heard(known, policy=READERS)))
    assert write(planned(known)).uid == PAY


def test_an_issue_that_is_not_read_is_not_linked() -> None:
    known = declared("declare PLAT-1")
    only = facts(known.issues[PAY], statements=known.statements)
    assert "does not read both" in refusal(planned(only))


def test_what_is_done_or_refused_is_left_alone() -> None:
    known = declared("declare PLAT-1")
    for state in ("done", "refused"):
        statements = tuple(replace(one, state=state) for one in known.statements)
        assert planned(replace(known, statements=statements)) == Links()
    assert planned(declared("ack PLAT-1"), under=policy()) == Links()
