"""Facts under a policy at a moment: the snapshot that rules judge.

Pure: the same facts, policy and moment give the same snapshot, in whatever order the facts
were read. What could not be read is in the snapshot as such; it is never taken for absence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from model.activity import active_in, is_planned, last_active, was_reopened
from model.audience import audience_of_issue, audience_of_scope
from model.calendar import Calendar
from model.coverage import Agreed
from model.dates import current_sprint, derived_need, explicit_need, promised
from model.evidence import Gatherer, Pair, Witness, merge
from model.facts import Facts, IssueFact, Phase, Pointer, Ref, Scope
from model.fresh import with_fresh_plans
from model.ledger import moves
from model.meetings import last_meetings
from model.ownership import Ownership, in_force
from model.policy import PUBLIC, Policy
from model.resolve import Resolver
from model.said import COMMAND, Spoken, Words
from model.snapshot import DateClaim, Dependency, End, Evidence, Issue, Missing, Move, Progress, Reach, Snapshot, State


def interpret(facts: Facts, policy: Policy, now: datetime) -> Snapshot:
    """What is known at ``now`` (aware). Hints alone make no dependency."""
    # Sorted, for of two links that name different parents, or pointers to one stub, the first counts.
    known = dict(sorted(with_fresh_plans(facts).items()))
    facts, policy = replace(facts, issues=known), in_force(policy, now)
    issues = _Issues(facts, policy)
    gathered = Gatherer(facts, policy, issues.resolver, issues.audiences).gather()
    spoken = Spoken(facts, issues.audiences)
    rejected = spoken.take_away(gathered, facts)
    issues.add_ends(gathered.edges, gathered.parents)
    agreed = Agreed(facts, policy, issues.ownership, gathered.parents, issues.audiences)
    for uid, issue in issues.all.items():
        owning = agreed.owning_forums(uid) if policy.forums else ()
        if owning or uid in gathered.parents:
            issues.all[uid] = replace(issue, parent=gathered.parents.get(uid, ""), forum=owning[0] if owning else "")
    edges = _Edges(facts, policy, issues, agreed, spoken)
    dependencies = tuple(edges.edge(pair, gathered.edges[pair]) for pair in sorted(gathered.edges))
    return Snapshot(
        now=now,
        issues=issues.all,
        dependencies=dependencies,
        missing=tuple(
            Missing(tracker=s.tracker, scope=s.key, reason=s.missing)
            for s in sorted(facts.scopes, key=str)
            if s.missing
        ),
        unreadable=_unreadable(dependencies),
        children=_children(gathered.parents),
        forums=last_meetings(policy.forums, now.date()),
        teams={team.name: calendar_of(policy, team.name) for team in policy.teams.values()},
        rejected=rejected,
        generations=facts.generations,
    )


def _children(parents: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for child, parent in sorted(parents.items()):
        found.setdefault(parent, []).append(child)
    return {parent: tuple(children) for parent, children in found.items()}


def calendar_of(policy: Policy, team: str) -> Calendar:
    """The team's calendar; Monday to Friday in UTC without holidays where none is configured."""
    name = policy.teams[team].calendar if team in policy.teams else ""
    return policy.calendars.get(name) or Calendar()


