"""One table says it all: the page, the grammar and the help follow it."""

from pathlib import Path
from typing import get_args

import pytest

from model.statements import Verb
from sync.commands.grammar import argument, parse, target_first
from sync.commands.manual import renewed
from sync.commands.verbs import COMMANDS, WORD, Command

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text() == renewed(PAGE.read_text()), "run: python -m sync.commands.manual docs/commands.md"


def test_every_verb_that_a_statement_can_have_is_declared_once() -> None:
    assert sorted(COMMANDS) == sorted(get_args(Verb))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.verb)
def test_its_examples_are_understood(command: Command) -> None:
    for words, meaning in command.examples:
        said = parse(words)
        assert said is not None
        assert said.command is command
        assert meaning.endswith((".", "?"))
        left = target_first(said)
        targets = {"k3f9q", "PLAT-7", "PAY-12", "acme/web#34"}
        given = argument(command, left[1:] if left and left[0] in targets else left)
        assert given.off == words.endswith(" off")
        assert given.off or command.takes != "day" or given.day
        assert given.off or command.takes != "span" or given.day or given.span


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.verb)
def test_its_shortest_form_is_a_command(command: Command) -> None:
    said = parse(command.form.removeprefix(WORD))
    assert said is not None
    argument(command, said.words)
    assert command.does.endswith(".")
