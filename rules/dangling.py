"""dangling: an issue refers to one that cannot be found."""

from collections.abc import Iterable

from pydantic import Field

from model.policy import PUBLIC
from model.snapshot import STRENGTHS, Dependency, Evidence, Issue, Snapshot
from rules.base import Finding, Mode, RuleSettings, Severity
from rules.edges import EdgeRule, Told
from rules.examples import Example, depends, issue, link, text
from rules.known import settled
from rules.wording import key, line, name, quoted

_PLACES = {"title": "title", "body": "description", "branch": "branch name"}
_HIDDEN = "; if the issue is only hidden, let the admin give crosstie access."
_LINKED = line("Remove the link", _HIDDEN)
_WRITTEN = line("Correct the key or reword the sentence", _HIDDEN)


class DanglingSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")


class Dangling(EdgeRule[DanglingSettings]):
    """What it finds: an open issue that is said to wait for another, or to be waited for by it, while no issue of that
    name can be found in a project or repository that we read to its end: it was mistyped, deleted, or is hidden from
    our account. It is worse when a link or a line `Depends on: KEY` says so than when only a sentence does.

    Why it matters: a mistyped key is a dependency that nobody sees at its other end. One that was deleted is a wait
    that will never be over.

    How to clear it: correct the key, or remove the link or the words. If the issue exists, give the account of crosstie
    read access to it.
    """

    id = "dangling"
    levels = ("a sentence refers to an issue that cannot be found", "a link or a declaring line does")
    settings = DanglingSettings

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        """Those with an end that is gone: hardly any, and of an unknown state, which is quicker to see."""
        unknown = (d for d in snapshot.dependencies if d.state == "unknown")
        return (d for d in unknown if d.provider.end == "gone" or d.consumer.end == "gone")

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: DanglingSettings) -> Finding | None:
        gone, left = _ends(dependency)
        proof = _clearest(dependency, left)
        if proof is None or left.end != "read" or not left.certainly_open:
            return None
        waits, role = ("wait for ", "provider") if gone is dependency.provider else ("be waited for by ", "consumer")
        told = _told(proof)
        return self.finding(
            dependency,
            level=2 if proof.strength == "declared" else 1,
            message=line(*name(left), " is said to ", waits, key(gone), ", and no such issue can be found"),
            to_consumer=told,
            to_provider=told,
            # How far it was when it was last seen is nothing that anybody knows now.
            about={"said": proof.phrase, "said at": f"{proof.at}, {proof.place}", f"{role} progress": "unknown"},
            audiences=(proof.audience,),
        )

    def decided(self, snapshot: Snapshot, finding: Finding) -> bool:
        """When the issue was found after all, when nobody waits any more, and when nothing refers to it any more."""
        consumer, provider = finding.subject.members
        lost, left = (provider, consumer) if dict(finding.about)["provider end"] == "gone" else (consumer, provider)
        found, holder = snapshot.issues.get(lost), snapshot.issues.get(left)
        back = found is not None and found.end == "read" and found.complete
        if back or (holder is not None and settled(holder)):
            return True
        if holder is None or holder.end != "read" or not holder.certainly_open:
            return False
        dependency = snapshot.by_key.get((consumer, provider))
        return dependency is None or _clearest(dependency, holder) is None


def _ends(dependency: Dependency) -> tuple[Issue, Issue]:
    """The end that is gone, and the other."""
    consumer, provider = dependency.consumer, dependency.provider
    return (provider, consumer) if provider.end == "gone" else (consumer, provider)


def _clearest(dependency: Dependency, left: Issue) -> Evidence | None:
    """Of what still stands on the end that is left, for the rest cannot be put right: the strongest, then what readers
    may read."""

    def rank(evidence: Evidence) -> tuple[int, bool, bool, str, str]:
        hidden = evidence.audience not in (PUBLIC, left.audience)
        in_comment = evidence.place not in ("links", *_PLACES)
        return (-STRENGTHS.index(evidence.strength), hidden, in_comment, evidence.place, evidence.phrase)

    standing = (e for e in dependency.evidence if e.at == left.uid and e.strength != "hinted")
    return min(standing, key=rank, default=None)


