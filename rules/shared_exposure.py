"""shared-exposure: several teams wait directly for one issue, or for one party."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pydantic import Field, model_validator

from model.document import Line, Quoted
from model.snapshot import Dependency, Snapshot, Strength
from rules.base import Finding, Mode, Place, Rule, RuleSettings, Severity, Subject
from rules.edges import inputs
from rules.examples import Example, depends, issue, text
from rules.graph import waits
from rules.known import ended
from rules.wording import counted, line, listed, name

MOST_KEPT = 200
"""Dependencies that a case keeps, to tell later whether it has certainly ended."""
MOST_TOLD = 5
"""Teams that a sentence names; the rest is a count."""
_STEP = line("Agree with all of them together on the order in which they are served.")


class SharedExposureSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    least_teams: int = Field(
        default=3, ge=2, description="Teams that wait directly, at the least; its own does not count."
    )
    level_2_teams: int = Field(default=5, ge=2, description="Teams from which on it is level 2.")

    @model_validator(mode="after")
    def _in_order(self) -> "SharedExposureSettings":
        if self.level_2_teams < self.least_teams:
            raise ValueError("level_2_teams must not be below least_teams")
        return self


class SharedExposure(Rule[SharedExposureSettings]):
    """What it finds: an open issue for which issues of at least `least_teams` teams beside its own wait directly, and a
    party whose open issues, taken together, that many teams wait for. A party is listed only, for it has no ticket of
    its own.

    Why it matters: the teams stand in one queue and do not know of each other. Each asks for its own part and its own
    day, and whoever delivers has to choose between them without having heard them together.

    How to clear it: bring the teams to one table, for an hour or in a forum that they share, and agree on the order in
    which they are served; then deliver, or remove the links of those who need not wait.
    """

    id = "shared-exposure"
    subject = "issue"
    levels = ("at least `least_teams` teams wait for it", "at least `level_2_teams` teams wait for it")
    settings = SharedExposureSettings

    def judge(self, snapshot: Snapshot, settings: SharedExposureSettings) -> Iterator[Finding]:
        graph = waits(snapshot, settings.strength)
        for node in graph.graph.node_indices():
            if graph.graph.in_degree(node) >= settings.least_teams:
                waiting = _foreign(graph.from_consumers(node))
                if len(_teams(waiting)) >= settings.least_teams:
                    yield self._on_issue(waiting, settings)
        of_parties = _foreign([d for d in graph.graph.edges() if d.provider.party])
        for party, group in groupby(sorted(of_parties, key=_party), key=lambda d: d.provider.party):
            waiting = list(group)
            if len(_teams(waiting)) >= settings.least_teams:
                yield self._finding(Subject("party", (party,)), line(Quoted(party)), waiting, settings)

    def unsure(self, snapshot: Snapshot, finding: Finding) -> str:
        """Where too few of those that waited can still be waiting, the rest need not be known."""
        left = [wait for wait in finding.rests_on if not ended(snapshot, wait)]
        enough = len(left) >= int(dict(finding.about).get("setting least_teams", 0))
        return super().unsure(snapshot, finding) if enough else ""

    def _on_issue(self, waiting: Sequence[Dependency], settings: SharedExposureSettings) -> Finding:
        here = waiting[0].provider
        place = Place(uid=here.uid, role="provider", line=_told(waiting), step=_STEP)
        places = (place,) if here.end == "read" else ()
        return self._finding(Subject("issue", (here.uid,)), name(here), waiting, settings, places)

    def _finding(
        self,
        subject: Subject,
        what: Line,
        waiting: Sequence[Dependency],
        settings: SharedExposureSettings,
        places: tuple[Place, ...] = (),
    ) -> Finding:
        teams = _teams(waiting)
        crowd = f"{counted(len(waiting), 'issue')} of {counted(len(teams), 'team')}"
        return Finding(
            rule=self.id,
            subject=subject,
            level=2 if len(teams) >= settings.level_2_teams else 1,
            provider=subject.members[0] if subject.kind == "issue" else "",
            about=(
                ("issues that wait", str(len(waiting))),
                ("setting level_2_teams", str(settings.level_2_teams)),
                ("setting strength", settings.strength),
                ("setting least_teams", str(settings.least_teams)),
                ("teams that wait", ", ".join(teams)),
            ),
            message=line(what, f" is waited for directly by {crowd}: ", _named(teams)),
            places=places,
            inputs=frozenset().union(*(inputs(d) for d in waiting)),
            rests_on=_kept(waiting),
        )


def _foreign(waiting: Sequence[Dependency]) -> list[Dependency]:
    """Those whose consumer a team owns, and not the provider's own."""
    return [d for d in waiting if d.consumer.team and d.consumer.team != d.provider.team]


