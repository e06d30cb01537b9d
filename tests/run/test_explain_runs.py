"""A case from any past run explains to the identical verdict, from the store alone."""

import io
from collections.abc import Sequence

from rich.console import Console
from sqlalchemy import update

from cli.show_explain import show_explanation
from sync.explain import account_of
from sync.store import PastRun, Store
from sync.store.tables import configs
from tests.run.worlds import MORNING, Installation

MORE = """
[[forums]]
name = "sos"
teams = ["payments", "platform"]
cadence = "weekly:mon"
owns = ["jira:PLAT-1"]
[agreements]
labels = ["agreed"]
[[custom_rules]]
name = "watched"
when = "provider.team == 'platform' && provider.progress == 'open'"
message = "{provider.key} is watched"
mode = "comment"
[rules.point-to-point]
when = "consumer.team == 'payments'"
"""


def _history(acme: Installation) -> None:
    """Two weeks in which everything happens to cases that can: by people, by days, by the config; all rules judge."""
    path = acme.folder / "crosstie.toml"
    path.write_text(path.read_text().replace('mode = "off"', 'mode = "observe"') + MORE)
    acme.run()
    acme.wait(hours=25)
    acme.jira("edit", issue="PLAT-2", due="2026-03-27")
    acme.jira("edit", issue="PLAT-1", due="2026-02-23")
    acme.run()
    acme.wait(hours=24)
    acme.jira("transition", issue="PLAT-3", status="Done")
    acme.run()
    acme.wait(hours=24)
    acme.jira("transition", issue="PLAT-3", status="To Do")
    acme.run()
    acme.wait(hours=24 * 5)
    acme.fault("drop_before", site="jira", path="search", count=-1)
    acme.run()
    acme.world.clear_faults()
    path.write_text(path.read_text() + "[rules.overdue]\ngrace_days = 3\nlevel_2_after = 8\n")
    acme.run()
    acme.wait(hours=24 * 4)
    acme.github("close", issue="acme/web#1")
    acme.run()


def test_every_event_of_every_case_explains_to_what_was_recorded(acme: Installation) -> None:
    _history(acme)
    kinds, rules = set(), set()
    with acme.store() as store:
        runs, config = store.past_runs(), acme.config
        for case_id in {case.id for case in store.cases(MORNING)}:
            for run, _, event in store.case_events(case_id):
                account = account_of(store, config, case_id, run=run, now=MORNING)
                assert account is not None
                assert account["judged"]["identical"], (event.kind, account["judged"])
                assert (account["level"], account["state"]) == (event.case.level, event.case.state)
                kinds.add(event.kind)
                rules.add(event.case.rule)
        _explains_by_every_run(acme, store, runs)
    assert len(runs) == 7
    assert {"overdue", "point-to-point", "silent-provider", "unblocked", "watched"} <= rules
    assert {"opened", "changed", "worsened", "eased", "cleared", "reopened", "unknown"} <= kinds


def _explains_by_every_run(acme: Installation, store: Store, runs: Sequence[PastRun]) -> None:
    """Those in which nothing happened to the case as well."""
    case = next(c for c in store.cases() if c.rule == "overdue" and c.finding.provider == "jira:PLAT-1")
    for past in runs:
        account = account_of(store, acme.config, case.id, run=past.id, now=MORNING)
        assert account is not None
        assert account["judged"]["identical"], account["judged"]


def test_an_account_names_days_agreement_links_and_notes(acme: Installation) -> None:
    path = acme.folder / "crosstie.toml"
    path.write_text(path.read_text() + MORE)
    acme.run()
    with acme.store() as store:
        case = next(c for c in store.cases() if c.rule == "point-to-point" and c.finding.provider == "jira:PLAT-1")
        account = account_of(store, acme.config, case.id, now=MORNING)
    assert account is not None
    edge = account["dependency"]
    assert [p["source"] for p in edge["looked_for"]["promised"] if p["counts"]] == ["due"]
    assert edge["evidence"][0]["url"].endswith("/browse/PAY-1")
    (forum,) = edge["agreement_search"]["forums"]
    assert (forum["owns_of_consumer"], forum["owns_of_provider"]) == ([], ["jira:PLAT-1"])
    assert [end["noted"] for end in account["told"]] == [True, True]
    text = _text(account)
    assert "looked for: command, due (found 2026-02-20), target_end" in text
    assert "forum sos: both teams sit in it; owns jira:PLAT-1 only" in text
    assert "labels agreed: none" in text
    assert "the identical verdict" in text
    assert max(map(len, text.splitlines())) <= 80


def test_what_was_not_kept_is_said_and_shown_as_it_is_known_now(acme: Installation) -> None:
    """A store that an older crosstie began has no config in a form that can be read again."""
    acme.run()
    acme.configure(max_new_per_run=7)
    with acme.store() as store:
        with store.writing() as conn:
            conn.execute(update(configs).values(tree=""))
        account = account_of(store, acme.config, store.cases()[0].id, now=MORNING)
    assert account is not None
    assert (account["judged"]["rebuilt"], account["judged"]["identical"]) == (False, None)
    assert "has not kept the config" in account["judged"]["why"]
    assert account["dependency"]["consumer"]["title"]
    assert "this is what is known now" in " ".join(_text(account).split())


def _text(account: dict[str, object]) -> str:
    out = io.StringIO()
    show_explanation(account, Console(file=out, width=80, highlight=False))
    return out.getvalue()