def _told(proof: Evidence) -> Told:
    words = quoted(proof.phrase.strip().rstrip("."))
    if proof.kind == "link":
        return line("This issue is linked to it as ", *words, ", and no such issue can be found."), _LINKED
    where = f"The {_PLACES[proof.place]} of this issue" if proof.place in _PLACES else "A comment on this issue"
    return line(where, " says ", *words, ", and no such issue can be found."), _WRITTEN


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_LOST = issue("PLAT-99", "platform", "unknown", end="gone")
_LOST_PAY = issue("PAY-404", "payments", "unknown", end="gone")

Dangling.examples = (
    Example(
        name="A key with a slip in it",
        edges=(depends(_PAY, _LOST, text(_PAY, "Blocked by PLAT-99.")),),
        finds={("PAY-1", "PLAT-99"): 1},
        because="all of PLAT was read, and there is no PLAT-99 in it",
    ),
    Example(
        name="A link that is still there",
        edges=(depends(_PAY, issue("acme/api#404", "", "unknown", end="gone"), link(_PAY)),),
        finds={("PAY-1", "acme/api#404"): 2},
        because="what was deleted will never be delivered",
    ),
    Example(
        name="A declaring line in a pull request",
        edges=(
            depends(
                issue("acme/web#3", "web", kind="pull_request"),
                _LOST,
                text(issue("acme/web#3"), "Depends on: PLAT-99", strength="declared"),
            ),
        ),
        finds={("acme/web#3", "PLAT-99"): 2},
        because="it was written as a declaration, and declares nothing",
    ),
    Example(
        name="The one that waits cannot be found",
        edges=(depends(_LOST_PAY, _PLAT, text(_PLAT, "unblocks PAY-404", "comment:7")),),
        finds={("PAY-404", "PLAT-7"): 1},
        because="platform may be at work for nobody",
    ),
    Example(
        name="Said in the title, in the body and by a link",
        edges=(
            depends(_PAY, _LOST, text(_PAY, "waits for PLAT-99", "title"), text(_PAY, "needs PLAT-99"), link(_PAY)),
        ),
        finds={("PAY-1", "PLAT-99"): 2},
        because="it is one dependency, however often it is recorded, and the link is its strongest word",
    ),
    Example(
        name="Only the one that is gone ever said so",
        edges=(depends(_LOST_PAY, _PLAT, text(_LOST_PAY, "needs PLAT-7")),),
        because="nothing on the issue that is left refers to it, so nothing there can be put right",
    ),
    Example(
        name="The issue that waits is done",
        edges=(depends(issue("PAY-2", "payments", "done"), _LOST, text(issue("PAY-2"), "needed PLAT-99")),),
        because="it went without",
    ),
    Example(
        name="The issue that waits was closed as not planned",
        edges=(depends(issue("PAY-3", "payments", "dropped"), _LOST, text(issue("PAY-3"), "needs PLAT-99")),),
        because="nobody waits any more",
    ),
    Example(
        name="The issue that waits could not be read in full",
        edges=(depends(issue("PAY-1", "payments", complete=False), _LOST, text(_PAY, "needs PLAT-99")),),
        because="the sentence may have been reworded by now",
    ),
    Example(
        name="The other end cannot be read",
        edges=(depends(_PAY, issue("SEC-4", "security", "unknown", end="unreadable"), link(_PAY)),),
        because="that it exists is certain, or may be; what cannot be read is not taken for gone",
    ),
    Example(
        name="The other end is outside of what is pulled",
        edges=(depends(_PAY, issue("OPS-9", "", "unknown", end="stub"), text(_PAY, "needs OPS-9")),),
        because="we did not look there",
    ),
    Example(
        name="Both are gone",
        edges=(depends(_LOST_PAY, _LOST),),
        because="nobody is left to be told",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_LOST, _LOST),),
        because="it is gone, and so is its reference",
    ),
)
