"""Every verb, declared once: what it takes, who may say it, what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from model.statements import Verb

WORD = "/crosstie"
Takes = Literal["", "reason", "day", "span", "reference"]
"""What follows the target: nothing, free words, a day, a day or a length of time, the name of an agreement."""
Who = Literal["here", "consumer", "provider", "either"]
"""Whose members may say it: of the team that owns the issue it is said on, of one end of the dependency, of either."""
About = Literal["case", "edge"]
"""What it needs: a case or a dependency, whichever is found; or a dependency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    verb: Verb
    takes: Takes = ""
    who: Who = "here"
    about: About = "case"
    off: bool = True
    """Whether ``off`` in place of what it takes takes it back."""
    doing: str
    """What only members of a team can do: ``promise a date``."""
    does: str
    """One sentence for people."""
    examples: tuple[tuple[str, str], ...]
    """(What follows ``/crosstie``, what it means.)"""

    @property
    def usage(self) -> str:
        """``/crosstie snooze [CASE|ISSUE] 5d|2w|2026-12-01``."""
        after = f" {_SHOWN[self.takes]}" if self.takes else ""
        return f"{WORD} {self.verb} [CASE|ISSUE]{after}"

    @property
    def form(self) -> str:
        """The shortest way to say it: ``/crosstie promise 2026-12-01``."""
        after = f" {_FORMS[self.takes]}" if self.takes in _FORMS else ""
        return f"{WORD} {self.verb}{after}"


_SHOWN: Mapping[Takes, str] = {
    "reason": "[REASON]",
    "day": "DAY",
    "span": "5d|2w|DAY",
    "reference": "REFERENCE",
}
_FORMS: Mapping[Takes, str] = {"day": "2026-12-01", "span": "5d", "reference": "ADR-12"}

COMMANDS: Mapping[str, Command] = {
    command.verb: command
    for command in (
        Command(
            verb="ack",
            takes="reason",
            doing="acknowledge",
            does="Says that your team knows of it, and maybe why it stays so for now: nobody is called until it gets "
            "worse. Said by the team that is waited for, it also commits to the dependency.",
            examples=(
                ("ack", "We know."),
                ("ack k3f9q next sprint", "We know of case k3f9q, and this is why it stays for now."),
                ("ack off", "Takes that back."),
            ),
        ),
        Command(
            verb="snooze",
            takes="span",
            doing="snooze",
            does="Folds it away on this issue for so many working days or weeks, or until a day: nobody is called "
            "until then, unless it gets worse.",
            examples=(
                ("snooze 5d", "For five working days of your team."),
                ("snooze PLAT-7 2w", "For two weeks, all about the dependency on PLAT-7."),
                ("snooze 2026-12-01", "Until 1 December 2026."),
                ("snooze off", "From now on no more; `0d` says the same."),
            ),
        ),
        Command(
            verb="mute",
            doing="mute",
            does="Leaves it out of the note on this issue for good. The other end still hears of it.",
            examples=(
                ("mute k3f9q", "Never tell us of case k3f9q here."),
                ("mute k3f9q off", "Tell it again, also where a deleted note or a removed label had muted it."),
            ),
        ),
        Command(
            verb="reject",
            takes="reason",
            who="either",
            about="edge",
            doing="reject a dependency",
            does="Says that this is no dependency: crosstie forgets it until a link between the two is made anew.",
            examples=(
                ("reject acme/web#34", "We do not wait for acme/web#34, whatever some text says."),
                ("reject acme/web#34 off", "It is a dependency after all."),
            ),
        ),
        Command(
            verb="need",
            takes="day",
            who="consumer",
            about="edge",
            doing="say when it is needed",
            does="Says by which day the waiting team needs it; of several days that were said, the last counts.",
            examples=(
                ("need 2026-12-01", "We need it by 1 December 2026."),
                ("need PLAT-7 off", "There is no such day any more."),
            ),
        ),
        Command(
            verb="promise",
            takes="day",
            who="provider",
            about="edge",
            doing="promise a date",
            does="Promises a day to the team that waits. It counts before the dates on the issue, unless "
            "`dates.promised` orders them differently.",
            examples=(
                ("promise 2026-12-01", "It will be there on 1 December 2026."),
                ("promise PAY-12 2026-12-01", "The same to PAY-12, where several issues wait."),
            ),
        ),
        Command(
            verb="declare",
            who="either",
            about="edge",
            off=False,
            doing="have the link made",
            does="Has crosstie record the dependency in the tracker: as a link between the two issues, or as a web "
            "link where they are in two trackers and one of them can hold it.",
            examples=(("declare PLAT-7", "Link this issue and PLAT-7, the way they wait for each other."),),
        ),
        Command(
            verb="agree",
            takes="reference",
            who="either",
            about="edge",
            doing="record an agreement",
            does="Records the agreement that covers the dependency: a decision, a contract, a page.",
            examples=(
                ("agree ADR-12", "The dependency is covered by ADR-12."),
                ("agree PLAT-7 CONTRACT-3", "The one on PLAT-7 is covered by CONTRACT-3."),
            ),
        ),
        Command(
            verb="why",
            off=False,
            doing="ask why",
            does="Shows in the note what it was judged by.",
            examples=(("why k3f9q", "What does case k3f9q rest on?"),),
        ),
    )
}
