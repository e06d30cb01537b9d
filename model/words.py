"""Words from tickets as they may be shown: one line, and nothing in it that cannot be seen.

Control characters move a terminal's cursor, bidirectional marks make a line read differently from how
it is stored, invisible ones hide a second text behind the first, and Jira's XML export breaks on
half surrogates and noncharacters. https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
"""

import re
import unicodedata

LONGEST_QUOTE = 300
"""Characters; Jira's summaries end at 255 and GitHub's titles at 256, so only hostile text is cut."""
_READ = 20_000
"""Characters of a quote that are looked at: texts of 10 MB come by, and of these hardly any is shown."""
_KEPT = frozenset({0x200C, 0x200D, 0xFE0E, 0xFE0F})
"""Joiners and variation selectors that Persian, Hindi and emoji are written with."""
_NEVER = frozenset({"Cc", "Cf", "Co", "Cs"})
_BLANK = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0}
    | {*range(0x180B, 0x1810), *range(0xFE00, 0xFE0E), *range(0xFFF0, 0xFFF9)}
)
"""Letters and marks that show nothing, though their category does not say so (Default_Ignorable_Code_Point)."""
_IGNORED = range(0xE0000, 0xE1000)
_MARKS = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARKS}{{4}}){_MARKS}+")
"""Accents piled up to smear over the lines around. No language piles up five."""


_RARE = re.compile(f"[{''.join(map(chr, sorted(_BLANK)))}\U000e0000-\U000e0fff]|{_PILE.pattern}")
"""What may stand in text that Python calls printable and still is not shown as it stands."""


class _Shown(dict[int, str | None]):
    """What each character is shown as; looked up once for each that there is."""

    def __missing__(self, code: int) -> str | None:
        if len(self) > 20_000:  # more than people write with: somebody is filling our memory
            self.clear()
        shown = self[code] = _shown(code)
        return shown


def _shown(code: int) -> str | None:
    character = chr(code)
    category = unicodedata.category(character)
    if character.isspace() or category in ("Zl", "Zp"):
        return " "
    if code in _KEPT:
        return character
    never = category in _NEVER or code in _BLANK or code in _IGNORED
    return None if never or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF else character


_TABLE = _Shown()


def clean(words: str) -> str:
    """One line without control, bidirectional and other invisible characters; blanks in a row become one."""
    if not words.isprintable() or (not words.isascii() and _RARE.search(words)):
        words = _PILE.sub(r"\1", words.translate(_TABLE))
    return re.sub(r" {2,}", " ", words) if "  " in words else words


def quoted(words: str) -> str:
    """As many of a ticket's words, cleaned, as a line has room for."""
    shown = clean(words[:_READ])
    return cut(shown) if len(words) <= _READ else f"{shown[: LONGEST_QUOTE - 1].rstrip()}…"


def cut(words: str) -> str:
    """The same of words that are clean."""
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rstrip()}…"


def bared(words: str) -> tuple[str, str, str]:
    """Words without the blanks around, and these: most markup counts only right beside a word."""
    rest = words.lstrip()
    bare = rest.rstrip()
    return words[: len(words) - len(rest)], bare, rest[len(bare) :]
