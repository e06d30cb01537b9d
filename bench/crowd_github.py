"""A GitHub with as many issues and pull requests as one likes; see ``bench.figures`` for what it looks like."""

import math
from datetime import datetime, timedelta

from bench.days import LONG_AGO, MORNING, Past, between, moment
from bench.figures import (
    CLOSING,
    DATED_MILESTONE,
    DEPENDENCY_TYPES,
    DONE,
    IDLE,
    MENTIONS,
    MENTIONS_BESIDE_LINK,
    PARENTS,
    PULLS,
    STRUCTURED,
    WORDED,
    Dice,
    places,
    shares,
)
from bench.matching import Matching, Pair
from bench.prose import Prose
from sandbox.github.scenario import Value, Writer, iteration

NAMES = ("acme/web", "acme/api", "acme/mono", "acme/app", "acme/infra", "acme/docs", "acme/design")
LABELS = ("bug", "enhancement", "documentation", "good first issue", "team/payments", "team/platform")
MILESTONES = 6
"""A repository, two months apart."""
SPRINT_DAYS = 14
ON_BOARD = 0.05
"""Share of issues on a project with a date or an iteration: guessed."""


def repositories(issues: int) -> dict[str, float]:
    """Name -> size beside the others; 0 where nothing ever happened."""
    count = places(issues)
    idle = max(1, math.ceil(count * IDLE))
    names = [*NAMES, *(f"acme/service-{n}" for n in range(len(NAMES) + 1, count + 1))][:count]
    return dict(zip(names, shares(count), strict=True)) | {f"acme/idle-{n + 1}": 0.0 for n in range(idle)}


