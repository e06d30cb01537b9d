"""A Jira with as many issues as one likes; see ``bench.figures`` for what it looks like."""

from datetime import date, datetime, timedelta

from bench.days import LONG_AGO, MORNING, Past, between, moment
from bench.figures import (
    DATED_VERSION,
    DONE,
    DUE,
    EPICS,
    IN_EPIC,
    IN_SPRINT,
    LATE,
    MENTIONS,
    MENTIONS_BESIDE_LINK,
    STRUCTURED,
    SUBTASKS,
    WORDED,
    Dice,
    places,
    shares,
)
from bench.matching import Matching, Pair
from bench.prose import Prose
from sandbox.jira import adf, comments
from sandbox.jira.records import Issue
from sandbox.jira.scenario import Writer

NAMES = ("PAY", "PLAT", "OPS", "WEB", "MOB", "DATA", "AUTH", "BILL", "CRM", "SHOP")
LINKED = 0.32
"""Share of issues with a link: mentions are dealt out so that about half of them stand beside one."""
SPRINT_DAYS, RELEASE_DAYS = 14, 30
TALKED_ABOUT = timedelta(days=60)
"""How long people have something to say about an issue."""
OPEN = ("To Do", "To Do", "In Progress", "In Review", "Blocked")
OUTWARD = {"Gantt": ("has to be finished before", "has to be started after"), "Includes": ("includes", "is part of")}
"""Phrases of the types that a fresh site lacks."""


def projects(issues: int) -> dict[str, float]:
    """Key -> size beside the others."""
    count = places(issues)
    keys = [*NAMES, *(f"TEAM{n}" for n in range(len(NAMES) + 1, count + 1))][:count]
    return dict(zip(keys, shares(count), strict=True))