def _teams(waiting: Sequence[Dependency]) -> list[str]:
    return sorted({d.consumer.team for d in waiting})


def _party(dependency: Dependency) -> tuple[str, tuple[str, str]]:
    return (dependency.provider.party, dependency.key)


def _kept(waiting: Sequence[Dependency]) -> tuple[tuple[str, str], ...]:
    """One of each team, then as many others as a case carries."""
    first = {d.consumer.team: d.key for d in reversed(waiting)}
    others = [d.key for d in waiting if d.key not in first.values()]
    return tuple([*sorted(first.values()), *others][: max(len(first), MOST_KEPT)])


def _named(teams: Sequence[str]) -> Line:
    left = len(teams) - MOST_TOLD
    shown = [Quoted(team) for team in (teams if left <= 1 else teams[:MOST_TOLD])]
    return listed([*shown, f"{left} more"] if left > 1 else shown)


def _told(waiting: Sequence[Dependency]) -> Line:
    teams = _teams(waiting)
    start = f"Issues of {counted(len(teams), 'team')} wait directly for this one: "
    return line(start, *_named(teams), ".")


_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_PAY = issue("PAY-1", "payments")
_WEB = issue("acme/web#3", "web")
_OPS = issue("OPS-4", "ops")
_MAIL = (issue("VEN-1", party="CloudMail"), issue("VEN-2", party="CloudMail"))

SharedExposure.examples = (
    Example(
        name="Three teams, two trackers",
        edges=(depends(_PAY, _PLAT), depends(_WEB, _PLAT), depends(_OPS, _PLAT)),
        finds={("PLAT-7",): 1},
        because="payments, web and ops each wait for it",
    ),
    Example(
        name="Five teams",
        edges=tuple(depends(issue(f"PAY-{n}", f"team {n}"), _PLAT) for n in range(1, 6)),
        finds={("PLAT-7",): 2},
        because="five is level 2",
    ),
    Example(
        name="One party, two of its issues",
        edges=(depends(_PAY, _MAIL[0]), depends(_WEB, _MAIL[0]), depends(_OPS, _MAIL[1])),
        finds={("CloudMail",): 1},
        because="for each issue one or two teams wait, for the party three",
    ),
    Example(
        name="Two teams and its own",
        edges=(depends(_PAY, _PLAT), depends(_WEB, _PLAT), depends(issue("PLAT-8", "platform"), _PLAT)),
        because="a team that waits for itself is not exposed to another",
    ),
    Example(
        name="Three issues of two teams",
        edges=(depends(_PAY, _PLAT), depends(_WEB, _PLAT), depends(issue("PAY-2", "payments"), _PLAT)),
        because="two teams can settle it between them",
    ),
    Example(
        name="The third waits through another",
        edges=(depends(_PAY, _PLAT), depends(_WEB, _PLAT), depends(_OPS, _WEB)),
        because="only those who wait directly stand in its queue; `bottleneck` counts the rest",
    ),
    Example(
        name="The third is done",
        edges=(depends(_PAY, _PLAT), depends(_WEB, _PLAT), depends(issue("OPS-5", "ops", "done"), _PLAT)),
        because="what is done waits no more",
    ),
    Example(
        name="The third has no known owner",
        edges=(depends(_PAY, _PLAT), depends(_WEB, _PLAT), depends(issue("OLD-1"), _PLAT)),
        because="it may belong to one of the two",
    ),
    Example(
        name="Closed as not planned",
        edges=tuple(depends(w, issue("PLAT-9", "platform", "dropped")) for w in (_PAY, _WEB, _OPS)),
        because="nobody is served there any more",
    ),
    Example(
        name="The third only says so, and it waits for itself",
        edges=(
            *(depends(_PAY, _PLAT), depends(_WEB, _PLAT), depends(_PLAT, _PLAT)),
            depends(_OPS, _PLAT, text(_OPS, "blocked by PLAT-7"), text(_PLAT, "blocks OPS-4")),
        ),
        because="said twice is not declared, and `strength` asks for that",
    ),
)
