"""The tables of fields in docs/custom-rules.md, made from the fields themselves.

``python -m rules.expressions_manual docs/custom-rules.md`` writes them anew; a test keeps page and fields together.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rules.fields import DEPENDENCY, ISSUE, KINDS, PARTY, SCOPE, Field

BEGIN, END = "<!-- fields: made from rules/fields.py -->", "<!-- end of fields -->"
_TABLES: Mapping[str, Mapping[str, Field[Any]]] = {
    "Issues: `consumer`, `provider`, `issue`": ISSUE,
    "`dependency`": DEPENDENCY,
    "`scope`": SCOPE,
    "`party`": PARTY,
}


def tables() -> str:
    """What stands between the two marks."""
    return "\n".join(line for title, fields in _TABLES.items() for line in _table(title, fields))


def renewed(page: str) -> str:
    """The page with its tables made anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{tables()}\n\n{END}{rest.partition(END)[2]}"


def _table(title: str, fields: Mapping[str, Field[Any]]) -> Iterator[str]:
    yield from ("", f"### {title}", "", "| field | type | what it says |", "| --- | --- | --- |")
    for name, field in fields.items():
        words = f" One of {', '.join(f'`{word}`' for word in field.words)}." if field.words else ""
        yield f"| `{name}` | {KINDS[field.kind]} | {field.about}{words} |"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text()))
