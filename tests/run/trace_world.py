"""Thirty days at Acme: what people change on both trackers, and what a lead ought to hear of it.

The second is worked out again here, from the events of cases alone and by the words of the manual: a first note on an
issue, or a case above the highest level told there, calls the team that owns the issue; the most urgent first, as many
as its budget has left for its working day, and nobody on a day without work.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from model.audience import may_read
from model.snapshot import Issue
from sandbox.base import BadAct, Notice
from sandbox.world import World
from sync.base import Case
from sync.config import Config
from sync.outcome import Outcome
from tests.run.worlds import github_of, jira_of

PROJECTS = ("PAY", "PLAT", "MOB", "DATA")
REPOSITORIES = ("acme/web", "acme/api-billing", "acme/api-gateway", "acme/infra")
JIRA_ACTS = ("due", "due", "due", "due", "status", "status", "link", "unlink", "comment")
GITHUB_ACTS = ("close", "reopen", "block", "unblock", "comment", "milestone")


class People:
    """They change something, by chance; the same chance each time."""

    def __init__(self, world: World, seed: int) -> None:
        self._world, self._chance = world, Random(seed)
        self._jira = [i.key for i in jira_of(world).state.issues.values() if i.project in PROJECTS and not i.readers]
        github = github_of(world).state
        places = [(github.full_name(github.home(i)), i) for i in github.tables.issues.values()]
        self._github = [
            f"{place}#{issue.number}" for place, issue in places if place in REPOSITORIES and not issue.pull
        ]

    def change(self, today: date) -> None:
        """One change that the tracker takes."""
        while True:
            site = self._chance.choice(("jira", "jira", "jira", "github"))
            do, args = self._jira_act(today) if site == "jira" else self._github_act(today)
            try:
                self._world.sites[site].act(do, args)
            except BadAct:
                continue  # such a link stands already, or there is none to take away
            return

    def _jira_act(self, today: date) -> tuple[str, dict[str, Any]]:
        pick, issue = self._chance.choice, self._chance.choice(self._jira)
        by = {"by": "Mira Albrecht"}
        match pick(JIRA_ACTS):
            case "due":
                return "edit", {**by, "issue": issue, "due": str(today + timedelta(days=pick(range(-8, 25))))}
            case "status":
                return "transition", {**by, "issue": issue, "status": pick(("To Do", "In Progress", "Done"))}
            case "link":
                return "link", {**by, "type": "Blocks", "source": issue, "target": pick(self._jira)}
            case "unlink":
                return "unlink", {**by, "link": pick(sorted(jira_of(self._world).state.links))}
            case _:
                words = pick((f"This depends on {pick(self._jira)}.", "Looked at it today."))
                return "comment", {**by, "issue": issue, "text": words}

    def _github_act(self, today: date) -> tuple[str, dict[str, Any]]:
        pick, issue = self._chance.choice, self._chance.choice(self._github)
        by = {"by": "mira", "issue": issue}
        do = pick(GITHUB_ACTS)
        match do:
            case "block" | "unblock":
                return do, {**by, "blocker": pick(self._github)}
            case "comment":
                return do, {**by, "body": pick((f"Depends on: {pick(self._jira)}", "Any news?"))}
            case "milestone":
                due = str(today + timedelta(days=pick(range(-4, 20))))
                return do, {**by, "title": f"Step {pick(range(4))}", "due": due}
            case _:
                return do, by


def counted(world: World) -> dict[str, int]:
    """How many notices each tracker has by now."""
    return {name: len(site.notices) for name, site in world.sites.items()}


def notices(world: World, since: Mapping[str, int] | None = None) -> list[Notice]:
    """Of whom our account told what, by the trackers' own account of it; ``since``: what had been counted before."""
    new = (one for name, site in world.sites.items() for one in site.notices[(since or {}).get(name, 0) :])
    return [one for one in new if "crosstie" in one.by]


@dataclass
class Lead:
    """Works out what should be heard, run by run."""

    config: Config
    cases: dict[str, Case] = field(default_factory=dict)
    lives: set[tuple[str, datetime]] = field(default_factory=set)
    """Cases and when they opened: one that comes back after more than five working days begins anew."""
    noted: set[str] = field(default_factory=set)
    heard: dict[tuple[str, str, datetime], int] = field(default_factory=dict)
    """By issue, case and when it opened: the highest level."""
    spent: Counter[tuple[str, date]] = field(default_factory=Counter)
    wishes: int = 0
    """Lines that a bot would have written which comments on every finding in every run."""
    waiting: int = 0
    """Issues held back in the last run."""

    def hear(self, outcome: Outcome, at: datetime) -> int:
        """How many writes of this run should notify."""
        for event in outcome.events:
            self.cases[event.case.id] = event.case
            self.lives.add((event.case.id, event.case.opened))
        shown: dict[str, list[Case]] = {}
        for issue, case in self._ends(outcome):
            shown.setdefault(issue.uid, []).append(case)
            self.wishes += 1
        issues = outcome.judged.snapshot.issues
        wanted = sorted(filter(None, (self._candidate(issues[uid], own) for uid, own in shown.items())))
        self.waiting = 0
        told = 0
        for _, _, _, uid in wanted:
            team = issues[uid].team
            calendar = outcome.judged.snapshot.calendars(team)[0]
            today = calendar.today(at)
            full = self.spent[team, today] >= self.config.notes.budget_per_team_per_day
            if full or not calendar.works(today):
                self.waiting += 1
                continue
            self.spent[team, today] += 1
            told += 1
            self.noted.add(uid)
            for case in shown[uid]:
                end = (uid, case.id, case.opened)
                self.heard[end] = max(self.heard.get(end, 0), case.level)
        return told

    def _ends(self, outcome: Outcome) -> Iterator[tuple[Issue, Case]]:
        """Where each case that stands is to be read."""
        for case in self.cases.values():
            if case.state == "cleared" or self.config.rules[case.rule].mode != "comment":
                continue
            for uid in sorted({place.uid for place in case.finding.places}):
                issue = outcome.judged.snapshot.issues.get(uid)
                if issue is None or issue.end != "read" or issue.audience == "public":
                    continue
                if may_read(issue.audience, case.finding.inputs):
                    yield issue, case

    def _candidate(self, issue: Issue, cases: list[Case]) -> tuple[int, bool, str, str] | None:
        stands = issue.uid in self.noted
        news = [c for c in cases if not stands or c.level > self.heard.get((issue.uid, c.id, c.opened), 0)]
        if not news or (stands and not issue.team):
            return None
        worst = min(("error", "warning", "info").index(case.severity) for case in news)
        return (worst, not stands, min(case.opened for case in news).isoformat(), issue.uid)
