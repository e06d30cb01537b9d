"""Rules that an admin writes: an expression that picks dependencies, and a message.

Such a rule's settings are the rule itself: ``[[custom_rules]]`` of the config is read as ``CustomSettings``, and
``custom_rule`` makes a rule of it that is judged, noted, excused and explained like any other.
"""

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from model.document import Line, plain
from model.snapshot import Dependency, Issue, Snapshot, Strength
from rules.base import Finding, Mode, RuleSettings
from rules.edges import EdgeRule, at_least
from rules.expressions import Condition, condition
from rules.fields import TODAY, Value, View, edge_view, reader
from rules.templates import Template, template
from rules.when import doubtful
from rules.wording import between, capital, line, settle

_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"


def _check_name(name: str) -> str:
    if not re.fullmatch(_NAME, name):
        raise ValueError("must be made of small letters, digits and hyphens, with a letter first")
    return name


RuleName = Annotated[str, AfterValidator(_check_name), Field(json_schema_extra={"pattern": f"^{_NAME}$"})]


class CustomSettings(RuleSettings):
    """A rule of your own: docs/custom-rules.md has the fields and examples."""

    name: RuleName = Field(description="How the rule is called: small letters, digits and hyphens.")
    when: str = Field(
        min_length=1, description="The expression that holds for the dependencies it finds: docs/custom-rules.md."
    )
    message: str = Field(
        min_length=1, description="What to say, in one sentence: {provider.party} delivers this without a contract."
    )
    advice: str = Field(
        default="", description="What to do next, in one sentence. Left out: to agree with the other end's team."
    )
    mode: Mode = Field(
        default="observe",
        description="off: not judged. observe: listed only. label: also labels. comment: also noted.",
    )
    edges: Literal["open", "all"] = Field(
        default="open",
        description="open: dependencies that somebody certainly waits on. all: those that are over or whose ends "
        "cannot be read, too.",
    )
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")


class CustomRule(EdgeRule[CustomSettings]):
    """What the rules of ``[[custom_rules]]`` share; ``custom_rule`` makes one of its settings."""

    levels = ("its expression holds",)
    settings = CustomSettings
    judges_when = True

    @property
    @abstractmethod
    def own(self) -> "_Own":
        """What makes this rule the one it is."""

    def judge(self, snapshot: Snapshot, settings: CustomSettings) -> Iterator[Finding]:
        """By the settings it is given, should they be other than those it was made of."""
        meant = custom_rule(settings)
        yield from super().judge(snapshot, settings) if meant is self else meant.judge(snapshot, settings)

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        if self.own.edges == "open":
            return snapshot.open
        return (edge for edge in snapshot.dependencies if _current(edge))

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: CustomSettings) -> Finding | None:
        if not at_least(dependency.strength, self.own.strength):
            return None
        view = edge_view(snapshot, dependency)
        return self._found(view, dependency) if self.own.when.ask(view).holds else None

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        return doubtful(self.own.when.ask(edge_view(snapshot, dependency)))

    def _found(self, view: View, edge: Dependency) -> Finding:
        consumer, provider, said = edge.consumer, edge.provider, self.own.message.fill(view)
        verdict = capital(_sentence(said))
        return self.finding(
            edge,
            level=1,
            message=between(consumer, " waits for ", provider, ": ", *said),
            to_consumer=(verdict, self._step(view, provider, consumer)),
            to_provider=(verdict, self._step(view, consumer, provider)),
            about={"when": self.own.when.text, **dict(self._read(view))},
            audiences=view.inputs(self.own.reads),
        )

    def _step(self, view: View, other: Issue, reader: Issue) -> Line:
        if self.own.advice is not None:
            return capital(_sentence(self.own.advice.fill(view)))
        return settle("Agree", other, reader, "on how to go on")

    def _read(self, view: View) -> Iterator[tuple[str, str]]:
        """What it was judged by, today left out: that changes by itself."""
        for record, field in self.own.when.reads:
            if record != TODAY:
                yield f"{record}.{field}", _said(reader(record, field)(view))


@dataclass(frozen=True, slots=True)
class _Own:
    when: Condition
    message: Template
    advice: Template | None
    edges: Literal["open", "all"]
    strength: Strength

    @property
    def reads(self) -> tuple[tuple[str, str], ...]:
        """(record, field) of all that it judges by or shows."""
        return (*self.when.reads, *self.message.reads, *(self.advice.reads if self.advice else ()))


def custom_rule(settings: CustomSettings) -> CustomRule:
    """The rule that these settings are. Raises Refused when expression, message or advice cannot be used."""
    texts = (settings.name, settings.when, settings.message, settings.advice)
    return _written(*texts, settings.edges, settings.strength)


@lru_cache(maxsize=512)
def _written(
    rule: str, when: str, message: str, advice: str, edges: Literal["open", "all"], strength: Strength
) -> CustomRule:
    class Written(CustomRule):
        __doc__ = (
            f"What it finds: dependencies for which `{when}` holds. "
            f"Why it matters: it is a rule of your own config; it says: {message} "
            "How to clear it: change what the expression looks at, or the expression."
        )
        id = rule
        settled_by = ("consumer", "provider") if edges == "open" else ()
        own = _Own(
            condition(when, "edge"),
            template(message, "edge"),
            template(advice, "edge") if advice else None,
            edges,
            strength,
        )

    return Written()


def _sentence(words: Line) -> Line:
    return words if plain(words).endswith(("?", "!")) else line(words, ".")


def _current(edge: Dependency) -> bool:
    """Not merely what was known of an end before its scope could no longer be read; and not an issue and itself."""
    known = all(end.end != "read" or end.complete for end in (edge.consumer, edge.provider))
    return known and edge.consumer.uid != edge.provider.uid


def _said(value: Value | None) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(value) or "none") if isinstance(value, tuple) else str(value)
