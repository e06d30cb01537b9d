"""What real trackers look like, in figures, and dice that fall accordingly.

Counted figures come from the public Jiras of Montgomery et al., "An Alternative Issue Tracking Dataset of Public Jira
Repositories" (MSR 2022; 16 Jiras, 2,686,282 issues, 1,822 projects, 978,223 links, 8,850,755 comments), most of them
from its TiDev tracker, and from rust-lang/rust on GitHub:

    all 16         0.36 links, 3.3 comments and 11.8 changes an issue; 37 projects a Jira and 1,474 issues a project
                   (medians)
    links          TiDev: none 68.1 %, one 20.6, two 6.9, three 2.4, four 0.9, five or more 1.0
    link types     TiDev: Relates 58.1 %, Duplicate 17.0, Cloners 9.5, Depends 6.5, Blocks 4.3, Gantt 2.5, Includes 2.2
    across         links between projects: 17.8 % (TiDev) to 37.6 % (JBoss); of dependency types: 30.6 to 35.1 %
                   (Raatikainen et al., arXiv 2204.12893, on the share of dependency types among links)
    comments       TiDev: mean 3.6, median 2, p90 8, most 224; rust: mean 4.8
    dates          TiDev: 48 % have a dated fix version, 22.6 % of those were resolved after it; rust: 4.4 % have a
                   dated milestone; of issues with a due date 11 to 54 % are late, by 12 to 40 days in the median
                   (Choetkiertikul et al., "Predicting the delay of issues with due dates", EMSE 2017)
    dependencies   TiDev: no cycle; seldom more than one from an issue
    mentions       TiDev: 5,550 of other issues in 29,057 issues, half of them beside a link; wording of dependency 47
    bodies         1 to 2 KB, with a tail to 32 KB

What nobody has counted (sprints, parents, due dates, structured lines across trackers, pull requests and what they
close, idle repositories) is our own guess, marked as such.
"""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

LINKS = (68.1, 20.6, 6.9, 2.4, 0.9, 1.0)
"""Issues with 0, 1, 2, 3, 4, 5 or more links, in percent."""
LINKS_MOST = 40
LINK_TYPES = {
    "Relates": 58.1,
    "Duplicate": 17.0,
    "Cloners": 9.5,
    "Depends": 6.5,
    "Blocks": 4.3,
    "Gantt": 2.5,
    "Includes": 2.2,
}
DEPENDENCY_TYPES = ("Depends", "Blocks", "Gantt")
ACROSS = 0.25
"""Share of links between projects, dependency types apart."""
DEPENDENCIES_ACROSS = 0.33
COMMENTS = (0.93, 0.97)
"""Of the lognormal whose whole part is the number of comments: median 2, p90 8, mean 3.6."""
COMMENTS_MOST = 224
BODY = (7.15, 0.5)
"""Of the lognormal of a body's characters: two in three between 0.8 and 2.1 KB."""
BODY_MOST = 32_000
DATED_VERSION = 0.48
DATED_MILESTONE = 0.044
LATE = 0.226
MENTIONS = 5550 / 29057
"""An issue, in texts."""
MENTIONS_BESIDE_LINK = 0.49
WORDED = 47 / 29057
"""Share of issues with dependency wording before a key."""
PROJECT_SIZE = 1474
PROJECTS_MOST = 37

DUE = 0.12
"""Guessed, as all below: share of issues with a due date."""
STRUCTURED = 0.003
"""Share of issues with a ``Depends on:`` line to the other tracker."""
EPICS, IN_EPIC, SUBTASKS = 0.04, 0.4, 0.08
IN_SPRINT = 0.35
DONE = 0.7
PULLS = 0.3
"""Share of pull requests among a repository's issues."""
CLOSING = 0.5
"""Share of pull requests that close an issue."""
PARENTS = 0.08
"""Share of GitHub issues with a parent."""
IDLE = 0.1
"""Share of repositories in which nothing ever happened."""


class Dice(random.Random):
    """Seeded chance in the shapes above."""

    def chance(self, share: float) -> bool:
        return self.random() < share

    def links(self) -> int:
        """Links of one issue, counted at both ends."""
        number: int = self.choices(range(len(LINKS)), LINKS)[0]
        return number if number < len(LINKS) - 1 else min(LINKS_MOST, int(number * self.paretovariate(1.8)))

    def link_type(self) -> str:
        return self.choices([*LINK_TYPES], [*LINK_TYPES.values()])[0]

    def comments(self) -> int:
        return min(COMMENTS_MOST, int(self.lognormvariate(*COMMENTS)))

    def body_size(self) -> int:
        """Characters; one in a hundred is somebody's pasted log."""
        size = self.lognormvariate(*BODY) * (self.paretovariate(1.1) if self.chance(0.01) else 1)
        return min(BODY_MOST, int(size))

    def days_late(self) -> int:
        """Median 20 days."""
        return 1 + int(self.lognormvariate(3.0, 0.8))

    def some(self, among: Sequence[T], most: int) -> list[T]:
        """Up to ``most`` of them, fewer more often."""
        return self.sample(among, min(len(among), int(self.triangular(0, most + 1, 0))))


def places(issues: int) -> int:
    """How many projects or repositories share so many issues: as many as in the wild, but never one alone."""
    return max(3, min(PROJECTS_MOST, math.ceil(issues / PROJECT_SIZE * 2)))


def shares(count: int) -> list[float]:
    """Sizes of so many projects to one another, by Zipf: the first is ``count`` times the last."""
    return [1 / rank for rank in range(1, count + 1)]
