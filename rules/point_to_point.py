"""point-to-point: two teams depend on each other without an agreement that anyone else can see."""

from pydantic import Field

from model.document import Day, Line, Quoted
from model.snapshot import Dependency, Issue, Move, Snapshot, Strength
from rules.base import Finding, RuleSettings
from rules.edges import EdgeRule, at_least, both_read, unowned
from rules.examples import Example, depends, issue, link, text
from rules.wording import between, line, settle, together, words

_RECORD = "and name the agreement on one of the two issues"


class PointToPointSettings(RuleSettings):
    strength: Strength = Field(default="stated", description="The weakest evidence of a dependency that is judged.")


class PointToPoint(EdgeRule[PointToPointSettings]):
    """What it finds: a dependency between two teams that no agreement on record covers: neither a forum that owns the
    work of both, nor a label, link or reference that stands for an agreement, nor a recorded word. It is louder when
    the two teams share no forum at all. While the config names no forum and no agreement, nothing is known about
    agreements and nothing is found.

    Why it matters: a deal that two teams made between themselves is invisible to everyone whose plan hangs on it, and
    is gone when one of the two people who made it is away.

    How to clear it: bring it to the forum that both teams sit in and put both issues under work that the forum owns;
    or write the agreement down where the config looks for it (label, link type, reference) on one of the two issues.
    """

    id = "point-to-point"
    levels = (
        "no agreement covers it, though the teams share a forum",
        "no agreement covers it, and the teams share no forum",
        "no agreement covers it, and its promised day was moved with no forum in between",
    )
    settings = PointToPointSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: PointToPointSettings) -> Finding | None:
        if dependency.reach != "cross_team" or not both_read(dependency):
            return None
        if dependency.coverage.covered is not False or not at_least(dependency.strength, settings.strength):
            return None
        consumer, provider = dependency.consumer, dependency.provider
        alone = "" if dependency.shared_forums else ", and the two teams share no forum"
        moved = _moved_alone(snapshot, dependency)
        verdict = _verdict(alone, moved)
        return self.finding(
            dependency,
            level=3 if moved else 1 if dependency.shared_forums else 2,
            message=between(
                *(consumer, " waits for ", provider),
                f", and no agreement on record covers it{alone.replace(', and', ';')}",
            ),
            to_consumer=(verdict, _step(dependency, provider, consumer)),
            to_provider=(verdict, _step(dependency, consumer, provider)),
            about={
                "agreement": "none on record",
                "moved": f"{moved.before} -> {moved.after} on {moved.at.date()}" if moved else "no",
                "shared forums": ", ".join(dependency.shared_forums) or "none",
            },
            audiences=dependency.coverage.inputs,
        )

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        if dependency.coverage.covered is None:
            return "whether an agreement covers it is not known"
        return unowned(dependency)


def _moved_alone(snapshot: Snapshot, dependency: Dependency) -> Move | None:
    """The last move of the promise, if no forum of both teams has met since and it is about this dependency."""
    if not dependency.moves or dependency.since is None or dependency.moves[-1].at < dependency.since:
        return None
    last = dependency.moves[-1]
    (calendar,) = snapshot.calendars(dependency.provider.team)
    met = [snapshot.forums.get(forum) for forum in dependency.shared_forums]
    # A forum whose cadence is not known may have met; one that met on that very day may have heard of it.
    heard = any(day is None or day >= calendar.today(last.at) for day in met)
    return None if heard else last


def _verdict(alone: str, move: Move | None) -> Line:
    start = f"No agreement on record covers this dependency{alone}."
    if move is None:
        return words(start)
    days = (Day(move.before), " to ", Day(move.after))
    return line(f"{start} The promised day moved from ", *days, ", with no forum in between.")


def _step(dependency: Dependency, other: Issue, reader: Issue) -> Line:
    if not dependency.shared_forums:
        return settle("Agree", other, reader, f"on what is delivered when, {_RECORD}")
    forum = Quoted(min(dependency.shared_forums))
    return line("Bring this to ", forum, ", where both teams sit, or agree ", *together(other, reader), f", {_RECORD}.")


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")

