"""People answer by command on both trackers, and the next run does what they said."""

from datetime import date
from typing import Any

import pytest

from model.statements import Statement
from sandbox.github.access import DEFAULT_LOGIN
from sandbox.github.scenario import Writer
from sandbox.jira.state import BOT
from sync.explain import account_of, why_not_of
from tests.run.worlds import LONG_AGO, NOTED, Installation, github_of, jira_of

PEOPLE = {"payments": ("5b10ac:mira", "mira"), "platform": ("5b10ac:devi", "devi")}


@pytest.fixture
def town(acme: Installation) -> Installation:
    """The company, and its notes, with people in its teams."""
    with_people(acme)
    acme.run()
    return acme


def with_people(acme: Installation, **options: Any) -> None:
    acme.configure(**options)
    path = acme.folder / "crosstie.toml"
    text = path.read_text(encoding="utf-8")
    for team, (jira, github) in PEOPLE.items():
        name = f'name = "{team}"\n'
        text = text.replace(name, f'{name}members = [{{ jira = "{jira}", github = "{github}" }}]\n')
    path.write_text(text, encoding="utf-8")


def say(town: Installation, key: str, words: str, by: str = "Mira", **fields: Any) -> None:
    if "#" in key:
        town.github("comment", issue=key, body=words, by=by.lower(), **fields)
    else:
        town.jira("comment", issue=key, text=words, by=by, **fields)
    town.wait(minutes=10)


def said(town: Installation) -> dict[str, Statement]:
    with town.store() as store:
        return {statement.said: statement for statement in store.statements()}


def open_rules(town: Installation) -> list[str]:
    with town.store() as store:
        return sorted(case.rule for case in store.cases() if case.state == "open")


def links(town: Installation) -> list[tuple[str, str]]:
    """(Blocker, blocked) of every native link on Jira."""
    state = jira_of(town.world).state
    return [(state.issues[link.source].key, state.issues[link.target].key) for link in state.links.values()]


def test_an_acknowledgement_is_answered_in_the_note_and_by_no_comment(town: Installation) -> None:
    pairs = (("PAY-1", "PLAT-1"), ("acme/web#1", "PLAT-3"))
    before = {noted: len(town.comments(noted)) for noted in NOTED}
    for key, other in pairs:
        say(town, key, f"Thanks!\n\n/crosstie ack {other} in the next sprint")
    written = town.run().written
    assert (written.created, written.edited, written.failed) == (0, 4, 0)
    for key, other in pairs:
        assert "Acknowledged by" in town.note(key)
        assert "in the next sprint" in town.note(key)
        assert "Acknowledged by" in town.note(other)
        assert len(town.comments(key)) == before[key] + 1
        assert len(town.comments(other)) == before[other]
    town.wait(minutes=10)
    assert not town.run().plan.writes
    assert town.run().judgement is None


def test_the_one_case_needs_no_name(town: Installation) -> None:
    with town.store() as store:
        (case,) = (c for c in store.cases() if "jira:PAY-1" in c.subject.members and c.rule == "overdue")
    say(town, "PLAT-1", "/crosstie ack", by="Devi")
    town.run()
    (statement,) = said(town).values()
    assert (statement.case, statement.role, statement.state) == (case.id, "provider", "done")


def test_a_promise_moves_the_day(town: Installation) -> None:
    assert open_rules(town).count("overdue") == 2
    say(town, "PLAT-1", "/crosstie promise 2026-12-01", by="Devi")
    town.run()
    assert open_rules(town).count("overdue") == 1
    say(town, "PLAT-1", "/crosstie promise off", by="Devi")
    town.run()
    assert open_rules(town).count("overdue") == 2


def test_what_is_muted_is_left_out_on_that_issue_until_it_is_not(town: Installation) -> None:
    say(town, "PAY-1", "/crosstie mute PLAT-1")
    town.run(dry_run=True)
    assert said(town) == {}
    town.run()
    with town.store() as store:
        assert {(mute.uid, mute.why) for mute in store.mutes()} == {("jira:PAY-1", "muted by command")}
    assert "PLAT-1" not in town.note("PAY-1")
    assert "PAY-1" in town.note("PLAT-1")
    say(town, "PAY-1", "/crosstie mute PLAT-1 off")
    town.run()
    with town.store() as store:
        assert store.mutes() == []
    assert "PLAT-1" in town.note("PAY-1")


