"""Who reads whose notes: what ``check`` says before anything is written. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from model.audience import audience_of_scope
from model.facts import Scope
from model.policy import PUBLIC, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Projects and repositories whose readers may read each other's content."""

    audience: str
    """``public``, a group of ``[audiences]``, or the one ``tracker:scope`` that it is."""
    scopes: tuple[str, ...]
    notes_on: tuple[str, ...]
    """Those of them that ``notes.write_to`` names."""
    carry: tuple[str, ...]
    """Whose content a note on one of them may carry, beside its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    readers: tuple[Readers, ...]
    """The public first, then by name."""
    write_to_nothing: tuple[str, ...]
    """Patterns of ``notes.write_to`` that fit no project and no repository that is read."""
    group_nothing: Mapping[str, tuple[str, ...]]
    """The same of each group of ``[audiences]``, those without any left out."""


def outlook(scopes: Iterable[Scope], policy: Policy, write_to: Sequence[str]) -> Outlook:
    """``scopes``: those that are read, or, before there was a pull, the patterns that the config has for them."""
    groups: dict[str, list[str]] = {}
    for scope in sorted(scopes, key=str):
        groups.setdefault(audience_of_scope(policy, scope), []).append(str(scope))
    every = [name for names in groups.values() for name in names]
    nothing = {name: _fitting_none(patterns, every) for name, patterns in sorted(policy.audiences.items())}
    return Outlook(
        readers=tuple(
            _readers(audience, groups, write_to) for audience in sorted(groups, key=lambda a: (a != PUBLIC, a))
        ),
        write_to_nothing=_fitting_none(write_to, every),
        group_nothing={name: patterns for name, patterns in nothing.items() if patterns},
    )


def _readers(audience: str, groups: Mapping[str, Sequence[str]], write_to: Sequence[str]) -> Readers:
    mine = groups[audience]
    others = mine if len(mine) > 1 else ()
    public = groups.get(PUBLIC, ()) if audience != PUBLIC else ()
    return Readers(
        audience=audience,
        scopes=tuple(mine),
        notes_on=tuple(name for name in mine if any(fits(pattern, name) for pattern in write_to)),
        carry=tuple(sorted({*others, *public})),
    )


def fits(pattern: str, scope: str) -> bool:
    """Whether the pattern names the scope, or, where that is a pattern itself, one that it may turn out to be."""
    pattern, scope = pattern.casefold(), scope.casefold()
    return fnmatchcase(scope, pattern) or ("*" in scope and fnmatchcase(pattern, scope))


def _fitting_none(patterns: Iterable[str], scopes: Sequence[str]) -> tuple[str, ...]:
    return tuple(pattern for pattern in patterns if not any(fits(pattern, scope) for scope in scopes))
