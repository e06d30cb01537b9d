"""The config's files as one tree of values, with the file and line of each setting."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.config.lines import Path as Keys
from sync.config.lines import line_map

Tree = dict[str, Any]
Place = tuple[str, int]
"""File name as people know it, and line; 0: the file as a whole."""

_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Source:
    """One file that could be read."""

    name: str
    text: str
    tree: Tree
    lines: Mapping[Keys, int]


@dataclass(slots=True)
class Merged:
    """All files together."""

    path: Path
    text: str = ""
    tree: Tree = field(default_factory=dict)
    places: dict[Keys, Place] = field(default_factory=dict)
    faults: list[tuple[Place, str, str]] = field(default_factory=list)
    """(place, setting, message) of what is wrong with the files themselves."""

    def place(self, keys: Keys) -> Place:
        """Where a setting stands, or else the table it should stand in."""
        while keys and keys not in self.places:
            keys = keys[:-1]
        return self.places.get(keys, (str(self.path), 0))


def read_files(path: Path) -> Merged:
    """The file and those that its ``include`` names. Never raises: see ``faults``."""
    merged = Merged(path)
    main = _source(merged, path)
    if main is None:
        return merged
    _merge(merged, main)
    for included in _included(merged, main):
        source = _source(merged, included)
        if source is None:
            continue
        if "include" in source.tree:
            message = f"only {main.name} may include other files"
            merged.faults.append(((source.name, source.lines["include",]), "include", message))
            del source.tree["include"]
        _merge(merged, source)
    return merged


def _source(merged: Merged, path: Path) -> Source | None:
    name = str(path)
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        return Source(name, text, tomllib.loads(text), line_map(text))
    except FileNotFoundError:
        merged.faults.append(((name, 0), "", "there is no such file"))
    except OSError as error:
        merged.faults.append(((name, 0), "", f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        merged.faults.append(((name, line), "", "is not UTF-8 here; save the file as UTF-8"))
    except tomllib.TOMLDecodeError as error:
        merged.faults.append(_syntax(name, text, str(error)))
    except RecursionError:
        merged.faults.append(((name, 0), "", "lists or tables are nested too deeply"))
    return None


def _syntax(name: str, text: str, message: str) -> tuple[Place, str, str]:
    """Moves the place that ``tomllib`` puts at the end of its message to the front."""
    found = _WHERE.search(message)
    said = message[: found.start()] if found else message
    said = "this is set twice" if said == "Cannot overwrite a value" else said
    if found and found[1]:
        return (name, int(found[1])), "", f"not valid TOML at column {found[2]}: {said}"
    return (name, text.rstrip().count("\n") + 1), "", f"not valid TOML: the file ends too early: {said}"


def _included(merged: Merged, main: Source) -> list[Path]:
    """Existing files, sorted within each pattern; a plain name must exist, a pattern may find nothing yet."""
    patterns = main.tree.get("include", [])
    found: dict[Path, None] = {}
    for pattern in patterns if isinstance(patterns, list) else []:
        if not isinstance(pattern, str) or not pattern:
            continue
        folder = merged.path.parent
        if any(sign in pattern for sign in "*?["):
            found |= dict.fromkeys(sorted(p for p in _glob(folder, pattern) if p.is_file()))
        else:
            found[folder / pattern] = None
    return [path for path in found if path.resolve() != merged.path.resolve()]


def _glob(folder: Path, pattern: str) -> list[Path]:
    absolute = Path(pattern)
    if absolute.is_absolute():
        return list(Path(absolute.anchor).glob(str(absolute.relative_to(absolute.anchor))))
    return list(folder.glob(pattern))


def _merge(merged: Merged, source: Source) -> None:
    merged.text += ("" if not merged.text else f"\n# {source.name}\n") + source.text
    merged.places.setdefault((), (source.name, 0))
    _graft(merged, source, merged.tree, source.tree, (), ())


def _graft(merged: Merged, source: Source, into: Tree, tree: Tree, at: Keys, frm: Keys) -> None:
    """Tables are joined and arrays of tables follow each other; anything else may be set only once."""
    for key, value in tree.items():
        mine, theirs = (*at, key), (*frm, key)
        standing = into.get(key)
        if key not in into:
            into[key] = value
            _places(merged, source, mine, theirs)
        elif isinstance(standing, dict) and isinstance(value, dict):
            _graft(merged, source, standing, value, mine, theirs)
        elif isinstance(standing, list) and _are_tables(standing) and _are_tables(value):
            for index, item in enumerate(value):
                _places(merged, source, (*mine, len(standing)), (*theirs, index))
                standing.append(item)
        else:
            file, line = merged.place(mine)
            place = (source.name, source.lines.get(theirs, 0))
            merged.faults.append((place, ".".join(map(str, mine)), f"is already set in {file}:{line}"))


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _places(merged: Merged, source: Source, at: Keys, frm: Keys) -> None:
    for keys, line in source.lines.items():
        if keys[: len(frm)] == frm:
            merged.places[(*at, *keys[len(frm) :])] = (source.name, line)
