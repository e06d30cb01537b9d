"""Links and mentions, read by the policy and merged: one edge however often it is recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from model.facts import Facts, IssueFact, Link, LinkType, Mention, RemoteLink
from model.link_types import default_meaning
from model.policy import OPPOSITE, Meaning, Policy
from model.resolve import Resolver
from model.snapshot import STRENGTHS, Evidence, Strength

Pair = tuple[str, str]
"""(consumer uid, provider uid)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One piece of evidence, with the fact it was read from."""

    pair: Pair
    evidence: Evidence
    link: str = ""
    """The native link's id: seen from both ends it is one piece."""
    mention: Mention | None = None


@dataclass(slots=True)
class Gathered:
    """What all links and texts together say."""

    edges: dict[Pair, list[Witness]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    hints: list[Witness] = field(default_factory=list)

    def add(self, witness: Witness) -> None:
        self.edges.setdefault(witness.pair, []).append(witness)


class Gatherer:
    """Reads every issue's links and mentions once."""

    def __init__(self, facts: Facts, policy: Policy, resolver: Resolver, audiences: Mapping[str, str]) -> None:
        self._facts, self._policy, self._resolver, self._audiences = facts, policy, resolver, audiences
        self._types = {(t.tracker, t.id): t for t in facts.link_types}
        self._configured = {(m.tracker, m.type.casefold()): m.outward for m in policy.link_meanings}
        self._retracted = self._removals()
        self._members = [member for team in policy.teams.values() for member in team.members]
        self._meanings: dict[tuple[str, str, str, str, bool], Meaning] = {}

    def _removals(self) -> dict[frozenset[str], datetime]:
        """When a link that meant waiting was last taken away between two issues."""
        newest: dict[frozenset[str], datetime] = {}
        for removal in self._facts.retractions:
            tracker = removal.one.partition(":")[0]
            known = self._types.get((tracker, removal.type_id))
            if known is None or default_or(self._configured, known) in ("provides", "depends"):
                pair = frozenset((removal.one, removal.other))
                newest[pair] = max(newest.get(pair, removal.at), removal.at)
        return newest

    def gather(self) -> Gathered:
        gathered = Gathered()
        for uid, fact in self._facts.issues.items():
            self._native(gathered, uid, fact)
        for uid, fact in self._facts.issues.items():
            for witness in self._mentions(uid, fact):
                self._text(gathered, witness)
        for hint in gathered.hints:
            if hint.pair in gathered.edges:
                gathered.add(hint)
        return gathered

    def _native(self, gathered: Gathered, uid: str, fact: IssueFact) -> None:
        if fact.parent is not None:
            gathered.parents[uid] = self._resolver.pointer(fact.parent)
        for link in fact.links:
            self._link(gathered, uid, fact, link)
        for remote in fact.remote_links:
            self._remote(gathered, uid, fact, remote)

    def meaning(self, tracker: str, link: Link) -> Meaning:
        """What the link makes the issue that holds it, to the other."""
        cached = (tracker, link.type_id, link.type_name, link.phrase, link.forward)
        if cached not in self._meanings:
            self._meanings[cached] = self._read_meaning(tracker, link)
        return self._meanings[cached]

    def _read_meaning(self, tracker: str, link: Link) -> Meaning:
        kind = self._types.get((tracker, link.type_id)) or _type_of(tracker, link)
        outward = default_or(self._configured, kind)
        return outward if link.forward else OPPOSITE[outward]

    def _link(self, gathered: Gathered, uid: str, fact: IssueFact, link: Link) -> None:
        other = self._resolver.pointer(link.other)
        if other == uid:
            return
        evidence = Evidence(
            strength="declared", kind="link", at=uid, phrase=link.phrase, place="links", audience=self._audiences[uid]
        )
        match self.meaning(fact.tracker, link):
            case "depends":
                gathered.add(Witness(pair=(uid, other), evidence=evidence, link=link.native_id))
            case "provides":
                gathered.add(Witness(pair=(other, uid), evidence=evidence, link=link.native_id))
            case "child":
                gathered.parents.setdefault(uid, other)
            case "parent":
                gathered.parents.setdefault(other, uid)
            case _:
                pass

    def _remote(self, gathered: Gathered, uid: str, fact: IssueFact, link: RemoteLink) -> None:
        """A link to a page of a tracker of ours. What it calls itself may say who waits; if not, it is a hint."""
        ref = self._resolver.remote(link)
        other = self._resolver.uid(ref) if ref is not None else uid
        if other == uid:
            return
        meaning = default_meaning(
            LinkType(tracker=fact.tracker, id="remote", name="remote link", outward=link.relationship, inward="")
        )
        evidence = Evidence(
            strength="declared" if meaning in ("depends", "provides") else "hinted",
            kind="link",
            at=uid,
            phrase=link.relationship,
            place="remote links",
            audience=self._audiences[uid],
        )
        pair = (other, uid) if meaning == "provides" else (uid, other)
        witness = Witness(pair=pair, evidence=evidence, link=f"remote:{link.native_id}")
        if evidence.strength == "declared":
            gathered.add(witness)
        elif meaning == "child":
            gathered.parents.setdefault(uid, other)
        elif meaning != "ignore":
            gathered.hints.append(witness)

    def _mentions(self, uid: str, fact: IssueFact) -> Iterator[Witness]:
        for mention in fact.mentions:
            ref = self._resolver.mention(mention, fact.ref)
            other = self._resolver.uid(ref) if ref is not None else uid
            if other == uid or self._void(uid, other, mention):
                continue
            pair = (other, uid) if mention.lean == "provides" else (uid, other)
            yield Witness(pair=pair, evidence=self._evidence(uid, fact, other, mention), mention=mention)

    def _evidence(self, uid: str, fact: IssueFact, other: str, mention: Mention) -> Evidence:
        where = mention.place if mention.restricted else ""
        return Evidence(
            strength=self._strength(fact, other, mention),
            kind="text",
            at=uid,
            phrase=mention.excerpt,
            place=mention.place,
            author=mention.author.name or mention.author.id if mention.author else "",
            written=mention.written,
            audience=f"only {uid} {where}" if where else self._audiences[uid],
        )

    def _strength(self, fact: IssueFact, other: str, mention: Mention) -> Strength:
        if mention.lean is None or not self._counts(fact, mention):
            return "hinted"
        if not mention.structured:
            return "stated"
        target = self._facts.issues.get(other)
        same_tracker = target is not None and target.tracker == fact.tracker
        linkable = same_tracker and target is not None and "pull_request" not in (fact.kind, target.kind)
        return "stated" if linkable else "declared"

    def _counts(self, fact: IssueFact, mention: Mention) -> bool:
        """Whether the author belongs, so that the words may make a dependency and not only hint at one.

        Where the tracker does not say (Jira), members of any team belong; while no team lists
        members, everybody who may write in a tracker that is not public does.
        """
        author = mention.author
        if author is not None and author.bot:
            return False
        if mention.belongs is not None and (mention.belongs or not self._members):
            return mention.belongs
        if self._members:
            kind = self._policy.trackers[fact.tracker].kind if fact.tracker in self._policy.trackers else ""
            return author is not None and any(m.is_person(kind, author.id) for m in self._members)
        return (
            self._policy.trackers[fact.tracker].audience != "public" if fact.tracker in self._policy.trackers else False
        )

    def _void(self, uid: str, other: str, mention: Mention) -> bool:
        """Words older than the removal of the native link they went with no longer say anything."""
        removed = self._retracted.get(frozenset((uid, other)))
        return removed is not None and (mention.written or datetime.min.replace(tzinfo=UTC)) < removed

    def _text(self, gathered: Gathered, witness: Witness) -> None:
        if witness.evidence.strength == "hinted":
            gathered.hints.append(witness)
            return
        backwards = gathered.edges.get((witness.pair[1], witness.pair[0]), ())
        if not any(w.evidence.kind == "link" for w in backwards):
            gathered.add(witness)


def default_or(configured: Mapping[tuple[str, str], Meaning], kind: LinkType) -> Meaning:
    """What the config says the type means, by id or name, else what its phrases say."""
    by_hand = (configured.get((kind.tracker, name.casefold())) for name in (kind.id, kind.name))
    return next((meaning for meaning in by_hand if meaning), None) or default_meaning(kind)


def merge(witnesses: list[Witness]) -> tuple[Evidence, ...]:
    """Strongest first, a link once although both its ends show it."""
    once: dict[tuple[str, ...], Evidence] = {}
    for witness in sorted(witnesses, key=lambda w: (w.evidence.at != w.pair[0], w.evidence.at)):
        evidence = witness.evidence
        same = (witness.link,) if witness.link else (evidence.at, evidence.place, evidence.strength, evidence.phrase)
        once.setdefault(same, evidence)
    return tuple(sorted(once.values(), key=_rank))


def _rank(evidence: Evidence) -> tuple[int, bool, str, str, str]:
    return (
        -STRENGTHS.index(evidence.strength),
        evidence.kind == "text",
        evidence.at,
        evidence.place,
        evidence.phrase,
    )


def _type_of(tracker: str, link: Link) -> LinkType:
    """A type that its site's list no longer has (or that came with a link alone): known by one phrase."""
    side: Literal["outward", "inward"] = "outward" if link.forward else "inward"
    return LinkType(
        tracker=tracker,
        id=link.type_id,
        name=link.type_name,
        outward=link.phrase if side == "outward" else "",
        inward=link.phrase if side == "inward" else "",
    )
