"""Near misses, and values as they may be shown."""

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches

from connectors.tables import Unfit as Unfit

_LONGEST = 40
_LIKE_A_SECRET = re.compile(r"[A-Za-z0-9+/_=.-]{20,}|.*://.*@.*")
"""A long run without a space may be a token pasted into the wrong place; a URL may hold a password."""
_SECRET_NAME = re.compile(r"token|secret|passw|credential|\bpat\b|api_?key", re.IGNORECASE)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant; empty when none is near."""
    by_fold = {k.casefold(): k for k in sorted(known)}
    found = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""


def listed(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def shown(value: object, setting: str = "") -> str:
    """The value as TOML has it, for a message; empty when it is long or could be a secret."""
    if _SECRET_NAME.search(setting) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, str) and (len(value) > _LONGEST or _LIKE_A_SECRET.fullmatch(value)):
        return ""
    return json.dumps(value, ensure_ascii=False)


def no_such(what: str, name: str) -> str:
    """``there is no team "paymnts"``."""
    said = shown(name)
    return f"there is no {what} {said}" if said else f"there is no such {what}"


def is_secret_name(setting: str) -> bool:
    return bool(_SECRET_NAME.search(setting))


def env_name(name: str, which: str, table: str = "trackers") -> str:
    """The variable for a tracker's ``token``, ``write_token`` or ``private_key``, or a digest's ``url``."""
    return f"CROSSTIE_{table}__{name.replace('-', '_')}__{which}".upper()
