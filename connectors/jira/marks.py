"""How a comment of ours says which note it is, on each face of Jira."""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from connectors.http import Json

PROPERTY = "crosstie"
_ANCHOR = re.compile(r"(?<!\\)\{anchor:crosstie\.([\w.~%-]{1,500})\.([0-9a-f]{0,64})(?:-([0-9a-f]{0,64}))?\}")


class Mark(NamedTuple):
    marker: str
    digest: str
    said: str = ""
    """Of all that it said; empty in notes of versions that did not note that."""


def as_property(mark: Mark) -> Json:
    return {"key": PROPERTY, "value": mark._asdict()}


def from_properties(comment: Json) -> Mark | None:
    """What our property on a comment says; None when it has none that we could have written."""
    for row in comment.get("properties") or []:
        value = row.get("value")
        if row.get("key") == PROPERTY and isinstance(value, dict) and isinstance(value.get("marker"), str):
            return Mark(value["marker"], str(value.get("digest", "")), str(value.get("said", "")))
    return None


def with_anchor(text: str, mark: Mark) -> str:
    """``text`` and, at its end, an anchor, which shows nothing."""
    sums = f"{mark.digest}-{mark.said}" if mark.said else mark.digest
    return f"{text} {{anchor:crosstie.{quote(mark.marker, safe='')}.{sums}}}"


def from_anchor(body: Json) -> Mark | None:
    """What the last anchor of ours in a text says. Words from tickets cannot hold one: their braces are escaped."""
    found = _ANCHOR.findall(body) if isinstance(body, str) else []
    return Mark(unquote(found[-1][0]), *found[-1][1:]) if found else None
