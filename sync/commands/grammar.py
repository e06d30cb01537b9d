"""The words of one command, taken apart. Nothing is looked up here. Pure.

/crosstie VERB [CASE|ISSUE] [ARGUMENT]
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from connectors.text import reference_in_url
from model.calendar import Calendar, working_days
from sync.commands.verbs import COMMANDS, Command

Unit = Literal["d", "w"]
MOST_DAYS = 366
_ISSUE = re.compile(r"(?:[\w-]+:)?(?:[A-Za-z][A-Za-z0-9_]*-[0-9]{1,9}|(?:[\w.-]+/[\w.-]+)?#[0-9]{1,9})", re.ASCII)
_CASE = re.compile(r"(?=[a-z]*[0-9])[0-9abcdefghjkmnpqrstvwxyz]{5,}")
"""Letters of a case id, with a digit among them: other words are words."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPAN = re.compile(r"([0-9]{1,3})([dw])", re.IGNORECASE)
_AROUND = "()[]<>,.;:`'\""
OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A command whose verb is one of ours."""

    command: Command
    words: tuple[str, ...]
    """All after the verb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What a command says beside its target."""

    off: bool = False
    day: date | None = None
    span: tuple[int, Unit] | None = None
    words: str = ""


class Unclear(ValueError):
    """``str()`` is a calm sentence for whoever wrote the command; it names no issue."""


def parse(line: str) -> Said | None:
    """None when the verb is none of ours."""
    verb, *words = line.split() or [""]
    command = COMMANDS.get(verb.casefold())
    return Said(command=command, words=tuple(words)) if command is not None else None


def looks_like_issue(word: str) -> bool:
    """``PAY-12``, ``acme/web#34``, ``#34``, ``jira:PAY-12``, or the address of an issue's page."""
    word = bare(word)
    return _ISSUE.fullmatch(word) is not None or reference_in_url(word) is not None


def looks_like_case(word: str) -> bool:
    return _CASE.fullmatch(bare(word)) is not None


def bare(word: str) -> str:
    """Without the signs that sentences put around words."""
    return word.strip(_AROUND)


def target_first(said: Said) -> tuple[str, ...]:
    """The words with a target in front: people say ``promise 2026-12-01 PAY-12``, and ``mute off k3f9q``, too."""
    if len(said.words) > 1:
        first, second, *others = said.words
        timed = said.command.takes in ("day", "span") and _is_time(first)
        back = said.command.off and takes_back((first,))
        named = (looks_like_issue(second) or looks_like_case(second)) and not _is_time(second)
        if named and (timed or back):
            return (second, first, *others)
    return said.words


def argument(command: Command, words: tuple[str, ...]) -> Argument:
    """What stands after the target. Raises Unclear."""
    if command.off and takes_back(words):
        return Argument(off=True)
    match command.takes:
        case "day":
            return Argument(day=_day(words, command), words=" ".join(words[1:]))
        case "span":
            return _span(words, command)
        case "reference":
            if not words:
                raise Unclear(f"Name the agreement: `{command.form}`.")
            return Argument(words=" ".join(words))
        case _:
            return Argument(words=" ".join(words))


def takes_back(words: tuple[str, ...]) -> bool:
    """``off``, and no word of a reason beside it."""
    return [bare(word).casefold() for word in words] == [OFF]


def over_on(span: tuple[int, Unit], said: date, calendar: Calendar) -> date:
    """The first day after so many working days, or weeks, from the day on which it was said."""
    number, unit = span
    if unit == "w":
        return said + timedelta(weeks=number)
    day = said
    while working_days(said, day, (calendar,)) < number and (day - said).days < 3 * MOST_DAYS:
        day += timedelta(days=1)
    return day


def _is_time(word: str) -> bool:
    return bool(_DAY.fullmatch(bare(word)) or _SPAN.fullmatch(bare(word)))


def _day(words: tuple[str, ...], command: Command) -> date:
    word = bare(words[0]) if words else ""
    if _DAY.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError as error:
            raise Unclear(f"There is no day {word}. Write it like this: `{command.form}`.") from error
    raise Unclear(f"Write the day as year-month-day: `{command.form}`.")


def _span(words: tuple[str, ...], command: Command) -> Argument:
    word = bare(words[0]) if words else ""
    length = _SPAN.fullmatch(word)
    after = " ".join(words[1:])
    if length is None:
        if not _DAY.fullmatch(word):
            raise Unclear(f"Say for how long, or until when: `{command.form}`, `2w` or `2026-12-01`.")
        return Argument(day=_day(words, command), words=after)
    number, unit = int(length[1]), length[2].lower()
    if number * (7 if unit == "w" else 1) > MOST_DAYS:
        raise Unclear("A snooze lasts a year at most; `mute` is for good.")
    return Argument(span=(number, "w" if unit == "w" else "d"), words=after)
