"""Settings that have another name now, and are understood under the old one for a while.

Renaming a setting is one line in ``RENAMED``. Values do not change their meaning on the way: a setting with
another unit is another setting.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sync.config.files import Merged
from sync.config.lines import Path
from sync.config.report import Report, dotted

ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    old: tuple[str, ...]
    """Path of the setting; ``*`` stands for any name, or any item of a list."""
    new: tuple[str, ...]
    """With as many ``*``, which stand for the same names and items in their order."""
    until: str
    """The version of crosstie that no longer understands the old name."""


RENAMED: tuple[Renamed, ...] = ()
"""None so far."""


def rename(merged: Merged, report: Report, table: Sequence[Renamed] = RENAMED) -> None:
    """Put what stands under an old name under the new one, with a warning; both at once are a mistake."""
    for entry in table:
        for old, met in list(_matches(merged.tree, entry.old)):
            new = _filled(entry.new, met)
            if _has(merged.tree, new):
                said = f"this is called {dotted(new)} now, which is set at {report.place(new)} already; remove this one"
                report.say(old, said)
                _take(merged.tree, old)
            elif (into := _table_for(merged.tree, new)) is not None:
                said = f"this is called {dotted(new)} now; crosstie {entry.until} will no longer know the old name"
                report.warn(old, said)
                _move(merged, old, new, into)


def _matches(node: Any, pattern: Sequence[str], path: Path = (), met: Path = ()) -> Iterator[tuple[Path, Path]]:
    """(path, what its ``*`` stood for), of all that is there."""
    if not pattern:
        yield path, met
        return
    for key, value in list(_children(node)):
        if pattern[0] in (ANY, key):
            wild = (*met, key) if pattern[0] == ANY else met
            yield from _matches(value, pattern[1:], (*path, key), wild)


def _children(node: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)


def _filled(pattern: Sequence[str], met: Path) -> Path:
    wild = iter(met)
    return tuple(next(wild) if part == ANY else part for part in pattern)


def _has(tree: Any, path: Path) -> bool:
    for part in path:
        if part not in dict(_children(tree)):
            return False
        tree = tree[part]
    return True


def _take(tree: Any, path: Path) -> Any:
    for part in path[:-1]:
        tree = tree[part]
    return tree.pop(path[-1])


def _table_for(tree: Any, path: Path) -> dict[str, Any] | None:
    """The table that a path's last name belongs in, made where it is not there; None where something else stands."""
    for part in path[:-1]:
        if isinstance(tree, dict):
            tree = tree.setdefault(str(part), {})
        elif _has(tree, (part,)):
            tree = tree[part]
        else:
            return None
    return tree if isinstance(tree, dict) else None


def _move(merged: Merged, old: Path, new: Path, into: dict[str, Any]) -> None:
    """Lines go along, so that a mistake in the value is still told where it stands."""
    into[str(new[-1])] = _take(merged.tree, old)
    for keys, place in list(merged.places.items()):
        if keys[: len(old)] == old:
            merged.places[(*new, *keys[len(old) :])] = place
