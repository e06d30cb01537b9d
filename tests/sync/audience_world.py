"""Random trackers whose every word is a token: from a note one can tell what it was made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from hypothesis import strategies as st

from model.audience import audience_of_scope, may_read
from model.facts import Comment, Facts, IssueFact, Link, Mention, Person, Pointer, Release, Scope, Sprint
from model.interpret import interpret
from model.policy import PUBLIC, Agreements, Forum, Owns, Party, Policy, TrackerPolicy
from model.snapshot import Snapshot
from model.statements import Statement, Verb
from rules.base import Finding, Mode, RuleSettings
from rules.custom import CustomSettings
from rules.engine import load, undecided, weigh
from sync.base import Case
from sync.notes import Desk, Wanted, wanted_notes
from sync.settle import settle
from tests.model.build import NOW, blocked_by, blocks, facts, says, team, tracker_of

SCOPES: Mapping[str, str] = {
    "jira:OPEN": PUBLIC,
    "github:acme/web": PUBLIC,
    "jira:PAY": "internal",
    "github:acme/api": "internal",
    "jira:SEC": "jira:SEC",
    "github:acme/vault": "github:acme/vault",
}
"""Each with who reads it. Of each a team of its own, and of the last but one a vendor instead."""
KEYS = tuple(
    f"{scope.partition(':')[2]}{'#' if '/' in scope else '-'}{7100 + 100 * n + k}"
    for n, scope in enumerate(SCOPES)
    for k in range(2 if n else 3)
)
"""No number of one stands in any other, nor in a day."""
ODD: Mapping[str, dict[str, Any]] = {
    "bottleneck": {"least_issues": 2, "least_teams": 1},
    "shared-exposure": {"least_teams": 2},
    "silent-provider": {"days": 1, "level_2_after": 4, "inside_teams": True},
    "unanswered": {"days": 1, "level_2_after": 5},
    "late-chain": {"strength": "stated", "level_2_after": 1, "level_3_after": 4},
    "due-soon": {"days": 10},
    "cycle": {},
}
Role = Literal["consumer", "provider"]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    facts: Facts
    policy: Policy
    tokens: Mapping[str, str]
    """Token -> who may read what it stands in."""


def pick(items: Sequence[Any], most: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(items), max_size=most, unique=True)


DAYS = st.integers(-12, 25).map(lambda n: NOW.date() + timedelta(days=n))
TIMES = st.integers(1, 40).map(lambda n: NOW - timedelta(days=n))
MAYBE = st.booleans()
LATER = timedelta(hours=30)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    return _Maker(draw).world()


class _Maker:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.tokens: dict[str, str] = {}
        self.policy = _policy()
        self.restricted = set(draw(pick(KEYS, 2)))

    def world(self) -> World:
        issues = [self._issue(key) for key in KEYS]
        links = self._links()
        issues = [replace(i, links=tuple(links.get(i.key, ()))) for i in issues]
        scopes = [
            Scope(tracker=name.partition(":")[0], key=name.partition(":")[2], public=reader == PUBLIC, read_at=NOW)
            for name, reader in SCOPES.items()
        ]
        for name, reader in SCOPES.items():
            self.tokens[_owner(name)] = reader
        made = facts(*issues, scopes=scopes, since=self._since(), statements=self._statements())
        return World(facts=made, policy=self.policy, tokens=self.tokens)

    def reader(self, key: str) -> str:
        uid = f"{tracker_of(key)}:{key}"
        return f"only {uid}" if key in self.restricted else SCOPES[scope_of(key)]

    def token(self, kind: str, key: str, reader: str = "") -> str:
        made = f"{kind}{key[-4:]}n{len(self.tokens)}x"
        self.tokens[made] = reader or self.reader(key)
        return made

    def _issue(self, key: str) -> IssueFact:
        draw, number = self.draw, key[-4:]
        self.tokens[number] = self.reader(key)
        comments, mentions = self._texts(key)
        release = Release(id=f"r{number}", name=self.token("rel", key), day=draw(DAYS))
        sprint = Sprint(
            id=f"s{number}", name=self.token("spr", key), state="active", end=draw(TIMES) + timedelta(days=20)
        )
        return IssueFact(
            tracker=tracker_of(key),
            native_id=f"id-{key}",
            key=key,
            title=self.token("ttl", key),
            url=f"https://tracker.example/{key.replace('#', '/issues/')}",
            status="To Do",
            phase=draw(st.sampled_from(("open", "open", "started", "started", "done"))),
            resolution=draw(st.sampled_from(("", "", "Won't Do"))),
            created=NOW - timedelta(days=60),
            resolved=draw(st.none() | TIMES),
            labels=("agreed",) if draw(st.integers(0, 5)) == 0 else (),
            due=draw(st.none() | DAYS),
            start=draw(st.none() | DAYS),
            sprints=(sprint,) if draw(MAYBE) else (),
            releases=(release,) if draw(MAYBE) else (),
            restricted=key in self.restricted,
            comments=comments,
            mentions=mentions,
            history=(),
            parent=self._parent(key),
        )

    def _parent(self, key: str) -> Pointer | None:
        other = self.draw(st.none() | st.sampled_from(KEYS))
        if other is None or other >= key:
            return None
        return Pointer(tracker=tracker_of(other), key=other, native_id=f"id-{other}")

    def _texts(self, key: str) -> tuple[tuple[Comment, ...], tuple[Mention, ...]]:
        """Comments, some restricted, and what is said there and in the body of others."""
        comments, mentions = [], []
        for number, other in enumerate(self.draw(pick(KEYS, 2))):
            place = self.draw(st.sampled_from(("body", "comment", "secret")))
            at = self.draw(TIMES)
            reader = f"only {tracker_of(key)}:{key} comment:c{number}" if place == "secret" else self.reader(key)
            who = Person(id=f"u{key[-4:]}", name=self.token("who", key, reader))
            if place != "body":
                comments.append(Comment(id=f"c{number}", author=who, created=at, restricted=place == "secret"))
            mentions.append(
                says(
                    other,
                    self.draw(st.sampled_from(("depends", "provides", None))),
                    place="body" if place == "body" else f"comment:c{number}",
                    author=who,
                    belongs=True,
                    restricted=place == "secret",
                    written=at,
                    structured=self.draw(MAYBE),
                    needed_by=self.draw(st.none() | DAYS),
                    excerpt=self.token("said", key, reader) + (" ADR-77" if self.draw(MAYBE) else ""),
                )
            )
        return tuple(comments), tuple(mentions)

    def _links(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = {}
        pairs = self.draw(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), min_size=4, max_size=16))
        for consumer, provider in dict.fromkeys(pairs):
            if consumer != provider:
                if self.draw(MAYBE):
                    found.setdefault(consumer, []).append(blocked_by(provider, on=consumer))
                else:
                    found.setdefault(provider, []).append(blocks(consumer, by=provider))
        return found

    def _since(self) -> dict[tuple[str, str], datetime]:
        """Seen at one moment, all of it."""
        first, uids = self.draw(TIMES), [f"{tracker_of(key)}:{key}" for key in KEYS]
        return {(one, other): first for one in uids for other in uids if one != other}

    def _statements(self) -> tuple[Statement, ...]:
        return tuple(self._statement(n) for n in range(self.draw(st.integers(0, 3))))

    def _statement(self, number: int) -> Statement:
        draw, on, other = self.draw, self.draw(st.sampled_from(KEYS)), self.draw(st.sampled_from(KEYS))
        verb: Verb = draw(st.sampled_from(("need", "promise", "ack", "agree", "snooze", "reject", "why")))
        role: Role = "consumer" if verb == "need" else "provider"
        uid, end = (f"{tracker_of(key)}:{key}" for key in (on, other))
        restricted = draw(MAYBE)
        identity = f"{tracker_of(on)}:c9:{number}"
        reader = f"only {uid} {identity}" if restricted else self.reader(on)
        return Statement(
            id=identity,
            uid=uid,
            role=role,
            at=draw(TIMES),
            person=Person(id=f"p{number}", name=self.token("per", on, reader)),
            restricted=restricted,
            verb=verb,
            edge=(uid, end) if role == "consumer" else (end, uid),
            day=draw(DAYS) if verb in ("need", "promise", "snooze") else None,
            words=self.token("word", on, reader),
        )


def scope_of(key: str) -> str:
    return f"{tracker_of(key)}:{key.rpartition('#' if '#' in key else '-')[0]}"


def _owner(scope: str) -> str:
    return f"own{''.join(c for c in scope if c.isalpha()).lower()}"


def _policy() -> Policy:
    teams = [team(_owner(scope), scope) for scope in SCOPES if scope != "jira:SEC"]
    sec = Party(name=_owner("jira:SEC"), owns=(Owns(tracker="jira", scope="SEC"),))
    forum = Forum(name="sos", teams=tuple(t.name for t in teams), owns=tuple(_forum_owns()))
    return Policy(
        teams={t.name: t for t in teams},
        parties={sec.name: sec},
        audiences={"internal": ("jira:PAY", "github:acme/api")},
        trackers={
            "jira": TrackerPolicy(name="jira", kind="jira", shape="jira", host="acme.atlassian.net"),
            "github": TrackerPolicy(name="github", kind="github", shape="github", host="github.com"),
        },
        forums={"sos": forum},
        agreements=Agreements(labels=("agreed",), references=("ADR-\\d+",)),
    )


def _forum_owns() -> Iterator[Owns]:
    yield Owns(tracker="jira", scope=KEYS[0])
    yield Owns(tracker="jira", scope=next(k for k in KEYS if k.startswith("SEC")))


def settings(mode: Mode = "comment") -> dict[str, RuleSettings]:
    """Every rule that there is speaks, and two of an admin's own."""
    ready = {name: rule.settings(mode=mode, notify="both", **ODD.get(name, {})) for name, rule in load().items()}
    own = (
        ("no-agreement", "dependency.agreed != true", "the forum is {consumer.forum}, it is called {provider.title}"),
        ("agreed-by", "dependency.agreed", "that is agreed by {dependency.agreement}"),
    )
    made = {name: CustomSettings(name=name, when=when, message=said, mode=mode) for name, when, said in own}
    return ready | made


