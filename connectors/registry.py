"""Finds the connectors: every package of this room that defines one. A new tracker is one new package."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

import connectors
from connectors.base import Connector


def load() -> Mapping[str, type[Connector]]:
    """Connector classes by ``kind``, sorted. Raises ValueError when two claim the same kind."""
    found: dict[str, type[Connector]] = {}
    for info in sorted(pkgutil.iter_modules(connectors.__path__), key=lambda info: info.name):
        module = import_module(f"connectors.{info.name}")
        for thing in vars(module).values():
            if not (isinstance(thing, type) and issubclass(thing, Connector) and "kind" in vars(thing)):
                continue
            if found.setdefault(thing.kind, thing) is not thing:
                raise ValueError(f"{thing.__module__} and {found[thing.kind].__module__} both claim {thing.kind!r}")
    return dict(sorted(found.items()))
