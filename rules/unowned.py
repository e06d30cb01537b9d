"""unowned: a team waits for an issue that no team and no party is named for."""

from collections.abc import Iterable

from pydantic import Field

from model.document import Code, Line
from model.snapshot import Dependency, Snapshot
from rules.base import Finding, Mode, RuleSettings, Severity
from rules.edges import EdgeRule, said
from rules.examples import Example, depends, issue, link, text
from rules.wording import between, dated, line, words

_NOBODY = ", and no team or party is named for it"
_NOBODY_HERE = ". No team or party is named for this issue."
_OWNS = Code("owns")
_AGREE = line("Agree on whose it is, and let the admin add it to that team’s ", _OWNS, ".")
_AGREE_HERE = line("Agree on whose this issue is, and let the admin add it to that team’s ", _OWNS, ".")


class UnownedSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")


class Unowned(EdgeRule[UnownedSettings]):
    """What it finds: an issue that a team waits for and that belongs to no team and no party by the config, although we
    read it in full. It is worse when there is a day by which it is needed or promised. Where the team that waits is not
    known either, nothing is found; `crosstie check` lists all issues without an owner.

    Why it matters: a question about it reaches nobody, and a date on it is nobody's word. It is often simply work that
    lies between two teams, each of which takes it for the other's.

    How to clear it: move or label the issue so that a team's patterns take it in, or let the admin add it to the `owns`
    of a team or a party. Where the patterns of two teams tie, a more specific one decides.
    """

    id = "unowned"
    levels = ("no team and no party is named for it", "and there is a day by which it is needed or promised")
    settings = UnownedSettings

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        """The open ones whose provider has no owner: few, once the teams are named."""
        return (d for d in snapshot.open if not (d.provider.team or d.provider.party))

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: UnownedSettings) -> Finding | None:
        consumer, provider = dependency.consumer, dependency.provider
        if not consumer.team or provider.end != "read":
            return None
        return self.finding(
            dependency,
            level=2 if dependency.needed or dependency.promised else 1,
            message=_message(dependency),
            to_consumer=(_to_consumer(dependency), _AGREE),
            to_provider=(_to_provider(dependency), _AGREE_HERE),
            about={"needed": said(dependency.needed), "promised": said(dependency.promised)},
        )


def _message(dependency: Dependency) -> Line:
    consumer, provider, promised = dependency.consumer, dependency.provider, dependency.promised
    if dependency.needed:
        return between(consumer, " needs ", provider, " by ", *dated(dependency.needed), _NOBODY)
    promise = (", which is promised for ", *dated(promised)) if promised else ()
    return between(consumer, " waits for ", provider, *promise, _NOBODY)


def _to_consumer(dependency: Dependency) -> Line:
    here, needed, promised = dependency.consumer.uid, dependency.needed, dependency.promised
    if needed:
        return line("No team or party is named for it, and this issue needs it by ", *dated(needed, here), ".")
    if promised:
        return line("No team or party is named for it, and it is promised for ", *dated(promised), ".")
    return words("No team or party is named for it.")


def _to_provider(dependency: Dependency) -> Line:
    needed, promised = dependency.needed, dependency.promised
    if needed:
        return line("It needs this issue by ", *dated(needed, dependency.provider.uid), _NOBODY_HERE)
    if promised:
        return line("It waits for this issue, which is promised for ", *dated(promised), _NOBODY_HERE)
    return words("It waits for this issue, for which no team or party is named.")


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_OLD = issue("OLD-2", "", "started", title="Move the archive")

Unowned.examples = (
    Example(
        name="Nobody is named for it",
        edges=(depends(_PAY, _OLD),),
        finds={("PAY-1", "OLD-2"): 1},
        because="payments waits, and there is no team to ask",
    ),
    Example(
        name="And it is needed by a day",
        edges=(depends(_PAY, _OLD, needed="2026-12-18 text"),),
        finds={("PAY-1", "OLD-2"): 2},
        because="a day was asked for, and nobody is there to agree to it",
    ),
    Example(
        name="And a sprint promises it",
        edges=(depends(_PAY, _OLD, promised="2026-12-18 sprint Aurora 12"),),
        finds={("PAY-1", "OLD-2"): 2},
        because="the promise is there, but nobody whose word it is",
    ),
    Example(
        name="The day is today",
        edges=(depends(_PAY, _OLD, needed="2026-12-02 text"),),
        finds={("PAY-1", "OLD-2"): 2},
        because="a day is a day, whether it lies ahead or not; that it passes is another matter",
    ),
    Example(
        name="Assigned to somebody",
        edges=(depends(_PAY, issue("OLD-2", assigned=True)),),
        finds={("PAY-1", "OLD-2"): 1},
        because="a person works on it, yet which team answers for it is not known",
    ),
    Example(
        name="Linked and said",
        edges=(depends(_PAY, _OLD, link(_OLD, "blocks"), text(_PAY, "blocked by OLD-2")),),
        finds={("PAY-1", "OLD-2"): 1},
        because="it is one dependency, however often it is recorded",
    ),
    Example(
        name="A team is named",
        edges=(depends(_PAY, issue("PLAT-7", "platform")),),
        because="platform can be asked",
    ),
    Example(
        name="A vendor's",
        edges=(depends(_PAY, issue("VEND-1", party="CloudMail")),),
        because="a party answers for it",
    ),
    Example(
        name="The team that waits is not known either",
        edges=(depends(issue("OLD-1"), _OLD),),
        because="no team that the config knows is concerned; `crosstie check` lists both issues",
    ),
    Example(
        name="Only embedded in a link",
        edges=(depends(_PAY, issue("OPS-9", "", "open", end="stub")),),
        because="its label or component may name a team, and a link does not show them",
    ),
    Example(
        name="Its project could not be read in full",
        edges=(depends(_PAY, issue("OLD-2", complete=False)),),
        because="what was not read may name a team",
    ),
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, issue("OLD-3", "", "dropped")),),
        because="there is nothing left for anybody to take on",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_OLD, _OLD),),
        because="nobody waits",
    ),
)
