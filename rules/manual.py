"""The manual of the rules as Markdown, made from the rules themselves.

``python -m rules.manual > docs/rules.md`` writes it; a test keeps file and rules together.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from model.document import long_day, plain
from model.snapshot import DateClaim, Dependency, Issue
from rules.base import AnyRule, Finding, RuleSettings
from rules.engine import MANUAL, load, manual, run
from rules.examples import Example, moment
from rules.wording import dated, titled

INTRO = """\
# Rules

<!-- Made by `python -m rules.manual`; change the rules, not this file. -->

A rule finds one kind of trouble between issues that wait for each other. Each has its table in the config:

```toml
[rules.overdue]
mode = "comment"
severity = "warning"
[rules.overdue.teams.payments]
severity = "error"
```

What is true of all of them:

- Nothing is found where something needed to judge is not known: an end that cannot be read, a project that was not
  read to its end, an absent date.
- A finding that cannot be judged any more stands as *unknown* with its last words. It is cleared only by knowledge.
- A higher level is worse. A case that reaches a level above any it was told at notifies again; other changes are
  silent.
- Severity is the one that the settings name, at every level, unless `severity_from` says otherwise.
- The sentences depend on facts only: absolute dates, no count of days that grows by itself.
"""

EVERY_RULE = """\
## Settings of every rule

A team's own table (`[rules.NAME.teams.TEAM]`) applies to that team's end of a case: its `mode` can be quieter than the
rule's, never louder; its `severity` is shown there, while `--fail-on` compares with the rule's.

"""


def render() -> str:
    """The whole of docs/rules.md."""
    rules = load()
    contents = [f"| [`{rule.id}`](#{rule.id}) | {summary(rule)} |" for rule in rules.values()]
    table = "\n".join(["| Rule | What it finds |", "| --- | --- |", *contents])
    pages = (page(rule) for rule in rules.values())
    return "\n".join([INTRO, table, "", EVERY_RULE + "\n".join(_settings(RuleSettings, ())), "", *pages])


def page(rule: AnyRule) -> str:
    """One rule's page: its manual, its levels, its settings, its examples."""
    parts = (f"**{lead}.** {text[:1].upper()}{text[1:]}\n" for lead, text in zip(MANUAL, manual(rule), strict=True))
    levels = (f"{number}. {text}" for number, text in enumerate(rule.levels, start=1))
    settings = list(_settings(rule.settings, _inherited(rule.settings)))
    own = ["### Its own settings\n", *settings, ""] if len(settings) > 2 else []
    examples = ["### Examples\n", *_examples(rule)] if rule.examples else []
    return "\n".join([f"## {rule.id}\n", *parts, "### Levels\n", *levels, "", *own, *examples])


def summary(rule: AnyRule) -> str:
    """What the rule finds, as its file's first line has it; of one made in the config, its manual's first sentence."""
    headline = (sys.modules[type(rule).__module__].__doc__ or "").splitlines()[0]
    name, _, said = headline.partition(": ")
    sentence = said if name == rule.id else manual(rule)[0].partition(". ")[0]
    return sentence[:1].upper() + sentence[1:].removesuffix(".")


def _inherited(settings: type[RuleSettings]) -> tuple[str, ...]:
    """Names of the settings that this rule has exactly as every rule has them."""
    base, own = RuleSettings.model_fields, settings.model_fields
    return tuple(name for name in base if repr(base[name]) == repr(own[name]))


def _settings(settings: type[RuleSettings], left_out: tuple[str, ...]) -> Iterator[str]:
    yield "| Setting | Values | Default | Meaning |"
    yield "| --- | --- | --- | --- |"
    for name, field in settings.model_fields.items():
        if name not in left_out:
            default = "needed" if field.is_required() else f"`{_default(field)}`"
            yield f"| `{name}` | {_values(field)} | {default} | {field.description} |"


def _default(field: FieldInfo) -> str:
    return json.dumps(field.get_default(call_default_factory=True))


