"""What a command is about: one case or one dependency of the issue that it stands on. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.text import reference_in_url
from model.audience import may_read
from model.facts import Ref
from model.policy import PUBLIC
from model.snapshot import Snapshot, State
from sync.base import Case
from sync.commands.grammar import Unclear, bare, looks_like_case, looks_like_issue, takes_back
from sync.commands.verbs import Command

Pair = tuple[str, str]
SETTLED: frozenset[State] = frozenset({"delivered", "moot"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    case: str = ""
    edge: Pair | None = None


class Targets:
    """Cases and dependencies, by the issues that they are about."""

    def __init__(self, snapshot: Snapshot, cases: Iterable[Case], uids: Iterable[str]) -> None:
        """``uids``: the issues that commands stand on."""
        self._snapshot = snapshot
        self.cases: dict[str, Case] = {}
        self._cases: dict[str, list[Case]] = defaultdict(list)
        self._edges: dict[str, list[Pair]] = {uid: [] for uid in uids}
        for case in cases:
            self.cases[case.id] = case
            for uid in {*case.subject.members, *(place.uid for place in case.finding.places)} & self._edges.keys():
                self._cases[uid].append(case)
        for pair in (*(d.key for d in snapshot.dependencies), *snapshot.rejected):
            for uid in set(pair) & self._edges.keys():
                self._edges[uid].append(pair)

    def find(self, uid: str, command: Command, words: tuple[str, ...]) -> tuple[Target, tuple[str, ...]]:
        """The target of a command on the issue ``uid``, and the words that are left. Raises Unclear."""
        first = bare(words[0]) if words else ""
        named = self._named(uid, command, first) if _may_name(command, words) else []
        if named:
            return self._only(uid, command, named), words[1:]
        if first and not _free(command) and (looks_like_issue(first) or looks_like_case(first)):
            raise Unclear("Nothing that stands on this issue goes by that name.")
        back = takes_back(words) and command.verb == "reject"
        return self._only(uid, command, self._rejected(uid) if back else self._standing(uid, command)), words

    def edge_of(self, case: Case) -> Pair | None:
        """The dependency that a case is about."""
        pair = (case.finding.consumer, case.finding.provider)
        return pair if pair in self._snapshot.by_key or pair in self._snapshot.rejected else None

    def level(self, target: Target) -> int:
        """Of its case, or the highest of its dependency."""
        if target.case:
            return self.cases[target.case].level
        open_ = (c for uid in target.edge or () for c in self._cases.get(uid, ()) if c.state != "cleared")
        return max((case.level for case in open_ if self.edge_of(case) == target.edge), default=0)

    def _named(self, uid: str, command: Command, word: str) -> list[Target]:
        case = self.cases.get(word.casefold())
        if case is not None and case in self._cases[uid]:
            edge = self.edge_of(case)
            return [Target(case=case.id, edge=edge)] if command.about == "case" or edge is not None else []
        if not looks_like_issue(word):
            return []
        here = self._ref(uid)
        return [Target(edge=pair) for pair in self._edges[uid] if _names(word, self._ref(_other(pair, uid)), here)]

    def _standing(self, uid: str, command: Command) -> list[Target]:
        """What a command may be about that names nothing: the one open case here, or the one dependency."""
        if command.about == "case":
            open_ = [case for case in self._cases[uid] if case.state != "cleared"]
            if len(open_) == 1:
                return [Target(case=open_[0].id, edge=self.edge_of(open_[0]))]
        return [Target(edge=pair) for pair in self._live(uid, command)]

    def _rejected(self, uid: str) -> list[Target]:
        return [Target(edge=pair) for pair in self._edges[uid] if pair in self._snapshot.rejected]

    def _live(self, uid: str, command: Command) -> list[Pair]:
        """Dependencies that are not over; of those, where the verb is one side's, the ones that have it here."""
        known = self._snapshot.by_key
        live = [pair for pair in self._edges[uid] if pair in known and known[pair].state not in SETTLED]
        pairs = live or self._edges[uid]
        side = {"consumer": 0, "provider": 1}.get(command.who)
        ours = [pair for pair in pairs if side is not None and pair[side] == uid]
        return ours or pairs

    def _only(self, uid: str, command: Command, found: list[Target]) -> Target:
        issue = self._snapshot.issues.get(uid)
        if len(found) > 1 and issue is not None and issue.audience == PUBLIC:
            # The answer stands in public, so that there is more may be told of what is public alone.
            found = [target for target in found if self._is_public(target)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise Unclear("crosstie knows of nothing here that this could be about.")
        thing = "case or issue" if command.about == "case" else "issue"
        raise Unclear(f"Several things match. Name the {thing} that is meant: `{command.usage}`.")

    def _is_public(self, target: Target) -> bool:
        if target.case:
            return may_read(PUBLIC, self.cases[target.case].finding.inputs)
        pair = target.edge or ("", "")
        dependency, rejected = self._snapshot.by_key.get(pair), self._snapshot.rejected.get(pair)
        ends = (issue.audience if (issue := self._snapshot.issues.get(uid)) is not None else uid for uid in pair)
        told = may_read(PUBLIC, dependency.inputs) if dependency is not None else not (rejected and rejected.restricted)
        return told and may_read(PUBLIC, ends)

    def _ref(self, uid: str) -> Ref:
        issue = self._snapshot.issues.get(uid)
        tracker, _, key = uid.partition(":")
        return issue.ref if issue is not None else Ref(tracker, key)


def _free(command: Command) -> bool:
    """Whether what follows may begin with the name of something else: a reason, an agreement."""
    return command.takes == "reference" or (command.takes == "reason" and command.about == "case")


def _may_name(command: Command, words: tuple[str, ...]) -> bool:
    """``agree ADR-12`` names the agreement."""
    return len(words) > (1 if command.takes == "reference" else 0)


def _other(pair: Pair, uid: str) -> str:
    return pair[1] if pair[0] == uid else pair[0]


def _names(word: str, ref: Ref, here: Ref) -> bool:
    """Whether a word on an issue called ``here`` is a name of ``ref``. Names are the same in any case."""
    url = reference_in_url(word)
    if url is not None:
        return url.key.casefold() == ref.key.casefold()
    if word.startswith("#"):
        return ref.tracker == here.tracker and f"{here.scope}{word}".casefold() == ref.key.casefold()
    return word.casefold() in (ref.key.casefold(), str(ref).casefold())
