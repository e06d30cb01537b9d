"""The list of commands in docs/commands.md, made from the table that they are declared in.

``python -m sync.commands.manual docs/commands.md`` writes it anew; a test keeps page and table together.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from sync.commands.verbs import COMMANDS, WORD, Command, Who

BEGIN, END = "<!-- commands: made from sync/commands/verbs.py -->", "<!-- end of commands -->"
WHO: Mapping[Who, str] = {
    "here": "the team that owns the issue it is written on",
    "consumer": "the team that waits",
    "provider": "the team that is waited for",
    "either": "either of the two teams",
}


def commands() -> str:
    """What stands between the two marks."""
    return "\n".join((*_overview(), *(line for command in COMMANDS.values() for line in _one(command))))


def renewed(page: str) -> str:
    """The page with its list made anew."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{commands()}\n\n{END}{rest.partition(END)[2]}"


def _overview() -> Iterator[str]:
    yield from ("", "| command | who may say it |", "| --- | --- |")
    for command in COMMANDS.values():
        usage = command.usage.replace("|", "\\|")
        yield f"| [`{usage}`](#{command.verb}) | {WHO[command.who]} |"


def _one(command: Command) -> Iterator[str]:
    yield from ("", f"### {command.verb}", "", command.does, "")
    yield f"Who may say it: {WHO[command.who]}, and admins."
    yield ""
    for words, meaning in command.examples:
        yield f"- `{WORD} {words}`: {meaning}"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(renewed(file.read_text()))