class _Issues:
    """Every end, read or not."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self._facts, self._policy = facts, policy
        self._dropped = frozenset(name.casefold() for name in policy.dropped)
        self._scopes = {(scope.tracker, scope.key): scope for scope in facts.scopes}
        self._pointers: dict[str, Pointer] = {}
        self.resolver = Resolver(facts, policy)
        self.ownership = Ownership(policy, facts.components)
        self.audiences = {uid: self._audience(uid, fact) for uid, fact in facts.issues.items()}
        self.all: dict[str, Issue] = {uid: self._read(uid, fact) for uid, fact in facts.issues.items()}

    def add_ends(self, edges: Mapping[Pair, object], parents: Mapping[str, str]) -> None:
        """Ends of edges that were not pulled, with as much as a link embeds of them."""
        wanted = {uid for pair in edges for uid in pair} - self.all.keys()
        for fact in self._facts.issues.values():
            for pointer in (link.other for link in fact.links):
                uid = self.resolver.pointer(pointer)
                if uid in wanted:
                    self._pointers.setdefault(uid, pointer)
        for uid in sorted(wanted):
            self.all[uid] = self._stub(uid)

    def _audience(self, uid: str, fact: IssueFact) -> str:
        return audience_of_issue(uid, fact, self._scope_audience(fact.ref))

    def _scope_audience(self, ref: Ref) -> str:
        scope = self._scopes.get((ref.tracker, ref.scope)) or Scope(tracker=ref.tracker, key=ref.scope)
        return audience_of_scope(self._policy, scope)

    def _read(self, uid: str, fact: IssueFact) -> Issue:
        owner = self.ownership.owner(fact.ref, fact)
        scope = self._scopes.get((fact.tracker, fact.ref.scope))
        return Issue(
            uid=uid,
            ref=fact.ref,
            end=self._facts.absent.get(uid, "read"),
            kind=fact.kind,
            title=fact.title,
            url=fact.url,
            status=fact.status,
            progress=self._progress(fact.phase, fact.resolution),
            team=owner.team,
            party=owner.party,
            assigned=bool(fact.assignees),
            audience=self.audiences[uid],
            due=fact.due,
            sprint=sprint.name if (sprint := current_sprint(fact.sprints)) else "",
            planned=is_planned(fact),
            created=fact.created,
            resolved=fact.resolved,
            active=last_active(fact),
            active_in=f"only {uid} {where}" if _restricts(fact) and (where := active_in(fact)) else "",
            reopened=was_reopened(fact),
            labels=fact.labels,
            components=fact.components,
            type_name=fact.type_name,
            complete=not fact.partial and (scope is None or not scope.missing),
        )

    def _stub(self, uid: str) -> Issue:
        pointer = self._pointers.get(uid)
        ref = Ref(pointer.tracker, pointer.key) if pointer else _ref_of(uid)
        owner, end = self.ownership.owner(ref, None), self._stub_end(ref, pointer)
        return Issue(
            uid=uid,
            ref=ref,
            end=end,
            title=pointer.title if pointer else "",
            url=pointer.url if pointer else "",
            status=pointer.status if pointer else "",
            progress=self._progress(pointer.phase, pointer.resolution) if pointer else "unknown",
            team=owner.team,
            party=owner.party,
            # What our account is refused is refused to others, too: its readers are fewer than its scope's.
            audience=f"only {uid}" if end == "unreadable" else self._scope_audience(ref),
            complete=False,
        )

    def _stub_end(self, ref: Ref, pointer: Pointer | None) -> End:
        """Outside what is configured: a stub. Inside: hidden when a link shows it, else nothing is there."""
        scope = self._scopes.get((ref.tracker, ref.scope))
        if scope is None:
            return "stub"
        if pointer is None and not scope.missing:
            return "gone"
        return "unreadable"

    def _progress(self, phase: Phase | None, resolution: str) -> Progress:
        if phase is None:
            return "unknown"
        return "dropped" if phase == "done" and resolution.casefold() in self._dropped else phase


def _restricts(fact: IssueFact) -> bool:
    return any(comment.restricted for comment in fact.comments)


def _ref_of(uid: str) -> Ref:
    tracker, _, key = uid.partition(":")
    return Ref(tracker, key)


class _Edges:
    """Edges from their witnesses."""

    def __init__(self, facts: Facts, policy: Policy, issues: _Issues, agreed: Agreed, spoken: Spoken) -> None:
        self._facts, self._policy, self._issues, self._agreed = facts, policy, issues, agreed
        self._spoken = spoken

    def edge(self, pair: Pair, witnesses: list[Witness]) -> Dependency:
        consumer, provider = (self._issues.all[uid] for uid in pair)
        words = self._spoken.of(pair)
        explicit, said_to = explicit_need(witnesses, words.need, words.told(words.need))
        promise = self._promise(provider, words)
        evidence = merge(witnesses)
        reach = reach_of(consumer, provider)
        return Dependency(
            consumer=consumer,
            provider=provider,
            evidence=evidence,
            state=state_of(consumer, provider, promise, words.acknowledged is not None),
            reach=reach,
            needed=explicit or self._need(consumer),
            needed_explicit=explicit is not None,
            promised=promise,
            since=_since(self._facts, pair, witnesses),
            moves=self._moves(provider, promise, words),
            coverage=self._agreed.coverage(consumer, provider, words.agree, words.told(words.agree)),
            shared_forums=self._agreed.shared_forums(consumer, provider) if reach == "cross_team" else (),
            inputs=frozenset((consumer.audience, provider.audience, _shown_to(consumer, provider, evidence), said_to))
            - {PUBLIC}
            | words.inputs(promise),
            acknowledged=words.acknowledged.at if words.acknowledged is not None else None,
        )

    def _promise(self, provider: Issue, words: Words) -> DateClaim | None:
        fact = self._facts.issues.get(provider.uid)
        if fact is None:
            return words.promised() if COMMAND in self._policy.promised_order else None
        calendar = calendar_of(self._policy, provider.team)
        return promised(provider.uid, fact, self._policy, calendar, words.promised())

    def _moves(self, provider: Issue, promise: DateClaim | None, words: Words) -> tuple[Move, ...]:
        if promise is None:
            return ()
        if promise.source == COMMAND:
            return words.moves()
        return moves(provider.uid, self._facts.issues.get(provider.uid), self._facts, promise.source)

    def _need(self, consumer: Issue) -> DateClaim | None:
        fact = self._facts.issues.get(consumer.uid)
        if fact is None:
            return None
        return derived_need(consumer.uid, fact, self._policy, calendar_of(self._policy, consumer.team))


def _since(facts: Facts, pair: Pair, witnesses: list[Witness]) -> datetime | None:
    """When it was first said, or first seen by us: trackers do not tell when a link was made."""
    said = (w.evidence.written for w in witnesses if w.evidence.strength != "hinted")
    return min((at for at in (facts.since.get(pair), *said) if at is not None), default=None)


def _shown_to(consumer: Issue, provider: Issue, evidence: tuple[Evidence, ...]) -> str:
    """Who may know of the edge: the widest audience among its strongest evidence."""
    strongest = [e.audience for e in evidence if e.strength == evidence[0].strength]
    open_to = [a for a in strongest if a in (PUBLIC, consumer.audience, provider.audience)]
    return (open_to or strongest)[0]


def reach_of(consumer: Issue, provider: Issue) -> Reach:
    """Whether the edge between two issues crosses from one owner to another."""
    if consumer.party or provider.party:
        return "external"
    if not consumer.team or not provider.team:
        return "unknown"
    return "internal" if consumer.team == provider.team else "cross_team"


def state_of(consumer: Issue, provider: Issue, promise: DateClaim | None, acknowledged: bool = False) -> State:
    """How far an edge between two issues as they are is. ``acknowledged``: by the provider's side, by command."""
    if not _known(consumer) or not _known(provider):
        return "unknown"
    if consumer.over:
        return "moot"
    if provider.progress == "done":
        return "delivered"
    if provider.progress == "dropped":
        return "dropped"
    return "committed" if promise is not None or acknowledged else "requested"


def _known(issue: Issue) -> bool:
    """A stub's status is what the tracker embeds of it now; what was read counts while its scope is whole."""
    if issue.progress == "unknown" or issue.end in ("unreadable", "gone"):
        return False
    return issue.end == "stub" or issue.complete


def _unreadable(dependencies: Iterable[Dependency]) -> tuple[tuple[str, str, int], ...]:
    ends = {issue.uid: issue for d in dependencies for issue in (d.consumer, d.provider) if issue.end == "unreadable"}
    counted = Counter((issue.ref.tracker, issue.ref.scope) for issue in ends.values())
    return tuple((tracker, scope, number) for (tracker, scope), number in sorted(counted.items()))