def seen_by_public(world: World) -> Facts:
    """What is left of the facts for somebody who may read what is public and nothing else."""
    known = world.facts
    scopes = tuple(s for s in known.scopes if audience_of_scope(world.policy, s) == PUBLIC)
    names = {(s.tracker, s.key) for s in scopes}
    issues = {
        uid: _public_part(fact, names, known)
        for uid, fact in known.issues.items()
        if (fact.tracker, fact.ref.scope) in names and not fact.restricted
    }
    return replace(
        known,
        issues=issues,
        aliases={name: uid for name, uid in known.aliases.items() if uid in issues},
        scopes=scopes,
        known_projects=frozenset(name for name in known.known_projects if name in names),
        since={
            pair: at + LATER if _hushed(known, pair) else at
            for pair, at in known.since.items()
            if set(pair) <= issues.keys()
        },
        statements=tuple(s for s in known.statements if not s.restricted and {s.uid, *(s.edge or ())} <= issues.keys()),
    )


def _hushed(known: Facts, pair: tuple[str, str]) -> bool:
    """Whether a restricted comment ties the two: then it may be by that alone that they were seen so early."""
    keys = {known.issues[uid].key for uid in pair}
    return any(m.restricted and m.key in keys for uid in pair for m in known.issues[uid].mentions)


