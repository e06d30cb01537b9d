"""``needed by 2026-12-01``: days that people write next to a reference."""

import re
from datetime import date

from connectors.text.base import MARK

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = (
    r"(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    rf"|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH}),? (?P<y1>\d{{4}})"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}}))(?![\w-])"
)
_NEEDED = re.compile(
    r"(?<![\w-])(?:needs?|needed|requires?|required|due|wanted|deadline|(?:must|has to|needs? to|needed to) be \w+)"
    r"(?: (?:this|it|that|them|these|done|ready|finished|delivered|\ue000))?"
    r"(?: (?:date|by|before|on|until|no later than|not later than|at the latest)){0,2} ?[:：]? ?(?:is )?" + _DAY,
    re.IGNORECASE,
)
_BY = re.compile(r"\ue000 (?:by|before|no later than) " + _DAY, re.IGNORECASE)


def needed(text: str, *, waited_for: bool = False) -> set[date]:
    """The days by which something is needed, in a text in one line.

    With ``waited_for``, "PAY-12 by 2026-12-01" counts too.
    """
    found = [*_NEEDED.finditer(text), *(_BY.finditer(text) if waited_for else ())]
    return {day for match in found if (day := _day(match)) is not None}


def blanked(text: str) -> str:
    """The text with such remarks turned to spaces: what is left must speak for itself."""
    without = _NEEDED.sub(_spaces, text)
    return re.sub(rf"(?<=\ue000) (?:by|before|no later than) {_DAY}", _spaces, without, flags=re.IGNORECASE)


def _spaces(match: re.Match[str]) -> str:
    return "".join(MARK if letter == MARK else " " for letter in match[0])


def _day(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        month = _MONTHS.index((match["m1"] or match["m2"])[:3].lower()) + 1
        return date(int(match["y1"] or match["y2"]), month, int(match["d1"] or match["d2"]))
    except ValueError:
        return None
