"""The text of a first config: the known as settings, the guessed with its reason, the open as questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.registry import tables
from sync.config.words import env_name
from sync.init.base import Ask, Question, Tracker
from sync.init.guess import guess
from sync.init.link_types import agreements, link_types, questions
from sync.init.teams import CALENDAR, team
from sync.init.toml import TITLE, commented, plain, text, texts, wrapped

MOST_NAMED = 40
"""Projects or repositories that are listed by name before only their number is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A config to begin with, and what to tell the person who asked for it."""

    text: str
    teams: tuple[str, ...]
    """Those that the file has."""
    maybe: tuple[str, ...]
    """Those that it has as comments."""
    questions: tuple[Question, ...]
    """Link types that somebody has to give a meaning."""


def proposal(ask: Ask) -> Proposal:
    """Valid TOML, whatever the trackers call things; it holds no secret, and lets nothing be written yet."""
    guesses, left = guess(ask)
    open_types = [question for tracker in ask.trackers for question in questions(tracker)]
    parts = [
        _head(ask),
        _store(ask),
        _title("what is read"),
        *map(_tracker, ask.trackers),
        _audiences(ask),
        link_types(ask.trackers),
        _title("teams"),
        _about_teams(any(guess.people or guess.lead for guess in guesses)),
        *map(team, guesses),
        _nobodys(left),
        _title("days"),
        _calendar(ask),
        _title("where teams agree"),
        _forum([guess.name for guess in guesses if guess.sure]),
        agreements(ask.trackers),
        _title("what may be written"),
        _notes(ask),
        _title("what is judged"),
        _rules(),
    ]
    return Proposal(
        text="\n\n".join("\n".join(part) for part in parts if part) + "\n",
        teams=tuple(guess.name for guess in guesses if guess.sure),
        maybe=tuple(guess.name for guess in guesses if not guess.sure),
        questions=tuple(open_types),
    )


def _title(words: str) -> list[str]:
    return [TITLE + words]


def _head(ask: Ask) -> list[str]:
    looked = [tracker.name for tracker in ask.trackers if not tracker.unreached]
    lines = [f"#:schema {ask.schema}", "#"] if ask.schema else []
    lines += [f"# crosstie's settings, proposed by `crosstie init` on {ask.day}.", "#"]
    if looked:
        lines += [
            f"# Made from what {' and '.join(looked)} told. Teams are guessed, each with its reason: you know better."
        ]
    lines += [
        f"# {plain(tracker.name)} was not looked at: {plain(tracker.unreached)}"
        for tracker in ask.trackers
        if tracker.unreached
    ]
    return [
        *lines,
        "#",
        "#   crosstie check --online     tries all of this on the trackers, and writes nothing",
        "#   crosstie run --dry-run      shows what would be found, and writes nothing",
        "#",
        "# What is left out here has a default; config.example.toml is a tour of all settings.",
        "",
        "# So that each team can keep its own table in a file of its own:",
        '# include = ["teams.d/*.toml"]',
    ]


def _store(ask: Ask) -> list[str]:
    if ask.store:
        return ["[store]", f"url = {text(ask.store)}"]
    return [
        "[store]",
        "# One file beside this one. It holds text of tickets: keep it where only the job can read it.",
        'url = "sqlite:///crosstie.db"',
    ]


def _tracker(tracker: Tracker) -> list[str]:
    table = tables()[tracker.kind]
    lines = [f"# Issues read {tracker.name}:{_example(tracker)}.", f"[trackers.{tracker.name}]"]
    lines.append(f"kind = {text(tracker.kind)}")
    lines += [f"url = {text(tracker.url)}"] if tracker.url else []
    lines += [f"user = {text(tracker.user)}"] if tracker.user else []
    choices = {choice.key: choice for choice in tracker.survey.choices}
    titles = [choices[scope].title if scope in choices else "" for scope in tracker.scopes]
    lines += texts(table.scopes_setting, tracker.scopes, titles)
    lines += _seen(tracker)
    variable = env_name(tracker.name, "token")
    if tracker.token_file:
        lines += [f"token_file = {text(tracker.token_file)} # {variable} goes before it"]
    else:
        lines += [f"# The token is no part of this file: set {variable}, or", '# token_file = "/run/secrets/…"']
    return lines


def _example(tracker: Tracker) -> str:
    return "PAY-12" if tables()[tracker.kind].keys.shape == "jira" else "acme/web#34"


def _seen(tracker: Tracker) -> list[str]:
    """What a pattern stands for today, and what could not be looked at."""
    live = _live(tracker)
    lines = []
    if live and any("*" in scope for scope in tracker.scopes):
        more = f" and {len(live) - MOST_NAMED} more" if len(live) > MOST_NAMED else ""
        lines = wrapped(f"Today that is {', '.join(live[:MOST_NAMED])}{more}.")
    lines += [f"# Not looked at: {plain(reason)}" for reason in tracker.survey.missing]
    return lines


def _live(tracker: Tracker) -> list[str]:
    return [choice.key for choice in tracker.survey.choices if not choice.archived]


def _audiences(ask: Ask) -> list[str]:
    patterns = [pattern for tracker in ask.trackers for pattern in _everything(tracker)]
    block = ["[audiences]", *texts("internal", patterns)]
    lines = [
        "# A note tells only what every reader of its issue may know. Without a group, each Jira project and each",
        "# private repository is a world of its own. Public repositories stay public whatever stands here.",
    ]
    if ask.one_audience:
        return [*lines, *block]
    return [
        *lines,
        "# Does everybody who reads one of these read the others anyway? Then take the # away:",
        *commented(block),
    ]


def _everything(tracker: Tracker) -> list[str]:
    if tables()[tracker.kind].keys.shape == "jira":
        return [f"{tracker.name}:*"]
    owners = dict.fromkeys(scope.partition("/")[0] for scope in tracker.scopes)
    return [f"{tracker.name}:{owner}/*" for owner in owners]


def _about_teams(people: bool) -> list[str]:
    lines = [
        "# A team owns issues by patterns, and the most specific that matches wins. Only the words of its members",
        '# count: "blocked by PLAT-7" from a passer-by is a hint at most. Its representative is addressed when',
        "# something gets worse.",
    ]
    if people:
        lines += [
            "# Members are not guessed: the people named below were assigned to a team's issues lately. Take the #",
            "# away where that is right.",
        ]
    return lines


def _nobodys(left: Iterable[str]) -> list[str]:
    listed = [f"  {text(pattern)}," for pattern in left]
    return ["# QUESTION: whose are these? Put each into the owns of its team.", *commented(listed)] if listed else []


def _calendar(ask: Ask) -> list[str]:
    lines = [
        "# Teams elsewhere get a calendar of their own; a date has passed when it has passed for both teams.",
        f"[calendars.{CALENDAR}]",
        f"timezone = {text(ask.timezone)}",
    ]
    if ask.holidays:
        return [*lines, f"holidays = {text(ask.holidays)}"]
    return [*lines, '# holidays = "DE-BE" # country, or country and region, by ISO code']


def _forum(teams: Sequence[str]) -> list[str]:
    return [
        "# While there is neither a forum nor a sign of agreement here, crosstie takes no view on agreements.",
        *commented(
            [
                "[[forums]]",
                'name = "scrum-of-scrums"',
                'kind = "scrum_of_scrums"',
                *texts("teams", teams or ["payments", "platform"]),
                'cadence = "weekly:tue" # or "daily", "weekly:mon,thu"',
                "owns = [] # its roadmap issues: what lies under them is looked after here",
            ]
        ),
    ]


def _notes(ask: Ask) -> list[str]:
    scopes = (f"{tracker.name}:{key}" for tracker in ask.trackers for key in (*_live(tracker), *tracker.scopes))
    return [
        "# Nothing is written yet. Look at `crosstie findings` first, then open one project, then more. crosstie keeps",
        "# one comment and one label per issue, and changes nothing else.",
        "[notes]",
        f"write_to = [] # later [{plain(text(next(scopes)))}]",
    ]


def _rules() -> list[str]:
    return [
        "# Every rule is on, with calm defaults. `crosstie rules` lists them; to change one:",
        "# [rules.overdue]",
        '# mode = "observe" # "off", "observe" (listed only), "label" or "comment"',
    ]
