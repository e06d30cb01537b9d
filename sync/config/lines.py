"""On which line of a TOML text each setting stands.

``tomllib`` gives values without places, and pydantic's errors know only a path; this walks the
text once more and notes a line per path. The text has been parsed before, so it is known to be
valid and the walk need not judge it.
"""

import re
import tomllib
from collections.abc import Callable

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{1,2})?' + r"|'''.*?'''(?:'{1,2})?" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'", re.DOTALL
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_SCALAR = re.compile(r"[^,\]}#\n]*")


def line_map(text: str) -> dict[Path, int]:
    """Line, from 1, of every table, key, list item and inline table in valid TOML."""
    return _Walk(text).lines


class _Walk:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted, self._line = 0, 1
        self._last_item: dict[Path, int] = {}
        """Arrays of tables: index of the item that a header under them now means."""
        self.lines: dict[Path, int] = {}
        table: Path = ()
        self._take(_SPACE)
        while self._at < len(text):
            if text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._take(_SPACE)

    def _header(self) -> Path:
        """``[a.b]`` or ``[[a.b]]``: the path that the keys below it start with."""
        is_item = self._text.startswith("[[", self._at)
        line = self._here()
        self._skip(2 if is_item else 1)
        *above, last = self._key()
        path: Path = ()
        for part in above:
            path = self._into((*path, part), line)
        path = (*path, last)
        if is_item:
            self.lines.setdefault(path, line)
            self._last_item[path] = self._last_item.get(path, -1) + 1
            path = (*path, self._last_item[path])
        self.lines[path] = line
        self._take(_SPACE)
        self._skip(2 if is_item else 1)
        return path

    def _into(self, path: Path, line: int) -> Path:
        self.lines.setdefault(path, line)
        return (*path, self._last_item[path]) if path in self._last_item else path

    def _pair(self, table: Path) -> None:
        """``key = value``, of which the key may be dotted."""
        line = self._here()
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self._take(_SPACE)
        self._skip(1)
        self._take(_SPACE)
        self._value(path)

    def _key(self) -> list[str]:
        parts = [self._key_part()]
        while self._take(_DOT):
            parts.append(self._key_part())
        return parts

    def _key_part(self) -> str:
        self._take(_SPACE)
        if quoted := self._take(_STRING):
            return str(tomllib.loads(f"key = {quoted}")["key"])
        return self._take(_BARE_KEY)

    def _value(self, path: Path) -> None:
        match self._text[self._at : self._at + 1]:
            case "[":
                self._items("]", path, self._item)
            case "{":
                self._items("}", path, lambda table, _: self._pair(table))
            case "'" | '"':
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _item(self, path: Path, index: int) -> None:
        self.lines[(*path, index)] = self._here()
        self._value((*path, index))

    def _items(self, end: str, path: Path, item: Callable[[Path, int], None]) -> None:
        self._skip(1)
        self._take(_SPACE)
        index = 0
        while self._text[self._at] != end:
            item(path, index)
            index += 1
            self._take(_SPACE)
            if self._text[self._at] == ",":
                self._skip(1)
                self._take(_SPACE)
        self._skip(1)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        taken = found[0] if found else ""
        self._at += len(taken)
        return taken

    def _skip(self, count: int) -> None:
        self._at += count

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line
