"""What may be seen of words from tickets."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.words import LONGEST_QUOTE, bared, clean, quoted

IGNORABLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0\ufff0\ufff8\ufe00\U000e0100"
"""Of Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), what no category tells."""
KEPT = "\u200c\u200d\ufe0e\ufe0f"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("pay \u202egnp.exe\u202c\x1b[31m\n\u2067now", "pay gnp.exe[31m now"),
        ("a\u2028b\tc\u00a0d  e", "a b c d e"),
        (
            "नम\u200dस्ते می\u200cخواهم \U0001f469\u200d\U0001f4bb \u2764\ufe0f",
            "नम\u200dस्ते می\u200cخواهم \U0001f469\u200d\U0001f4bb \u2764\ufe0f",
        ),
        ("z\u0335\u0336\u0337\u0338\u0321\u0322\u0327a\u0301lgo", "z\u0335\u0336\u0337\u0338a\u0301lgo"),
        ("Việt Nam, ѽ҃, ก็", "Việt Nam, ѽ҃, ก็"),
        ("tag\U000e0067\U000e007f, half \ud800, none \ufffe\U0010ffff\ufdd0", "tag, half , none "),
        ("blank\u3164\u115fletters", "blankletters"),
        ("", ""),
    ],
)
def test_words_read_as_they_are_stored(said: str, shown: str) -> None:
    assert clean(said) == shown


def test_no_character_of_unicode_that_cannot_be_seen_is_kept() -> None:
    hidden = [c for c in map(chr, range(0xE000)) if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    hidden += [c for c in map(chr, range(0xF900, 0x110000, 7)) if unicodedata.category(c) in ("Cf", "Co")]
    assert len(hidden) > 20_000
    assert [hex(ord(c)) for c in (*hidden, *IGNORABLE) if c not in KEPT and clean(f"a{c}b") not in ("ab", "a b")] == []


def test_letters_and_signs_of_every_script_are_kept() -> None:
    seen = [c for c in map(chr, range(0x20, 0x20000)) if unicodedata.category(c)[0] in "LNPS"]
    assert [hex(ord(c)) for c in seen if c not in IGNORABLE and clean(c) != c] == []
    assert all(clean(c) == c for c in KEPT)


@settings(max_examples=50)
@given(st.text(st.characters(), max_size=40))
def test_cleaning_is_done_once_and_parts_add_up(said: str) -> None:
    shown = clean(said)
    assert clean(shown) == shown
    assert "".join(bared(shown)) == shown
    assert bared(shown)[1] == shown.strip()


def test_only_hostile_words_are_cut() -> None:
    assert quoted("x" * LONGEST_QUOTE) == "x" * LONGEST_QUOTE
    assert quoted("x" * (LONGEST_QUOTE + 1)) == "x" * (LONGEST_QUOTE - 1) + "…"
    assert quoted("see\u202e" * 10_000_000)[-5:] == "eese…"
    assert quoted("see" + "\u202e" * 10_000_000) == "see…"