def _public_part(fact: IssueFact, names: set[tuple[str, str]], known: Facts) -> IssueFact:
    def shown(pointer: Pointer) -> bool:
        other = known.issues[f"{pointer.tracker}:{pointer.key}"]
        return (other.tracker, other.ref.scope) in names and not other.restricted

    return replace(
        fact,
        links=tuple(link for link in fact.links if shown(link.other)),
        parent=fact.parent if fact.parent and shown(fact.parent) else None,
        comments=tuple(c for c in fact.comments if not c.restricted),
        mentions=tuple(m for m in fact.mentions if not m.restricted),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    snapshot: Snapshot
    cases: tuple[Case, ...]
    notes: Mapping[str, Wanted]


def notes_of(known: Facts, policy: Policy, mode: Mode = "comment") -> Written:
    """All that a first run would write, were every scope open to it."""
    rules = settings(mode)
    snapshot = interpret(known, policy, NOW)
    verdict = weigh(snapshot, rules)

    def doubt(finding: Finding) -> str:
        return undecided(snapshot, finding, rules, verdict.withheld)

    events = settle(verdict.findings, (), now=NOW, new_id=_case_id, undecided=doubt, excused={})
    cases = tuple(event.case for event in events)
    desk = Desk(snapshot=snapshot, rules=rules, write_to=("*",), mutes={}, statements=known.statements)
    return Written(snapshot=snapshot, cases=cases, notes=wanted_notes(cases, desk, date(2026, 3, 3)))


def _case_id(rule: str, subject: Any) -> str:
    """The same for the same, and without a figure or a name."""
    number = sum(ord(c) * (n + 1) for n, c in enumerate(f"{rule} {subject.members}")) % 26**5
    return "".join(chr(97 + number // 26**n % 26) for n in range(5))


def forbidden(world: World, reader: str) -> frozenset[str]:
    return frozenset(token for token, source in world.tokens.items() if not may_read(reader, (source,)))
