"""Which teams there may be: read from leads, components, team fields, labels and the names of repositories. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from glob import escape

from connectors.registry import tables
from connectors.survey import Choice, Usage
from model.facts import Component, IssueFact, Person
from sync.init.base import Ask, Claim, Guess, Tracker

FAMILY = 3
"""Repositories whose names begin alike are taken for one team's from this many on; fewer are a question."""
FEW_REPOSITORIES = 12
"""Repositories without an owner, up to which each is proposed as a team of its own."""
OFTEN = 2
"""Sampled issues from which on somebody who was assigned is worth naming."""
MOST_PEOPLE = 8
SPREAD = 3
"""Projects or repositories from which on a label is taken to mean the same everywhere."""
_TEAM_LABEL = re.compile(r"(?:team|squad|crew)\s*[/:_=.-]+\s*(?P<name>\w.*)", re.IGNORECASE)
_A_TEAM = re.compile(r"^(?:the-)?(?:team|squad|crew)-|-(?:team|squad|crew)$")


@dataclass(slots=True)
class _Draft:
    """A team as it gathers what speaks for it."""

    claims: dict[str, Claim] = field(default_factory=dict)
    sure: bool = False
    lead: tuple[str, Person] | None = None
    people: Counter[tuple[str, Person]] = field(default_factory=Counter)

    def claim(self, pattern: str, because: str, *, sure: bool = True) -> None:
        self.claims.setdefault(pattern, Claim(pattern=pattern, because=because))
        self.sure = self.sure or sure

    def led(self, kind: str, lead: Person | None) -> None:
        if self.lead is None and lead is not None and not lead.bot:
            self.lead = (kind, lead)

    def met(self, kind: str, issues: Iterable[IssueFact]) -> None:
        self.people.update((kind, who) for issue in issues for who in issue.assignees if not who.bot)


Drafts = dict[str, _Draft]


def guess(ask: Ask) -> tuple[tuple[Guess, ...], tuple[str, ...]]:
    """The teams, and patterns of repositories that seem to be nobody's."""
    drafts: Drafts = {}
    for tracker in ask.trackers:
        if _shape(tracker) == "jira":
            _from_projects(drafts, tracker)
        _from_team_fields(drafts, tracker)
        _from_labels(drafts, tracker)
    left: list[str] = []
    for tracker in ask.trackers:
        if _shape(tracker) == "github":
            left += _from_repositories(drafts, tracker)
    guesses = (_guess(name, draft) for name, draft in drafts.items())
    return tuple(sorted(guesses, key=lambda team: not team.sure)), tuple(left)


def slug(name: str) -> str:
    """``Payments & Billing`` -> ``payments-billing``; empty when nothing is left."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


def team_name(name: str) -> str:
    """As ``slug``, without the word that says that it is one: ``Team Ledger``, ``Ledger squad`` -> ``ledger``."""
    return _A_TEAM.sub("", slug(name)) or slug(name)


def _shape(tracker: Tracker) -> str:
    return tables()[tracker.kind].keys.shape


def _at(drafts: Drafts, name: str) -> _Draft | None:
    called = team_name(name)
    return drafts.setdefault(called, _Draft()) if called else None


def _guess(name: str, draft: _Draft) -> Guess:
    often = [who for who, count in draft.people.most_common(MOST_PEOPLE) if count >= OFTEN]
    return Guess(name=name, claims=tuple(draft.claims.values()), sure=draft.sure, lead=draft.lead, people=tuple(often))


def _live(tracker: Tracker) -> list[Choice]:
    """What was seen; of a tracker that told nothing, what somebody named."""
    if not tracker.survey.choices:
        return [Choice(key=scope) for scope in tracker.scopes if "*" not in scope]
    return [choice for choice in tracker.survey.choices if not choice.archived]


def _from_projects(drafts: Drafts, tracker: Tracker) -> None:
    """A project is a team's until something in it says more."""
    seen = bool(tracker.survey.choices)
    for choice in _live(tracker):
        draft = _at(drafts, choice.title) or _at(drafts, choice.key)
        if draft is None:
            continue
        draft.claim(f"{tracker.name}:{choice.key}", f"the project {choice.title or choice.key}", sure=seen)
        usage = tracker.survey.usage.get(choice.key, Usage())
        draft.led(tracker.kind, choice.lead)
        inner = {component.name for component in usage.components if _stands_apart(component, choice, usage)}
        draft.met(tracker.kind, (i for i in usage.issues if not inner.intersection(i.components)))
        _from_components(drafts, tracker, choice, [c for c in usage.components if c.name in inner])


