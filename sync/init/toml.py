"""Values as TOML writes them, and names of strangers made fit for a comment."""

import json
from collections.abc import Iterable
from textwrap import wrap

TITLE = "# " + "-" * 64 + " "
LINE = 110
"""Characters up to which a list stays on one line."""


def text(value: str) -> str:
    """A TOML string. JSON's is one too, once DEL is escaped and half characters, which are no Unicode, are gone.

    https://toml.io/en/v1.0.0#string
    """
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def texts(name: str, values: Iterable[str], notes: Iterable[str] = ()) -> list[str]:
    """``name = [...]``, on one line where it fits and nothing is to be said of its items."""
    items, said = [text(value) for value in values], [plain(note) for note in notes]
    short = f"{name} = [{', '.join(items)}]"
    if len(items) == 1 and any(said):
        return [f"{short} # {said[0]}"]
    if not any(said) and len(short) <= LINE:
        return [short]
    said += [""] * (len(items) - len(said))
    rows = [f"  {item}," + (f" # {note}" if note else "") for item, note in zip(items, said, strict=True)]
    return [f"{name} = [", *rows, "]"]


def plain(words: str) -> str:
    """One line without control characters: what a tracker calls something, fit for a comment."""
    return "".join(c for c in " ".join(words.split()) if c.isprintable())


def wrapped(words: str) -> list[str]:
    """A paragraph as a comment."""
    return commented(wrap(plain(words), LINE - 2, break_long_words=False, break_on_hyphens=False))


def commented(lines: Iterable[str]) -> list[str]:
    """Lines as they stand, to be had by taking the ``# `` away."""
    return [f"# {line}".rstrip() for line in lines]
