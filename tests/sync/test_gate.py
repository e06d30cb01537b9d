"""The gate: what a reader may not read leaves nothing in public, and a number elsewhere."""

from dataclasses import replace

import pytest

from model.document import Document, Section, Words, plain
from model.policy import PUBLIC
from sync.base import Write
from sync.gate import Entry, Few, Fragment, Gate, Listed, Part, Told, objection
from tests.sync.build import PAY, issue


def said(text: str, *inputs: str, case: str = "", veiled: str = "", veiled_for: str = "") -> Fragment:
    instead = (Words(veiled),) if veiled else ()
    return Fragment((Words(text),), inputs, case=case, veiled=instead, veiled_for=veiled_for)


def lines(told: Told) -> list[str]:
    found = []
    for section in told.document.sections if told.document else ():
        found += [section.heading, *map(plain, section.lines)]
        found += [text for item in section.items for text in (plain(item.lead), *("  " + plain(b) for b in item.below))]
    return [line for line in found if line]


def entry(of: str, *inputs: str) -> Entry:
    return Entry(lead=said(f"about {of}", *inputs), verdicts=(said(f"verdict {of}", *inputs, case=of),))


class TestFragments:
    def test_a_fragment_is_told_to_those_who_may_read_all_of_it(self) -> None:
        secret = said("both", "internal", "jira:SEC")
        assert [secret.told_to(reader) for reader in ("internal", "jira:SEC", PUBLIC)] == [(), (), ()]
        assert plain(said("open", "internal").told_to("internal")) == "open"
        assert plain(said("open").told_to("anybody")) == "open"

    def test_it_shows_nothing_of_itself_otherwise(self) -> None:
        secret = said("the secret", "jira:SEC", case="k3f9q")
        assert "secret" not in repr(secret) + str(secret)
        assert not any("secret" in str(getattr(secret, name)) for name in dir(secret) if name[0] != "_")

    def test_what_follows_is_told_as_far_as_it_may_be(self) -> None:
        joined = said("PLAT-7", "internal").then(said(", since Monday", "only PLAT-7")).then(said("!"))
        assert plain(joined.told_to("internal")) == "PLAT-7!"
        assert joined.told_to(PUBLIC) == ()

    def test_what_a_rule_says_instead_is_for_one_audience_alone_and_never_public(self) -> None:
        one = said("all", "jira:SEC", veiled="a part", veiled_for="internal")
        assert plain(one.told_to("internal")) == "a part"
        assert one.told_to("other") == ()
        assert said("all", "jira:SEC", veiled="a part", veiled_for=PUBLIC).told_to(PUBLIC) == ()


class TestLines:
    def test_what_is_withheld_is_a_number_but_in_public(self) -> None:
        fragments = [said("a", case="a"), said("b", "internal", case="b"), said("c", "internal")]
        inside, public = Gate("other").lines(fragments), Gate(PUBLIC).lines(fragments)
        assert ([plain(line) for line in inside.lines], inside.withheld, set(inside.cases)) == (["a"], 1, {"a"})
        assert ([plain(line) for line in public.lines], public.withheld) == (["a"], 0)

    def test_of_several_the_first_that_may_be_read_are_told_and_the_rest_is_counted(self) -> None:
        pieces = (said("a", "secret"), said("b"), said("c"), said("d"), said("e", "secret"))
        assert plain(Listed(opening="Seen in: ", of=pieces, most=2).told_to("x")) == "Seen in: b; c; and 1 more."
        assert plain(Listed(opening="Seen in: ", of=pieces, most=3).told_to("x")) == "Seen in: b; c; d."
        assert Listed(opening="Seen in: ", of=pieces[:1], most=3).told_to("x") == ()


class TestDocuments:
    def test_an_item_without_a_readable_lead_or_verdict_is_withheld_whole(self) -> None:
        hidden_lead = Entry(lead=said("secret title", "jira:SEC"), verdicts=(said("late", case="a"),))
        hidden_verdict = Entry(lead=said("title"), verdicts=(said("late", "jira:SEC", case="b"),))
        told = Gate("internal").document(
            [Part(heading="Waiting for", entries=(hidden_lead, hidden_verdict, entry("c")))]
        )
        assert lines(told) == [
            *("Waiting for", "about c", "  verdict c"),
            "2 more things noted here rest on issues that not every reader of this one may see.",
        ]
        assert (set(told.cases), told.withheld) == ({"c"}, 2)

    def test_public_readers_learn_of_nothing_that_is_withheld(self) -> None:
        parts = [
            Part(heading="Waiting for", entries=(entry("a", "jira:SEC"),)),
            Part(heading="Waited for by", entries=(entry("b"),)),
        ]
        without = [Part(heading="Waited for by", entries=(entry("b"),))]
        assert Gate(PUBLIC).document(parts) == Gate(PUBLIC).document(without)

    @pytest.mark.parametrize("reader", [PUBLIC, "internal"])
    def test_there_is_no_document_where_all_is_withheld(self, reader: str) -> None:
        assert Gate(reader).document([Part(heading="Waiting for", entries=(entry("a", "jira:SEC"),))]).document is None

    def test_a_long_list_is_cut_and_counted_and_the_cut_cases_are_not_told(self) -> None:
        secret = entry("s", "jira:SEC")
        told = Gate("x").document([Part(heading="Waiting for", entries=(secret, *map(entry, "abcd")), most=2)])
        assert lines(told)[-2:] == [
            "… and 2 more.",
            "1 more thing noted here rests on issues that not every reader of this one may see.",
        ]
        assert told.cases == {"a", "b"}
        short = Gate("x").document([Part(heading="", lines=tuple(map(said, "abc")), most=2)])
        assert lines(short) == ["a", "b", "… and 1 more."]

    def test_the_same_next_step_is_said_once(self) -> None:
        step = said("Next: agree.")
        once = Entry(lead=said("PLAT-7"), verdicts=(said("late", case="a"),), below=(step, said("Next: agree."), step))
        assert lines(Gate("x").document([Part(heading="", entries=(once,))])) == ["PLAT-7", "  late", "  Next: agree."]

    def test_of_many_next_steps_the_first_few_that_differ_are_said(self) -> None:
        steps = (said("z", "secret"), said("a"), said("a"), said("b"), said("c"))
        many = Entry(lead=said("PLAT-7"), verdicts=(said("late", case="a"),), below=(Few(of=steps, most=2),))
        assert lines(Gate("x").document([Part(heading="", entries=(many,))])) == ["PLAT-7", "  late", "  a", "  b"]


class TestTheLastCheck:
    WRITE = Write(uid=PAY, tracker="jira", native_id="1", key="PAY-1", kind="note", reason="new")

    def written(self, reader: str) -> Write:
        return replace(self.WRITE, document=Document((Section("", ((Words("x"),),)),), reader=reader))

    def test_a_note_for_the_readers_of_its_issue_passes(self) -> None:
        for reader in ("internal", PUBLIC, ""):
            assert objection(self.written(reader), issue(PAY), True) == ""
        assert objection(self.WRITE, issue(PAY), True) == ""

    def test_a_note_for_other_readers_does_not(self) -> None:
        assert "other readers (internal)" in objection(self.written("internal"), issue(PAY, audience=PUBLIC), True)
        assert objection(self.written("jira:SEC"), issue(PAY), True)

    def test_nothing_is_written_where_nothing_may_be(self) -> None:
        assert "notes.write_to" in objection(self.WRITE, issue(PAY), False)
        assert objection(self.WRITE, None, True)
        assert objection(self.WRITE, issue("jira:PAY-2"), True)