PointToPoint.examples = (
    Example(
        name="No agreement, and no forum that both sit in",
        edges=(depends(_PAY, _PLAT, covered=False),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="nobody but the two teams could know of it",
    ),
    Example(
        name="No agreement, though they share a forum",
        edges=(depends(_PAY, _PLAT, covered=False, forums=("platform-sos",)),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="there is a place where it can be agreed",
    ),
    Example(
        name="A date that moved since the forum met",
        edges=(
            depends(
                _PAY,
                _PLAT,
                covered=False,
                forums=("platform-sos",),
                promised="2026-12-11 due",
                since="2026-11-20",
                moves=("2026-12-02: 2026-12-04 -> 2026-12-11",),
            ),
        ),
        meetings={"platform-sos": "2026-12-01"},
        finds={("PAY-1", "PLAT-7"): 3},
        because="the day moved on Wednesday, and the forum, which met on Tuesday, has not heard of it",
    ),
    Example(
        name="A date that moved on the day of the forum",
        edges=(
            depends(
                _PAY,
                _PLAT,
                covered=False,
                forums=("platform-sos",),
                promised="2026-12-11 due",
                since="2026-11-20",
                moves=("2026-12-01: 2026-12-04 -> 2026-12-11",),
            ),
        ),
        meetings={"platform-sos": "2026-12-01"},
        finds={("PAY-1", "PLAT-7"): 1},
        because="it may have been moved in that very meeting",
    ),
    Example(
        name="A date that moved where no forum is shared",
        edges=(
            depends(
                _PAY,
                _PLAT,
                covered=False,
                promised="2026-12-11 due",
                since="2026-10-01",
                moves=("2026-11-02: 2026-12-04 -> 2026-12-11",),
            ),
        ),
        finds={("PAY-1", "PLAT-7"): 3},
        because="there is no forum that could have heard of it",
    ),
    Example(
        name="A date that moved before anyone waited",
        edges=(
            depends(
                _PAY,
                _PLAT,
                covered=False,
                promised="2026-12-11 due",
                since="2026-11-20",
                moves=("2026-11-02: 2026-12-04 -> 2026-12-11",),
            ),
        ),
        finds={("PAY-1", "PLAT-7"): 2},
        because="that move was not between these two; nor is any before the dependency was first seen",
    ),
    Example(
        name="Covered by the forum",
        edges=(depends(_PAY, _PLAT, covered=True, by="forum platform-sos", forums=("platform-sos",)),),
        because="both issues belong to work that platform-sos owns",
    ),
    Example(
        name="Covered by a reference, without a forum",
        edges=(depends(_PAY, _PLAT, covered=True, by="reference ADR-12"),),
        because="the agreement is on record, wherever it was made",
    ),
    Example(
        name="Nothing is configured that could tell",
        edges=(depends(_PAY, _PLAT),),
        because="without a forum or an agreement in the config, coverage is unknown",
    ),
    Example(
        name="Only said in a text",
        edges=(depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7"), covered=False),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="a deal need not be linked to be a deal; `strength` can ask for more",
    ),
    Example(
        name="Linked and said",
        edges=(depends(_PAY, _PLAT, link(_PLAT, "blocks"), text(_PAY, "blocked by PLAT-7"), covered=False),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="it is one dependency, however often it is recorded",
    ),
    Example(
        name="Inside one team",
        edges=(depends(_PAY, issue("PAY-2", "payments"), covered=False),),
        because="a team agrees with itself",
    ),
    Example(
        name="A vendor",
        edges=(depends(_PAY, issue("VEND-1", party="CloudMail"), covered=False),),
        because="a party outside sits in no forum; contracts are another matter",
    ),
    Example(
        name="The provider is done",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "done"), covered=False),),
        because="there is nothing left to agree",
    ),
    Example(
        name="The provider was closed as not planned",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "dropped"), covered=False),),
        because="there is nothing left to agree",
    ),
    Example(
        name="Only embedded in a link",
        edges=(depends(_PAY, issue("PLAT-9", "platform", end="stub"), covered=False),),
        because="the other end was not read, and its agreement may stand there",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY, covered=False),),
        because="there is no second team",
    ),
)