def test_a_hand_that_took_the_note_away_can_be_taken_back(town: Installation) -> None:
    town.run()
    town.jira("delete_comment", comment=town.note_id("PAY-1"))
    town.wait(minutes=10)
    town.run()
    assert town.note("PAY-1") == ""
    say(town, "PAY-1", "/crosstie mute PLAT-1 off")
    town.run()
    assert "PLAT-1" in town.note("PAY-1")


def test_what_is_rejected_is_forgotten_until_it_is_linked_anew(town: Installation) -> None:
    say(town, "acme/web#1", "/crosstie reject PLAT-3 we were wrong")
    say(town, "PAY-1", "/crosstie reject PLAT-1")
    town.run()
    assert "overdue" not in open_rules(town)
    town.jira("unlink", source="PLAT-1", target="PAY-1")
    town.wait(hours=30)
    town.run(full=True)
    town.jira("link", type="Blocks", source="PLAT-1", target="PAY-1")
    town.wait(minutes=10)
    town.run()
    assert open_rules(town).count("overdue") == 1


# links


def test_declare_makes_the_link_the_right_way_round_in_and_across_trackers(town: Installation) -> None:
    town.jira("edit", issue="PAY-2", text="This is blocked by PLAT-3.")
    town.github("edit", issue="acme/web#2", body="Depends on #1, I think.")
    say(town, "PAY-2", "/crosstie declare PLAT-3")
    say(town, "acme/web#1", "/crosstie declare #2\n/crosstie declare PLAT-3")
    written = town.run().written
    assert (written.links, written.failed) == (3, 0)
    assert set(said(town)) == {"declare PLAT-3", "declare #2"}
    assert {(one.state, one.answer) for one in said(town).values()} == {("done", "The link is made.")}
    assert ("PLAT-3", "PAY-2") in links(town)
    assert ("PAY-2", "PLAT-3") not in links(town)
    find = github_of(town.world).writer().find
    assert find("acme/web#2").blocked_by_ids == [find("acme/web#1").id]
    assert find("acme/web#1").blocked_by_ids == []
    provider = jira_of(town.world).state.issue("PLAT-3")
    assert provider is not None
    (page,) = provider.remote_links
    assert (page["relationship"], page["object"]["title"]) == ("blocks", "Show the balance")
    before = len(links(town))
    town.run()
    assert len(links(town)) == before
    assert not [row for row in town.asked() if "issueLink" in row or "remotelink POST" in row]


def test_a_link_that_was_lost_on_its_way_is_made_once(town: Installation) -> None:
    town.jira("edit", issue="PAY-2", text="This is blocked by PLAT-3.")
    before = len(links(town))
    say(town, "PAY-2", "/crosstie declare PLAT-3")
    town.fault("drop_after", path="/rest/api/3/issueLink$", method="POST")
    town.run()
    town.wait(minutes=10)
    town.run()
    assert len(links(town)) == before + 1
    assert said(town)["declare PLAT-3"].state == "done"


def test_where_nothing_may_be_written_no_link_is_made(town: Installation) -> None:
    with_people(town, write_to=["jira:PAY"])
    town.jira("edit", issue="PAY-2", text="This is blocked by PLAT-3.")
    before = len(links(town))
    say(town, "PAY-2", "/crosstie declare PLAT-3")
    town.run()
    assert len(links(town)) == before
    statement = said(town)["declare PLAT-3"]
    assert statement.state == "refused"
    assert statement.answer.startswith("crosstie may not write to both of the issues.")
    assert "crosstie may not write to both of the issues" in town.note("PAY-2")


# who and where


def test_strangers_code_quotes_and_a_switched_off_config_do_nothing(town: Installation) -> None:
    pairs = (("PAY-1", "PLAT-1"), ("acme/web#1", "PLAT-3"))
    before = [town.note(key) for key, _ in pairs]
    for key, other in pairs:
        mute = f"/crosstie mute {other}"
        say(town, key, mute, by="Otto")
        say(town, key, f"Say `{mute}`.\n\n```\n{mute}\n```\n\n> {mute}")
        say(town, key, f"please /crosstie ack\n\n/crosstie mutate {other}")
    town.run()
    assert said(town) == {}
    assert [town.note(key) for key, _ in pairs] == before
    with_people(town, more="[commands]\nenabled = false")
    for key, other in pairs:
        say(town, key, f"/crosstie mute {other}")
    town.run()
    assert said(town) == {}
    assert all(other in town.note(key) for key, other in pairs)


