"""What a run came to, and whether there was anything to judge at all. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

from model.policy import Policy
from sync.apply import Written
from sync.base import Case, CaseEvent, TrackerCounts
from sync.judge import Judgement, count_by_rule
from sync.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    run: str
    trackers: Mapping[str, TrackerCounts]
    cases: tuple[Case, ...]
    """All that stand: open and unknown."""
    dependencies: int
    plan: Plan
    judgement: Judgement | None = None
    """None: nothing that it depends on had changed, so the last one stands."""
    written: Written = field(default_factory=Written)
    observed: frozenset[str] = frozenset()
    """Rules that are only listed."""
    silenced: int = 0
    """Lines that stood when writing began here, and stay unsaid until they worsen."""
    settled: bool = True
    """Nothing is left that another run on the same facts would do."""

    @property
    def judged(self) -> Judgement:
        """What this run concluded itself. Raises LookupError when the last one stands."""
        if self.judgement is None:
            raise LookupError("nothing had changed, so nothing was judged")
        return self.judgement

    @property
    def events(self) -> tuple[CaseEvent, ...]:
        return self.judgement.events if self.judgement else ()

    @property
    def by_rule(self) -> dict[str, int]:
        return count_by_rule(self.cases)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(reason for counts in self.trackers.values() for reason in counts.missing)

    @property
    def complete(self) -> bool:
        return not (self.missing or self.written.failed or self.plan.braked)

    @property
    def at_rest(self) -> bool:
        """Whether the same facts, config and day would lead to nothing at all."""
        return self.settled and not (self.plan.writes or self.plan.suppressed or self.plan.held or self.plan.braked)


def basis(digest: str, generations: Mapping[str, int], policy: Policy, now: datetime) -> str:
    """All that a judgement depends on, as a digest: config, facts, the day for each team, and crosstie itself."""
    days = {name: calendar.today(now).isoformat() for name, calendar in policy.calendars.items()}
    hosts = {name: tracker.host for name, tracker in policy.trackers.items()}
    whole = [version("crosstie"), digest, dict(generations), hosts, days, now.date().isoformat()]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def summary(outcome: Outcome) -> dict[str, Any]:
    """What ``run --json`` prints; stable and documented in docs/cli.md."""
    written, planned = outcome.written, outcome.plan
    return {
        "run": outcome.run,
        "complete": outcome.complete,
        "trackers": {
            name: {
                "requests": counts.requests,
                "issues": counts.issues,
                "changed": counts.changed,
                "links": counts.links,
                "missing": list(counts.missing),
            }
            for name, counts in sorted(outcome.trackers.items())
        },
        "dependencies": outcome.dependencies,
        "findings": outcome.by_rule,
        "writes": {
            "created": written.created,
            "edited": written.edited,
            "cleared": written.cleared,
            "labels": written.labels,
            "unchanged": planned.unchanged,
            "suppressed": planned.suppressed,
            "held": len({held.uid for held in planned.held}),
            "left": written.left,
            "failed": written.failed,
        },
    }
