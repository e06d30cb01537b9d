"""From facts to dependencies: identity, direction, ends, strength, state, dates, coverage."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.audience import may_read
from model.facts import Facts, Link, Mention, Milestone, Person, Pointer, Retraction, Scope, Sprint
from model.interpret import interpret
from model.policy import Agreements, Forum, LinkMeaning, Member, Owns, Policy
from model.snapshot import Dependency, Snapshot
from tests.model.build import MIRA, NOW, blocked_by, blocks, fact, facts, policy, says, team


def judged(known: Facts, by: Policy | None = None) -> Snapshot:
    return interpret(known, by or policy(), NOW)


def only(snapshot: Snapshot) -> Dependency:
    (dependency,) = snapshot.dependencies
    return dependency


def edge(snapshot: Snapshot) -> tuple[str, str]:
    return only(snapshot).key


class TestIdentity:
    def test_a_link_seen_from_both_ends_is_one_edge_with_one_piece_of_evidence(self) -> None:
        dependency = only(
            judged(
                facts(
                    fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)),
                    fact("PLAT-2", links=(blocks("PAY-1", by="PLAT-2"),)),
                )
            )
        )
        assert dependency.key == ("jira:PAY-1", "jira:PLAT-2")
        assert [e.phrase for e in dependency.evidence] == ["is blocked by"]

    @pytest.mark.parametrize("end", ["consumer", "provider"])
    def test_one_end_is_enough(self, end: str) -> None:
        links = {
            "consumer": fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)),
            "provider": fact("PLAT-2", links=(blocks("PAY-1", by="PLAT-2"),)),
        }
        bare = {"consumer": fact("PLAT-2"), "provider": fact("PAY-1")}
        assert edge(judged(facts(links[end], bare[end]))) == ("jira:PAY-1", "jira:PLAT-2")

    def test_an_old_key_still_means_the_issue_that_was_moved(self) -> None:
        moved = fact("PLAT-2", native_id="77")
        consumer = fact("PAY-1", mentions=(says("OLD-9"),))
        known = facts(consumer, moved, known_projects=frozenset({("jira", "OLD"), ("jira", "PLAT")}))
        aliases = {**known.aliases, ("jira", "OLD-9"): "jira:PLAT-2"}
        assert edge(judged(facts(consumer, moved, aliases=aliases, known_projects=known.known_projects))) == (
            "jira:PAY-1",
            "jira:PLAT-2",
        )

    def test_a_word_for_an_issue_that_was_known_goes_on_while_its_project_is_hidden(self) -> None:
        words = fact("PAY-1", mentions=(says("PLAT-2"), says("PLAT-9")))
        hidden = facts(words, fact("PLAT-2"), known_projects=frozenset({("jira", "PAY")}))
        assert edge(judged(hidden)) == ("jira:PAY-1", "jira:PLAT-2")

    def test_an_issue_does_not_depend_on_itself(self) -> None:
        alone = fact("PAY-1", links=(blocked_by("PAY-1", on="PAY-1"),), mentions=(says("PAY-1"),))
        assert judged(facts(alone)).dependencies == ()


class TestDirection:
    @pytest.mark.parametrize(
        ("outward", "expected"),
        [("provides", ("jira:PLAT-2", "jira:PAY-1")), ("depends", ("jira:PAY-1", "jira:PLAT-2"))],
    )
    def test_the_config_can_turn_a_link_type_round(self, outward: str, expected: tuple[str, str]) -> None:
        known = facts(fact("PAY-1", links=(blocks("PLAT-2", by="PAY-1"),)), fact("PLAT-2"))
        meaning = LinkMeaning(tracker="jira", type="blocks", outward=outward)  # type: ignore[arg-type]
        assert edge(judged(known, policy(link_meanings=(meaning,)))) == expected

    def test_a_type_without_direction_makes_no_edge(self) -> None:
        relates = Link(
            native_id="L",
            type_id="9",
            type_name="Relates",
            phrase="relates to",
            forward=True,
            other=Pointer(tracker="jira", key="PLAT-2"),
        )
        assert judged(facts(fact("PAY-1", links=(relates,)), fact("PLAT-2"))).dependencies == ()

    def test_a_native_link_wins_over_words_that_say_the_opposite(self) -> None:
        known = facts(
            fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)),
            fact("PLAT-2", mentions=(says("PAY-1", "depends"),)),
        )
        assert edge(judged(known)) == ("jira:PAY-1", "jira:PLAT-2")


class TestText:
    def test_words_make_a_stated_edge_across_trackers(self) -> None:
        known = facts(fact("PAY-1", mentions=(says("acme/web#3"),)), fact("acme/web#3"))
        assert only(judged(known)).strength == "stated"

    def test_a_structured_line_declares_where_no_native_link_can_exist(self) -> None:
        across = facts(fact("PAY-1", mentions=(says("acme/web#3", structured=True),)), fact("acme/web#3"))
        within = facts(fact("PAY-1", mentions=(says("PLAT-2", structured=True),)), fact("PLAT-2"))
        request = facts(
            fact("acme/web#4", kind="pull_request", mentions=(says("acme/web#3", structured=True, belongs=True),)),
            fact("acme/web#3"),
        )
        assert [only(judged(k)).strength for k in (across, within, request)] == ["declared", "stated", "declared"]

    def test_a_bare_mention_makes_no_edge_but_joins_one(self) -> None:
        bare = says("PLAT-2", None)
        assert judged(facts(fact("PAY-1", mentions=(bare,)), fact("PLAT-2"))).dependencies == ()
        linked = facts(fact("PAY-1", mentions=(bare,), links=(blocked_by("PLAT-2", on="PAY-1"),)), fact("PLAT-2"))
        assert [e.strength for e in only(judged(linked)).evidence] == ["declared", "hinted"]

    @pytest.mark.parametrize("word", ["UTF-8", "SHA-256", "CVE-2024"])
    def test_what_only_looks_like_a_key_is_nothing(self, word: str) -> None:
        assert judged(facts(fact("PAY-1", mentions=(says(word),)))).dependencies == ()

    @pytest.mark.parametrize(
        ("mention", "counts"),
        [
            (says("acme/web#3", belongs=True), True),
            (says("acme/web#3", belongs=False), False),
            (says("acme/web#3", author=Person(id="ci", bot=True)), False),
        ],
    )
    def test_only_people_who_belong_count(self, mention: Mention, counts: bool) -> None:
        snapshot = judged(facts(fact("acme/web#1", mentions=(mention,)), fact("acme/web#3")))
        assert bool(snapshot.dependencies) is counts

    def test_once_a_team_lists_members_only_they_count_on_jira(self) -> None:
        known = facts(fact("PAY-1", mentions=(says("PLAT-2"),)), fact("PLAT-2"))
        stranger = policy(team("payments", "jira:PAY", members=(Member(ids={"jira": "u-other"}),)))
        member = policy(team("payments", "jira:PAY", members=(Member(ids={"jira": MIRA.id}),)))
        assert judged(known, stranger).dependencies == ()
        assert len(judged(known, member).dependencies) == 1

    def test_words_older_than_the_removal_of_the_link_are_void(self) -> None:
        removed = Retraction(one="jira:PAY-1", other="jira:PLAT-2", at=NOW)
        before, after = (
            facts(
                fact("PAY-1", mentions=(says("PLAT-2", written=NOW + timedelta(days=days)),)),
                fact("PLAT-2"),
                retractions=(removed,),
            )
            for days in (-1, 1)
        )
        assert judged(before).dependencies == ()
        assert len(judged(after).dependencies) == 1

    def test_a_url_counts_only_for_a_host_of_ours(self) -> None:
        ours, foreign = (
            facts(fact("PAY-1", mentions=(says("acme/web#3", host=host),)), fact("acme/web#3"))
            for host in ("github.com", "git.example.org")
        )
        assert len(judged(ours).dependencies) == 1
        assert judged(foreign).dependencies == ()


class TestEnds:
    def test_outside_what_is_pulled_is_a_stub_with_what_the_link_embeds(self) -> None:
        link = blocked_by("EXT-7", on="PAY-1", title="Vendor API", status="Open", phase="open")
        dependency = only(judged(facts(fact("PAY-1", links=(link,)))))
        assert (dependency.provider.end, dependency.provider.title, dependency.state) == (
            "stub",
            "Vendor API",
            "requested",
        )

    def test_hidden_in_a_scope_that_was_read_is_unreadable_and_unknown(self) -> None:
        link = blocked_by("PAY-9", on="PAY-1", status="Open", phase="open")
        snapshot = judged(facts(fact("PAY-1", links=(link,))))
        assert (only(snapshot).provider.end, only(snapshot).state) == ("unreadable", "unknown")
        assert snapshot.unreadable == (("jira", "PAY", 1),)

    def test_named_in_text_but_not_there_is_gone(self) -> None:
        snapshot = judged(facts(fact("PAY-1", mentions=(says("PAY-99"),))))
        assert (only(snapshot).provider.end, only(snapshot).state) == ("gone", "unknown")

    def test_an_incomplete_scope_makes_its_edges_unknown(self) -> None:
        scopes = [Scope(tracker="jira", key="PAY", read_at=NOW), Scope(tracker="jira", key="PLAT", missing="503")]
        known = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)), fact("PLAT-2"), scopes=scopes)
        assert only(judged(known)).state == "unknown"
        assert [m.scope for m in judged(known).missing] == ["PLAT"]


class TestState:
    @pytest.mark.parametrize(
        ("consumer", "provider", "state"),
        [
            ({}, {}, "requested"),
            ({}, {"due": date(2026, 4, 1)}, "committed"),
            ({}, {"phase": "done"}, "delivered"),
            ({}, {"phase": "done", "resolution": "Won't Do"}, "dropped"),
            ({"phase": "done"}, {}, "moot"),
            ({"phase": "done", "resolution": "Duplicate"}, {"phase": "done"}, "moot"),
        ],
    )
    def test_edge_state(self, consumer: dict[str, object], provider: dict[str, object], state: str) -> None:
        known = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),), **consumer), fact("PLAT-2", **provider))
        assert only(judged(known)).state == state


class TestDates:
    def test_promised_by_configured_precedence(self) -> None:
        sprint = Sprint(id="1", name="Aurora 12", state="active", end=datetime(2026, 3, 13, 9, tzinfo=UTC))
        provider = fact("PLAT-2", due=date(2026, 3, 20), sprints=(sprint,))
        known = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)), provider)
        by_due, by_sprint = (
            only(judged(known, policy(promised_order=order))).promised
            for order in (("due", "sprint"), ("sprint", "due"))
        )
        assert by_due is not None
        assert by_sprint is not None
        assert (by_due.day, by_due.source) == (date(2026, 3, 20), "due")
        assert (by_sprint.day, by_sprint.name) == (date(2026, 3, 13), "Aurora 12")

    def test_a_day_named_in_text_is_explicit_and_the_last_word_counts(self) -> None:
        first = says("PLAT-2", needed_by=date(2026, 3, 9), written=NOW - timedelta(days=9))
        last = says("PLAT-2", needed_by=date(2026, 3, 6), written=NOW, place="comment:1")
        consumer = fact("PAY-1", due=date(2026, 5, 1), mentions=(first, last))
        dependency = only(judged(facts(consumer, fact("PLAT-2"))))
        assert dependency.needed is not None
        assert (dependency.needed.day, dependency.needed_explicit) == (date(2026, 3, 6), True)

    @pytest.mark.parametrize(
        ("due_on", "day", "grace"),
        [
            (datetime(2026, 7, 2, 7, tzinfo=UTC), date(2026, 7, 2), 0),
            (datetime(2026, 1, 2, 8, tzinfo=UTC), date(2026, 1, 2), 0),
            (datetime(2026, 3, 1, 23, tzinfo=UTC), date(2026, 3, 1), 1),
        ],
    )
    def test_a_milestone_is_the_pacific_date_at_midnight_there_else_uncertain(
        self, due_on: datetime, day: date, grace: int
    ) -> None:
        provider = fact("acme/web#3", milestone=Milestone(number=1, title="v2", due_on=due_on))
        known = facts(fact("PAY-1", mentions=(says("acme/web#3"),)), provider)
        promised = only(judged(known)).promised
        assert promised is not None
        assert (promised.day, promised.grace_days, promised.name) == (day, grace, "v2")


class TestCoverage:
    FORUM = Forum(name="sos", teams=("payments", "platform"), owns=(Owns(tracker="jira", scope="PLAT-1"),))

    def pair(self, **consumer: object) -> Facts:
        return facts(
            fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),), **consumer),
            fact("PLAT-2", parent=Pointer(tracker="jira", key="PLAT-1")),
            fact("PLAT-1"),
        )

    def test_unknown_while_nothing_is_configured(self) -> None:
        assert only(judged(self.pair())).coverage.covered is None

    def test_covered_when_both_have_an_ancestor_of_one_forum_in_which_both_sit(self) -> None:
        under = self.pair(parent=Pointer(tracker="jira", key="PLAT-1"))
        coverage = only(judged(under, policy(forums={"sos": self.FORUM}))).coverage
        assert (coverage.covered, coverage.by) == (True, "forum sos")

    def test_not_covered_when_only_one_end_stands_under_the_forum(self) -> None:
        dependency = only(judged(self.pair(), policy(forums={"sos": self.FORUM})))
        assert dependency.coverage.covered is False
        assert dependency.shared_forums == ("sos",)

    def test_unknown_when_an_ancestor_was_not_read(self) -> None:
        hidden = self.pair(parent=Pointer(tracker="jira", key="SECRET-1"))
        assert only(judged(hidden, policy(forums={"sos": self.FORUM}))).coverage.covered is None

    @pytest.mark.parametrize(
        ("consumer", "by"),
        [
            ({"labels": ("Agreed",)}, "label Agreed"),
            ({"title": "Ledger export (ADR-12)"}, "reference ADR-12"),
        ],
    )
    def test_covered_by_a_record_on_the_ticket(self, consumer: dict[str, object], by: str) -> None:
        records = Agreements(labels=("agreed",), references=(r"ADR-\d+",))
        coverage = only(judged(self.pair(**consumer), policy(agreements=records))).coverage
        assert (coverage.covered, coverage.by) == (True, by)


class TestOwnership:
    def test_the_most_specific_pattern_wins_and_a_tie_is_nobodys(self) -> None:
        by = policy(
            team("platform", "jira:PLAT"),
            team("ledger", "jira:PLAT/component=Ledger"),
            team("audit", "jira:PLAT/label=audit"),
            team("one", "jira:PLAT-5"),
        )
        issues = judged(
            facts(
                fact("PLAT-1"),
                fact("PLAT-2", components=("Ledger",)),
                fact("PLAT-3", components=("Ledger",), labels=("audit",)),
                fact("PLAT-5", components=("Ledger",)),
            ),
            by,
        ).issues
        assert [issues[f"jira:PLAT-{n}"].team for n in (1, 2, 3, 5)] == ["platform", "ledger", "", "one"]


class TestAudience:
    def known(self, **consumer: object) -> Facts:
        return facts(
            fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),), **consumer),
            fact("PLAT-2"),
        )

    def test_private_scopes_are_alone_until_a_group_joins_them(self) -> None:
        alone = only(judged(self.known()))
        grouped = only(judged(self.known(), policy(audiences={"internal": ("jira:*",)})))
        assert alone.inputs == {"jira:PAY", "jira:PLAT"}
        assert not may_read(alone.consumer.audience, alone.inputs)
        assert may_read(grouped.consumer.audience, grouped.inputs)

    def test_a_restricted_issue_is_alone_even_in_a_group(self) -> None:
        dependency = only(judged(self.known(restricted=True), policy(audiences={"internal": ("jira:*",)})))
        assert not may_read(dependency.provider.audience, dependency.inputs)

    def test_words_that_only_some_may_read_do_not_narrow_what_a_link_says_to_all(self) -> None:
        grouped = policy(audiences={"internal": ("jira:*",)})
        both = only(judged(self.known(mentions=(says("PLAT-2", restricted=True, place="comment:5"),)), grouped))
        secret = facts(fact("PAY-1", mentions=(says("PLAT-2", restricted=True, place="comment:5"),)), fact("PLAT-2"))
        assert both.inputs == {"internal"}
        assert not may_read("internal", only(judged(secret, grouped)).inputs)

    def test_a_public_repository_stays_public_in_any_group(self) -> None:
        scopes = [Scope(tracker="github", key="acme/web", public=True, read_at=NOW)]
        snapshot = judged(facts(fact("acme/web#1"), scopes=scopes), policy(audiences={"internal": ("github:*",)}))
        assert snapshot.issues["github:acme/web#1"].audience == "public"


@given(st.randoms(use_true_random=False))
def test_the_order_of_what_was_read_never_matters(random: object) -> None:
    issues = [
        fact(
            "PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"), blocks("PAY-3", by="PAY-1")), mentions=(says("PLAT-4"),)
        ),
        fact("PLAT-2", links=(blocks("PAY-1", by="PLAT-2"),), due=date(2026, 3, 1)),
        fact("PAY-3", links=(blocked_by("PAY-1", on="PAY-3"), blocked_by("EXT-1", on="PAY-3", title="x"))),
        fact("PLAT-4", mentions=(says("acme/web#1", "provides"),)),
        fact("acme/web#1", mentions=(says("PAY-3"), says("PLAT-4", None))),
    ]
    shuffled = list(issues)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types randoms() as object
    assert interpret(facts(*shuffled), policy(), NOW) == interpret(facts(*issues), policy(), NOW)