def test_bots_and_we_ourselves_do_nothing_whatever_name_we_bear(town: Installation) -> None:
    assert "/crosstie ack" in town.note("PAY-1")
    with_people(town, more=f'[commands]\nadmins = [{{ jira = "{BOT}", github = "{DEFAULT_LOGIN}" }}]')
    jira_of(town.world).state.person("Mira").kind = "app"
    mira = github_of(town.world).state.user("mira")
    assert mira is not None
    mira.kind = "Bot"
    for by in ("Mira", BOT):
        say(town, "PAY-1", "/crosstie mute PLAT-1", by=by)
    for by in ("mira", DEFAULT_LOGIN):
        say(town, "acme/web#1", "/crosstie mute PLAT-3", by=by)
    town.run()
    assert said(town) == {}


def test_an_old_comment_among_many_is_read_and_read_again_when_it_changes(town: Installation) -> None:
    first = {}
    for key, words in (("PAY-1", "snooze PLAT-1"), ("acme/web#1", "snooze PLAT-3")):
        act, name = (town.github, "body") if "#" in key else (town.jira, "text")
        made = act("comment", issue=key, **{name: f"/crosstie {words} 5d"})
        first[words] = act, name, made["comment"]
        for number in range(60):
            act("comment", issue=key, **{name: f"Remark {number}"})
    town.wait(minutes=10)
    town.run()
    in_time = {f"{words} 5d": date(2026, 3, 9) for words in first}
    assert {words: one.day for words, one in said(town).items()} == in_time
    for words, (act, name, number) in first.items():
        act("edit_comment", comment=number, **{name: f"/crosstie {words} 5d\n\nFor now."})
    town.wait(hours=24)
    town.run()
    assert len(said(town)) == 2
    for words, (act, name, number) in first.items():
        act("edit_comment", comment=number, **{name: f"/crosstie {words} 10d"})
    town.run()
    later = {f"{words} 10d": date(2026, 3, 17) for words in first}
    assert {words: one.day for words, one in said(town).items()} == in_time | later
    for act, name, number in first.values():
        act("edit_comment", comment=number, by="otto", **{name: "/crosstie snooze 20d"})
    town.run()
    assert len(said(town)) == 4


def test_what_was_said_on_an_issue_goes_along_to_another_repository(town: Installation) -> None:
    """A transfer gives it another id, and so another name with us; its comments come along."""
    write: Writer = github_of(town.world).writer()
    write.repository("acme/api", visibility="private", at=LONG_AGO)
    with_people(town, write_to=["jira:*", "github:acme/*"])
    say(town, "acme/web#1", "/crosstie reject PLAT-3")
    town.run()
    assert "PLAT-3" not in town.note("acme/web#1")
    assert town.github("transfer", issue="acme/web#1", to="acme/api")["issue"] == "acme/api#1"
    for _ in range(3):
        town.wait(hours=7)
        assert town.run().complete
    with town.store() as store:
        (_, again) = store.statements()
        assert (again.state, again.edge) == ("done", ("github:acme/api#1", "jira:PLAT-3"))
        assert not [
            case for case in store.cases() if case.state == "open" and "github:acme/api#1" in case.subject.members
        ]


def test_another_team_is_told_why_not(town: Installation) -> None:
    say(town, "PLAT-1", "/crosstie promise 2026-12-01", by="Mira")
    town.run()
    assert open_rules(town).count("overdue") == 2
    assert "Only members of platform can promise a date here." in town.note("PLAT-1")


def test_what_was_said_is_explained(town: Installation) -> None:
    with town.store() as store:
        (case,) = (c for c in store.cases() if "jira:PAY-1" in c.subject.members and c.rule == "overdue")
    say(town, "PAY-1", f"/crosstie ack {case.id} soon\n\n/crosstie reject PLAT-1")
    town.run()
    with town.store() as store:
        account = account_of(store, town.config, case.id, now=town.world.clock.now())
        missed = why_not_of(store, town.config, "PAY-1", "overdue", town.world.clock.now())
    assert account is not None
    assert [(one["by"], one["on"], one["command"], one["state"]) for one in account["said"]] == [
        ("Mira", "jira:PAY-1", f"ack {case.id} soon", "done"),
        ("Mira", "jira:PAY-1", "reject PLAT-1", "done"),
    ]
    (hint,) = missed["hints"]
    assert (hint["between"], hint["why"]) == (["jira:PAY-1", "jira:PLAT-1"], "it was rejected by command")
    assert "focusedCommentId" in hint["url"]