class GitHubCrowd:
    """Fills an empty GitHub, the same way every time for the same seed."""

    def __init__(self, write: Writer, issues: int, seed: int) -> None:
        self._write, self._issues, self._past = write, issues, Past()
        self._dice = Dice(f"github {issues} {seed}")
        self._prose = Prose(self._dice)
        self._repositories = repositories(issues)
        self._matching = Matching(self._dice, {name: size for name, size in self._repositories.items() if size})
        self._people = [f"person-{n}" for n in range(5 + issues // 200)]
        self._names: list[str] = []
        self._open: dict[str, list[str]] = {name: [] for name in self._repositories}
        self._roots: list[str] = []
        """Issues without a parent: what may have children, so that nothing is nested deeper than real ones are."""

    def fill(self) -> None:
        clock, self._write.state.clock = self._write.state.clock, self._past
        self._fill()
        self._write.state.clock = clock

    def _fill(self) -> None:
        for user in self._write.state.tables.users.values():
            user.created_at = LONG_AGO
        for n, name in enumerate(self._repositories):
            self._write.repository(name, visibility="public" if n % 4 == 3 else "private", at=LONG_AGO)
            for m in range(MILESTONES):
                day = LONG_AGO + timedelta(days=60 * (m + 2))
                self._write.milestone(name, f"{day:%Y-%m}", due=day.date(), closed=day < MORNING, at=LONG_AGO)
        for n, login in enumerate(self._people):
            self._write.person(login, **({} if n % 5 == 4 else {"acme": "MEMBER"}))
        homes = self._dice.choices([*self._repositories], [*self._repositories.values()], k=self._issues)
        for number, home in enumerate(homes, 1):
            at = self._past.moment = moment(number, self._issues)
            add = self._pull if self._dice.chance(PULLS) else self._issue
            self._discuss(add(home, number, at), at)

    def _pull(self, home: str, number: int, at: datetime) -> str:
        dice = self._dice
        done = between(dice, at, at + timedelta(days=30)) if dice.chance(0.8) else MORNING
        closing = self._open[home].pop() if self._open[home] and dice.chance(CLOSING) else ""
        lines = [f"Closes #{closing.rpartition('#')[2]}"] if closing else []
        past = done < MORNING
        merged = past and dice.chance(0.8)
        return self._write.pull(
            home,
            self._prose.title(number),
            by=dice.choice(self._people),
            body=self._prose.body(dice.body_size() // 2, (), lines),
            head=f"feature/{number}",
            labels=dice.some(LABELS, 1),
            merged=done if merged else None,
            closed=done if past and not merged else None,
            at=at,
        )

    def _issue(self, home: str, number: int, at: datetime) -> str:
        dice, by = self._dice, self._dice.choice(self._people)
        name = f"{home}#{self._write.find_repository(home).next_number}"
        pairs = self._matching.pairs(home, name)
        closed = between(dice, at, at + timedelta(days=120)) if dice.chance(DONE) else MORNING
        made = self._write.issue(
            home,
            self._prose.title(number),
            by=by,
            body=self._body(home, pairs),
            labels=dice.some(LABELS, 3),
            assignees=dice.some(self._people, 1),
            milestone=self._milestone(at) if dice.chance(DATED_MILESTONE) else "",
            type=dice.choice(("Bug", "Feature", "Task", None)),
            closed=closed if closed < MORNING else None,
            reason="not_planned" if dice.chance(0.1) else None,
            at=at,
        )
        self._link(made, pairs, by, at)
        self._place(home, made)
        self._names.append(made)
        if closed >= MORNING:
            self._open[home].append(made)
        return made

    def _milestone(self, at: datetime) -> str:
        days = [LONG_AGO + timedelta(days=60 * (m + 2)) for m in range(MILESTONES)]
        return f"{next((day for day in days if day > at), days[-1]):%Y-%m}"

    def _body(self, home: str, pairs: list[Pair]) -> str:
        dice = self._dice
        near = [_short(home, pair.earlier) for pair in pairs if pair.kind not in DEPENDENCY_TYPES]
        lines = []
        if self._names and dice.chance(WORDED):
            lines.append(self._prose.worded(_short(home, dice.choice(self._names))))
        if dice.chance(STRUCTURED):
            lines.append(f"Depends on: PLAT-{dice.randint(1, max(1, self._issues // 8))}")
        if self._names and dice.chance(MENTIONS * (1 - MENTIONS_BESIDE_LINK)):
            near.append(_short(home, dice.choice(self._names)))
        text = self._prose.body(dice.body_size(), near, lines)
        return self._prose.with_log(text) if dice.chance(0.1) else text

    def _link(self, name: str, pairs: list[Pair], by: str, at: datetime) -> None:
        """Other links than dependencies are mentions here: GitHub has no type for them."""
        for pair in pairs:
            if pair.kind in DEPENDENCY_TYPES:
                self._write.block(name, pair.earlier, by=by, at=at)
        if self._roots and self._dice.chance(PARENTS):
            self._write.parent(name, self._dice.choice(self._roots[-50:]), by=by, at=at)
        else:
            self._roots.append(name)

    def _place(self, home: str, name: str) -> None:
        """On the owner's board, now and then."""
        if not self._dice.chance(ON_BOARD):
            return
        sprint = self._dice.randint(-4, 6)
        start = (MORNING + timedelta(days=SPRINT_DAYS * sprint)).date()
        day = start + timedelta(days=self._dice.randrange(SPRINT_DAYS))
        values: dict[str, Value] = {"Target date": day}
        if self._dice.chance(0.5):
            values = {"Sprint": iteration(f"Sprint {sprint + 5}", start, SPRINT_DAYS)}
        self._write.project_values(name, "Roadmap", values)

    def _discuss(self, name: str, at: datetime) -> None:
        """As lively on both trackers; what is said last moves ``updated_at``."""
        count = self._dice.comments()
        for n in range(count):
            said = at + min(timedelta(days=60), MORNING - at) * (n + 1) / (count + 1)
            self._write.comment(name, self._prose.remark(), by=self._dice.choice(self._people), at=said)


def _short(home: str, name: str) -> str:
    """As people write it: without the repository where they are."""
    return name.removeprefix(home) if name.startswith(f"{home}#") else name
