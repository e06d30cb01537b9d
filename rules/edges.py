"""What rules about one edge share: which edges they look at, and how a finding on an edge is put together."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from model.document import Line
from model.policy import PUBLIC
from model.snapshot import STRENGTHS, DateClaim, Dependency, Snapshot, Strength
from rules.base import Finding, Place, Rule, RuleError, S, Subject

Told = tuple[Line, Line]
"""What one end is told: the verdict and the next step, as in ``Place``."""


class EdgeRule(Rule[S]):
    """Judges edges one by one, by default each that is open at both ends as far as is known for certain."""

    subject = "edge"

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        """Those that the rule is about."""
        return snapshot.open

    def judge(self, snapshot: Snapshot, settings: S) -> Iterator[Finding]:
        for dependency in self.edges(snapshot):
            try:
                finding = self.judge_edge(snapshot, dependency, settings)
            except Exception as error:
                raise RuleError(self.id, Subject("edge", dependency.key), repr(error)) from error
            if finding is not None:
                yield finding

    @abstractmethod
    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: S) -> Finding | None:
        """The finding on one of these edges, if there is one."""

    def finding(
        self,
        dependency: Dependency,
        *,
        level: int,
        message: Line,
        to_consumer: Told,
        to_provider: Told,
        about: Mapping[str, str],
        audiences: Collection[str] = (),
    ) -> Finding:
        """A finding on ``dependency``, to be noted on those of its ends that we read.

        ``audiences``: of what the sentences quote or rest on beside the dependency itself.
        """
        consumer, provider = dependency.consumer, dependency.provider
        places: tuple[Place, ...] = ()
        if consumer.end == "read":
            places = (Place(uid=consumer.uid, role="consumer", line=to_consumer[0], step=to_consumer[1]),)
        if provider.end == "read":
            places += (Place(uid=provider.uid, role="provider", line=to_provider[0], step=to_provider[1]),)
        return Finding(
            rule=self.id,
            subject=Subject("edge", dependency.key),
            level=level,
            consumer=consumer.uid,
            provider=provider.uid,
            about=_about(dependency, about),
            message=message,
            places=places,
            inputs=inputs(dependency, *audiences),
        )


def both_read(dependency: Dependency) -> bool:
    """Only then is it certain that neither end holds another word about the edge."""
    return dependency.consumer.end == "read" and dependency.provider.end == "read"


def at_least(strength: Strength, least: Strength) -> bool:
    return strength == least or STRENGTHS.index(strength) >= STRENGTHS.index(least)


def inputs(dependency: Dependency, *more: str) -> frozenset[str]:
    """Audiences of the edge, of its ends and of ``more``, ``public`` left out.

    Not of all its evidence: a link that everybody sees is no secret because a private comment speaks of it too.
    """
    ends = {dependency.consumer.audience, dependency.provider.audience, *more}
    ends.discard(PUBLIC)
    # Mostly the edge has them already, and then no finding needs a set of its own.
    return dependency.inputs if ends <= dependency.inputs else dependency.inputs | ends


def _about(dependency: Dependency, own: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What every edge rule looks at and what a rule looks at itself, which goes before it."""
    consumer, provider = dependency.consumer, dependency.provider
    both = {
        "consumer": str(consumer.ref),
        "consumer end": consumer.end,
        "consumer progress": consumer.progress,
        "consumer team": consumer.team or consumer.party or "none",
        "evidence": dependency.strength,
        "provider": str(provider.ref),
        "provider end": provider.end,
        "provider progress": provider.progress,
        "provider team": provider.team or provider.party or "none",
        "reach": dependency.reach,
    }
    both.update(own)
    return tuple(sorted(both.items()))


def said(claim: DateClaim | None) -> str:
    """A date for ``about``: ``2026-12-01 sprint Aurora 12``."""
    if claim is None:
        return "none"
    grace = f", uncertain by {claim.grace_days} day" if claim.grace_days else ""
    return " ".join((claim.day.isoformat(), claim.source, claim.name)).rstrip() + grace


def claims(dependency: Dependency) -> Iterator[DateClaim]:
    """The strongest first: explicit need, promise, derived need."""
    if dependency.needed and dependency.needed_explicit:
        yield dependency.needed
    if dependency.promised:
        yield dependency.promised
    if dependency.needed and not dependency.needed_explicit:
        yield dependency.needed


def latest(claim: DateClaim) -> date:
    """The last day that the claim may mean, its own uncertainty counted in."""
    return _shifted(claim.day, claim.grace_days) if claim.grace_days else claim.day


def earliest(claim: DateClaim) -> date:
    return _shifted(claim.day, -claim.grace_days) if claim.grace_days else claim.day


def _shifted(day: date, days: int) -> date:
    # Placeholders such as 9999-12-31 have no next day.
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def unowned(dependency: Dependency) -> str:
    """Why a rule about two teams cannot say whether there are two."""
    for issue in (dependency.consumer, dependency.provider):
        if dependency.reach == "unknown" and not (issue.team or issue.party):
            return f"whose issue {issue.ref} is cannot be told from the teams' patterns"
    return ""
