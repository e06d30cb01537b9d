"""undeclared: a text says that one team waits for another, and no link records it."""

from typing import Literal

from pydantic import Field

from model.document import Code, Line
from model.policy import PUBLIC
from model.snapshot import STRENGTHS, Dependency, Evidence, Issue, Snapshot
from rules.base import Finding, RuleSettings
from rules.edges import EdgeRule, at_least, both_read, unowned
from rules.examples import Example, depends, issue, link, text
from rules.wording import between, key, line, owner, quoted

_PLACES = {"title": "title", "body": "description", "branch": "branch name"}


class UndeclaredSettings(RuleSettings):
    strength: Literal["hinted", "stated"] = Field(
        default="stated",
        description="The weakest evidence that is judged. stated: a sentence says who waits for whom."
        " hinted: anything that made a dependency.",
    )


class Undeclared(EdgeRule[UndeclaredSettings]):
    """What it finds: a dependency between two teams that a sentence speaks of ("blocked by PLAT-7") and that no link
    records. Only sentences of people who belong to the teams count, never a bare mention, and only issues that we
    read in full at both ends.

    Why it matters: what stands in a sentence is on nobody's board. The team that is waited for may not know, no date is
    asked of it, and the sentence is forgotten by the time it would matter.

    How to clear it: link the two issues as "is blocked by"; where the trackers cannot link them, write a line
    `Depends on: KEY` into the description of the issue that waits. If it does not wait, reword the sentence ("no
    longer depends on").
    """

    id = "undeclared"
    levels = ("a text speaks of it, no link records it",)
    settings = UndeclaredSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: UndeclaredSettings) -> Finding | None:
        if dependency.reach != "cross_team" or not both_read(dependency):
            return None
        if dependency.strength == "declared" or not at_least(dependency.strength, settings.strength):
            return None
        consumer, provider = dependency.consumer, dependency.provider
        proof = _clearest(dependency)
        said = (" says ", *_sentence(proof), ", and no link records it.")
        return self.finding(
            dependency,
            level=1,
            message=between(
                *(consumer, " waits for ", provider),
                *(", as ", *_where(proof, dependency), " says, and no link records it: ", *_sentence(proof)),
            ),
            to_consumer=(
                line(_here(proof, consumer), *said),
                line("If this issue waits, ", *_how(dependency), "; if not, reword the sentence."),
            ),
            to_provider=(
                line(_here(proof, provider), *said),
                line("Ask ", owner(consumer), " whether it waits; if so, ", *_how(dependency), "."),
            ),
            about={"said": proof.phrase, "said at": f"{proof.at}, {proof.place}"},
            audiences=(proof.audience,),
        )

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        return unowned(dependency)


def _clearest(dependency: Dependency) -> Evidence:
    """The strongest sentence; of several one that the issues' readers may read, and that they meet first."""
    order = ("title", "body", "branch")
    shown = (PUBLIC, dependency.consumer.audience, dependency.provider.audience)

    def rank(evidence: Evidence) -> tuple[int, bool, int, str, str, str]:
        place = order.index(evidence.place) if evidence.place in order else len(order)
        strength = STRENGTHS.index(evidence.strength)
        hidden = evidence.audience not in shown
        return (-strength, hidden, place, evidence.at, evidence.place, evidence.phrase)

    return min(dependency.evidence, key=rank)


def _where(evidence: Evidence, dependency: Dependency) -> Line:
    holder = dependency.consumer if evidence.at == dependency.consumer.uid else dependency.provider
    place = _PLACES.get(evidence.place)
    return line(f"the {place} of " if place else "a comment on ", key(holder))


def _here(evidence: Evidence, reader: Issue) -> str:
    """The same for a reader of the issue ``reader``, as the start of a sentence."""
    holder, place = "this issue" if evidence.at == reader.uid else "it", _PLACES.get(evidence.place)
    if place is None:
        return f"A comment on {holder}"
    return f"Its {place}" if holder == "it" else f"The {place} of this issue"


def _sentence(evidence: Evidence) -> Line:
    return quoted(evidence.phrase.strip().rstrip("."))


def _how(dependency: Dependency) -> Line:
    """The way to declare it that the two trackers offer."""
    ends = (dependency.consumer, dependency.provider)
    if ends[0].ref.tracker == ends[1].ref.tracker and "pull_request" not in (ends[0].kind, ends[1].kind):
        return line("link the two as “is blocked by”")
    return line("write ", Code(f"Depends on: {dependency.provider.ref.key}"), " into its description")


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_WEB = issue("acme/web#3", "web", title="Show the balance")
_SAYS = text(_PAY, "We are blocked by PLAT-7.", "body")

Undeclared.examples = (
    Example(
        name="A sentence in the description",
        edges=(depends(_PAY, _PLAT, _SAYS),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="the description says so and no link does",
    ),
    Example(
        name="Across trackers, said on the provider's side",
        edges=(depends(_WEB, _PLAT, text(_PLAT, "This blocks acme/web#3.", "comment:10021")),),
        finds={("acme/web#3", "PLAT-7"): 1},
        because="a comment says so; trackers do not link to each other, so a line in the description is the way",
    ),
    Example(
        name="Said twice",
        edges=(depends(_PAY, _PLAT, text(_PAY, "Still waiting for PLAT-7.", "comment:4"), _SAYS),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="it is one dependency however often it is said; the description is what a reader meets first",
    ),
    Example(
        name="Said and linked",
        edges=(depends(_PAY, _PLAT, _SAYS, link(_PLAT, "blocks")),),
        because="the link records it, on whichever end it was read",
    ),
    Example(
        name="Inside one team",
        edges=(depends(_PAY, issue("PAY-2", "payments"), text(_PAY, "needs PAY-2")),),
        because="how a team notes its own order is its own business",
    ),
    Example(
        name="Not known whose issue it is",
        edges=(depends(_PAY, issue("OLD-2"), text(_PAY, "needs OLD-2")),),
        because="whether two teams meet here cannot be told",
    ),
    Example(
        name="The consumer is done",
        edges=(depends(issue("PAY-3", "payments", "done"), _PLAT, text(_PAY, "was blocked by PLAT-7")),),
        because="nobody waits any more",
    ),
    Example(
        name="The provider was closed as not planned",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "dropped"), text(_PAY, "blocked by PLAT-8")),),
        because="a link to it would record nothing useful",
    ),
    Example(
        name="Only embedded in another link",
        edges=(depends(_PAY, issue("PLAT-9", "platform", end="stub"), text(_PAY, "blocked by PLAT-9")),),
        because="the other end was not read, and the line that declares it may stand there",
    ),
    Example(
        name="The provider's project could not be read in full",
        edges=(depends(_PAY, issue("PLAT-9", "platform", complete=False), text(_PAY, "blocked by PLAT-9")),),
        because="the declaration may stand where we could not look",
    ),
    Example(
        name="An issue that names itself",
        edges=(depends(_PAY, _PAY, text(_PAY, "PAY-1 depends on PAY-1")),),
        because="there is no second team",
    ),
)