def _stands_apart(component: Component, choice: Choice, usage: Usage) -> bool:
    """Somebody else leads it than the project, or it is in use and nobody said who leads it."""
    if component.lead is not None:
        return component.lead != choice.lead
    return any(component.name in issue.components for issue in usage.issues)


def _from_components(drafts: Drafts, tracker: Tracker, choice: Choice, components: Sequence[Component]) -> None:
    for component in components:
        draft = _at(drafts, component.name)
        if draft is None or "\n" in component.name:
            continue
        because = f"a component of {choice.key}" + (" with a lead of its own" if component.lead else "")
        pattern = f"{tracker.name}:{choice.key}/component={escape(component.name)}"
        draft.claim(pattern, because, sure=component.lead is not None)
        draft.led(tracker.kind, component.lead)
        issues = tracker.survey.usage[choice.key].issues
        draft.met(tracker.kind, (issue for issue in issues if component.name in issue.components))


def _from_team_fields(drafts: Drafts, tracker: Tracker) -> None:
    for usage in tracker.survey.usage.values():
        for issue in usage.issues:
            draft = _at(drafts, issue.team) if "\n" not in issue.team else None
            if draft is not None:
                draft.claim(f"{tracker.name}:*/team={escape(issue.team)}", "a value of the Team field")
                draft.met(tracker.kind, [issue])


def _from_labels(drafts: Drafts, tracker: Tracker) -> None:
    for label, places in _labels(tracker).items():
        found = _TEAM_LABEL.fullmatch(label)
        draft = _at(drafts, found["name"]) if found else None
        if draft is None:
            continue
        for place in _widened(tracker, places):
            draft.claim(f"{tracker.name}:{place}/label={escape(label)}", "a label that names a team")


def _labels(tracker: Tracker) -> dict[str, list[str]]:
    """Label -> where it is known, in their order."""
    found: dict[str, list[str]] = {}
    for key, usage in tracker.survey.usage.items():
        carried = (label for issue in usage.issues for label in issue.labels)
        for label in dict.fromkeys((*usage.labels, *carried)):
            found.setdefault(label, []).append(key)
    return found


def _widened(tracker: Tracker, places: Sequence[str]) -> Sequence[str]:
    if len(places) < SPREAD:
        return places
    owners = {place.partition("/")[0] for place in places}
    return ["*"] if _shape(tracker) == "jira" else [f"{owner}/*" for owner in sorted(owners)]


def _from_repositories(drafts: Drafts, tracker: Tracker) -> Iterator[str]:
    """To a team whose name it bears; a family of like names is one team's. Yields what is left when it is much."""
    left: list[str] = []
    for choice in _live(tracker):
        named = _team_named(choice.key, drafts)
        if named:
            because = "a repository with the team's name in its own"
            drafts[named].claim(f"{tracker.name}:{choice.key}", because, sure=False)
        else:
            left.append(choice.key)
    families, singles = _families(left)
    for (owner, family), members in families.items():
        draft = drafts.setdefault(family, _Draft())
        draft.claim(f"{tracker.name}:{owner}/{family}-*", _named(members), sure=len(members) >= FAMILY)
    if len(singles) > FEW_REPOSITORIES:
        yield from (f"{tracker.name}:{key}" for key in singles)
        return
    for key in singles:
        name = slug(key.partition("/")[2]) or slug(key)
        drafts.setdefault(name, _Draft()).claim(f"{tracker.name}:{key}", "a repository", sure=False)


def _team_named(key: str, teams: Iterable[str]) -> str:
    """The longest name of a team that the repository's own name begins or ends with, word for word."""
    own = f"-{slug(key.partition('/')[2])}-"
    fitting = (team for team in teams if own.startswith(f"-{team}-") or own.endswith(f"-{team}-"))
    return max(fitting, key=len, default="")


def _families(keys: Iterable[str]) -> tuple[Mapping[tuple[str, str], list[str]], list[str]]:
    """By (owner, first word of the name), where two or more begin with it and a dash; and the others."""
    by_word: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        owner, _, name = key.partition("/")
        word = name.partition("-")[0]
        by_word.setdefault((owner, word if word != name and slug(word) == word else ""), []).append(key)
    families = {at: members for at, members in by_word.items() if at[1] and len(members) > 1}
    taken = {key for members in families.values() for key in members}
    return families, [key for key in keys if key not in taken]


def _named(members: Sequence[str]) -> str:
    names = ", ".join(members[:SPREAD])
    return f"{names} and {len(members) - SPREAD} more" if len(members) > SPREAD else names