class JiraCrowd:
    """Fills an empty Jira, the same way every time for the same seed."""

    def __init__(self, write: Writer, issues: int, seed: int) -> None:
        self._write, self._issues, self._past = write, issues, Past()
        self._dice = Dice(f"jira {issues} {seed}")
        self._prose = Prose(self._dice)
        self._projects = projects(issues)
        self._matching = Matching(self._dice, self._projects)
        self._people = [write.person(f"Person {n}", f"5b10ac:person-{n}").account_id for n in range(5 + issues // 200)]
        self._keys: list[str] = []
        self._epics: dict[str, list[str]] = {key: [] for key in self._projects}
        self._versions: dict[str, list[date]] = {}
        self._sprints: list[tuple[str, date]] = []

    def fill(self) -> None:
        clock, self._write.state.clock = self._write.state.clock, self._past
        self._fill()
        self._write.state.clock = clock

    def _fill(self) -> None:
        for key in self._projects:
            self._write.project(key, key.title())
            self._versions[key] = self._release(key)
        self._plan_sprints()
        for kind, (outward, inward) in OUTWARD.items():  # now: the first ids of a site are those of its own link types
            self._write.link_type(kind, outward=outward, inward=inward)
        numbers = dict.fromkeys(self._projects, 0)
        homes = self._dice.choices([*self._projects], [*self._projects.values()], k=self._issues)
        for number, home in enumerate(homes, 1):
            numbers[home] += 1
            self._add(home, f"{home}-{numbers[home]}", number)

    def _release(self, key: str) -> list[date]:
        days = [(LONG_AGO + timedelta(days=n)).date() for n in range(RELEASE_DAYS, 540, RELEASE_DAYS)]
        for day in days:
            self._write.version(key, f"{day:%Y.%m.%d}", day, released=day < MORNING.date())
        return days

    def _plan_sprints(self) -> None:
        for n in range(0, 450, SPRINT_DAYS):
            start = (LONG_AGO + timedelta(days=n)).date()
            end = start + timedelta(days=SPRINT_DAYS - 3)
            state = "closed" if end < MORNING.date() else "active" if start <= MORNING.date() else "future"
            self._write.sprint(f"Sprint {n // SPRINT_DAYS + 1}", state, start, end)
            self._sprints.append((f"Sprint {n // SPRINT_DAYS + 1}", start))

    def _add(self, home: str, key: str, number: int) -> None:
        dice, at = self._dice, moment(number, self._issues)
        self._past.moment = at
        pairs = self._matching.pairs(home, key)
        version = self._version(home, at) if dice.chance(DATED_VERSION) else None
        done = self._done(at, version) if dice.chance(DONE) else None
        kind = "Epic" if dice.chance(EPICS) else "Sub-task" if dice.chance(SUBTASKS) else dice.choice(("Story", "Bug"))
        issue = self._write.issue(
            key,
            self._prose.title(number),
            type=kind,
            status=dice.choice(("Done", "Done", "Closed")) if done else dice.choice(OPEN),
            reporter=dice.choice(self._people),
            assignee=dice.choice(self._people) if dice.chance(0.6) else "",
            due=between(dice, at, MORNING + timedelta(days=60)).date() if dice.chance(DUE) else None,
            labels=dice.some(("backend", "frontend", "customer", "debt", "security"), 2),
            components=dice.some(("Ledger", "Gateway", "Reports", "Search"), 1),
            sprints=self._sprint(at) if dice.chance(IN_SPRINT) else (),
            versions=[f"{version:%Y.%m.%d}"] if version else (),
            parent=self._parent(home, kind),
            created=at,
            updated=done or at,
        )
        issue.fields["description"] = adf.from_plain(self._body(pairs))
        self._link(key, pairs)
        self._slip(issue, at)
        self._discuss(issue, at, done or min(at + TALKED_ABOUT, MORNING))
        self._keys.append(key)
        if kind == "Epic":
            self._epics[home].append(key)

    def _version(self, home: str, at: datetime) -> date | None:
        ahead = [day for day in self._versions[home] if timedelta() < day - at.date() <= timedelta(days=90)]
        return self._dice.choice(ahead) if ahead else None

    def _done(self, at: datetime, version: date | None) -> datetime | None:
        """When it was resolved; None when that is still to come."""
        dice = self._dice
        released = datetime.combine(version, at.timetz()) if version else at + timedelta(days=dice.randint(1, 120))
        late = version is not None and dice.chance(LATE)
        done = released + timedelta(days=dice.days_late()) if late else between(dice, at, released)
        return done if done < MORNING else None

    def _sprint(self, at: datetime) -> list[str]:
        ahead = [name for name, start in self._sprints if start >= at.date()]
        return ahead[: self._dice.choice((1, 1, 1, 2))]

    def _parent(self, home: str, kind: str) -> str:
        epics = self._epics[home]
        wanted = kind != "Epic" and epics and self._dice.chance(IN_EPIC)
        return self._dice.choice(epics[-20:]) if wanted else ""

    def _body(self, pairs: list[Pair]) -> str:
        dice, lines = self._dice, []
        if dice.chance(WORDED) and self._keys:
            lines.append(self._prose.worded(dice.choice(self._keys)))
        if dice.chance(STRUCTURED):
            lines.append(f"Depends on: acme/web#{dice.randint(1, max(1, self._issues // 4))}")
        return self._prose.body(dice.body_size(), self._mentioned(pairs), lines)

    def _mentioned(self, pairs: list[Pair]) -> list[str]:
        if pairs:
            wanted = self._dice.chance(MENTIONS * MENTIONS_BESIDE_LINK / LINKED * 2)  # half of the ends are met later
            return [pairs[0].earlier] if wanted else []
        wanted = bool(self._keys) and self._dice.chance(MENTIONS * (1 - MENTIONS_BESIDE_LINK) / (1 - LINKED / 2))
        return [self._dice.choice(self._keys)] if wanted else []

    def _link(self, key: str, pairs: list[Pair]) -> None:
        """The earlier issue is the provider: it blocks, or is depended on."""
        for pair in pairs:
            source, target = (key, pair.earlier) if pair.kind == "Depends" else (pair.earlier, key)
            self._write.link(pair.kind, source, target)

    def _slip(self, issue: Issue, at: datetime) -> None:
        """The history of a due date that moved."""
        due = issue.fields["duedate"]
        if not due or not self._dice.chance(0.4):
            return
        before = (date.fromisoformat(due) - timedelta(days=self._dice.randint(3, 30))).isoformat()
        item = {"field": "duedate", "fieldId": "duedate", "fieldtype": "jira", "from": before, "fromString": before}
        change = {"id": str(self._write.state.next_id()), "author": self._dice.choice(self._people)}
        issue.changes.append({**change, "created": at.isoformat(), "items": [{**item, "to": due, "toString": due}]})

    def _discuss(self, issue: Issue, at: datetime, until: datetime) -> None:
        count = self._dice.comments()
        for n in range(count):
            said = (at + (until - at) * (n + 1) / (count + 1)).replace(microsecond=0)
            by, text = self._dice.choice(self._people), adf.from_plain(self._prose.remark())
            comments.add_comment(self._write.state, issue, by, text, at=said.isoformat())
            issue.fields["updated"] = max(issue.fields["updated"], said.isoformat())