def _values(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    names: dict[object, str] = {int: "a whole number", str: "text"}
    return names.get(field.annotation, "a table")


def _examples(rule: AnyRule) -> Iterator[str]:
    """Each with what was found; the notes only at the first that is found, for the rest read alike."""
    shown = False
    for example in rule.examples:
        findings = run(rule, example.snapshot, rule.settings.model_validate(example.settings))
        found = sorted(findings, key=lambda finding: finding.subject.members)
        yield f"**{example.name}.** {' '.join([f'{_when(example.now)}.', *_world(example)])}\n"
        yield from (f"Level {finding.level}: {plain(finding.message)}.\n" for finding in found)
        yield f"{'Found' if found else 'Nothing is found'}, because {example.because}.\n"
        if found and not shown:
            yield from _notes(found[0], example)
            shown = True


def _notes(finding: Finding, example: Example) -> Iterator[str]:
    """What each end is told, below the other one where it is a matter of two."""
    issues = example.snapshot.issues
    for place in finding.places:
        others = [issues[uid] for uid in finding.subject.members if uid != place.uid]
        below = f", below {plain(titled(others[0]))}" if finding.subject.kind == "edge" else ""
        yield f"> On {issues[place.uid].ref.key}{below}: {plain(place.line)} {plain(place.step)}\n"


def _when(now: str) -> str:
    day = long_day(moment(now).date())
    return day if len(now) == 10 else f"{day}, {moment(now):%H:%M} UTC"


def _world(example: Example) -> Iterator[str]:
    met: set[str] = set()
    for edge in example.edges:
        yield f"{_edge(edge, met)}."
        met |= set(edge.key)
    for other in example.issues:
        yield f"{_issue(other)}."
    for forum, day in example.meetings.items():
        yield f"{forum} last met on {long_day(date.fromisoformat(day))}."
    for team, calendar in example.calendars.items():
        days = ", ".join(f"holiday on {long_day(day)}" for day in sorted(calendar.holidays))
        yield f"{team}: {days or calendar.timezone}."
    for tracker, scope, count in example.unreadable:
        yield f"{tracker}:{scope} refuses us; linked issues there: {count}."
    for missing in example.missing:
        yield f"{missing.scope} could not be read ({missing.reason})."
    if example.settings:
        yield "Set: " + ", ".join(f"`{name} = {json.dumps(value)}`" for name, value in example.settings.items()) + "."


def _edge(edge: Dependency, met: set[str]) -> str:
    """What is known of an edge; issues already met in the example are named by their key alone."""
    ends = [end.ref.key if end.uid in met else _issue(end) for end in (edge.consumer, edge.provider)]
    facts = [" waits for ".join(ends), _evidence(edge)]
    if edge.needed:
        facts.append(f"needed by {_date(edge.needed)}")
    if edge.promised:
        facts.append(f"promised for {_date(edge.promised)}")
    if edge.coverage.covered is not None:
        facts.append(f"covered by {edge.coverage.by}" if edge.coverage.covered else "covered by no agreement")
    if edge.shared_forums:
        facts.append(f"both teams sit in {', '.join(edge.shared_forums)}")
    if edge.since:
        facts.append(f"known since {long_day(edge.since.date())}")
    facts += [f"on {long_day(m.at.date())} moved from {long_day(m.before)} to {long_day(m.after)}" for m in edge.moves]
    return "; ".join(facts)


def _issue(issue: Issue) -> str:
    progress = {"open": "not started", "started": "in progress", "dropped": "closed as not planned"}
    ends = {"stub": "known by a link only", "unreadable": "unreadable", "gone": "gone"}
    traits = (
        issue.team or issue.party or "no team",
        ends.get(issue.end, ""),
        "" if issue.progress == "unknown" else progress.get(issue.progress, issue.progress),
        "pull request" if issue.kind == "pull_request" else "",
        f"child of {issue.parent.partition(':')[2]}" if issue.parent else "",
        "assigned" if issue.assigned else "",
        f"sprint “{issue.sprint}”" if issue.sprint else "",
        "planned" if issue.planned and not issue.sprint and not issue.due else "",
        f"due {long_day(issue.due)}" if issue.due else "",
        "reopened" if issue.reopened else "",
        *_moments(issue),
        "" if issue.complete else "not read in full",
    )
    return f"{issue.ref.key} ({', '.join(filter(None, traits))})"


def _moments(issue: Issue) -> Iterator[str]:
    for word, at in (("created", issue.created), ("active", issue.active), ("closed", issue.resolved)):
        if at:
            yield f"{'last active' if word == 'active' else word} on {long_day(at.date())}"


def _evidence(edge: Dependency) -> str:
    links = sorted({e.phrase for e in edge.evidence if e.kind == "link"})
    texts = [e.phrase for e in edge.evidence if e.kind == "text"]
    says = [f"linked as “{phrase}”" for phrase in links] + [f"a text says “{phrase.rstrip('.')}”" for phrase in texts]
    return "; ".join(says)


def _date(claim: DateClaim) -> str:
    return plain(dated(claim)) + (", give or take a day" if claim.grace_days else "")


if __name__ == "__main__":
    print(render(), end="")
