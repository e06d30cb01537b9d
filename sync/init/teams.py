"""One guessed team as TOML."""

from model.facts import Person
from sync.init.base import Guess
from sync.init.toml import commented, plain, text, texts

CALENDAR = "main"


def team(guess: Guess) -> list[str]:
    """A table; as a comment where it is no more than a possibility."""
    block = [
        "[[teams]]",
        f"name = {text(guess.name)}",
        *texts("owns", [claim.pattern for claim in guess.claims], [claim.because for claim in guess.claims]),
        *_representative(guess),
        f"calendar = {text(CALENDAR)}",
    ]
    members = _members(guess)
    if not guess.sure:
        return [
            f"# QUESTION: is {plain(guess.name)} a team of its own? Then take the # away.",
            *commented([*block, *members]),
        ]
    return [*block, *commented(members)]


def _representative(guess: Guess) -> list[str]:
    if guess.lead is None:
        return []
    kind, person = guess.lead
    return [f"representative = {_person(kind, person)} # {_called(person)}, who leads it there"]


def _members(guess: Guess) -> list[str]:
    if not guess.people:
        return []
    rows = (f"  {_person(kind, person)}, # {_called(person)}" for kind, person in guess.people)
    return ["members = [", *rows, "]"]


def _person(kind: str, person: Person) -> str:
    return f"{{ {kind} = {text(person.id)} }}"


def _called(person: Person) -> str:
    return plain(person.name) or plain(person.id)
