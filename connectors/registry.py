"""Finds the trackers there are: every module or package of this room that defines a connector.

A new one is a new file, with its connector and its config table in it. The tables of those that
come with crosstie stand in ``connectors.tables``, so that reading a config imports no client library.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TypeVar, get_args

import connectors
import connectors.tables
from connectors.base import Connector
from connectors.tables import TrackerTable

COMMON = frozenset(
    {"answers", "base", "crew", "decode", "http", "limits", "lost", "registry", "survey", "tables", "text"}
)
"""What all trackers share; left alone here, because some of it is slow to import."""

Found = TypeVar("Found", type[Connector], type[TrackerTable])


def load() -> Mapping[str, type[Connector]]:
    """Connector classes by ``kind``, sorted. Raises ValueError when two claim the same kind."""
    kinds: dict[str, type[Connector]] = {}
    for name in _modules():
        for thing in vars(import_module(name)).values():
            if isinstance(thing, type) and issubclass(thing, Connector) and "kind" in vars(thing):
                _claim(kinds, thing.kind, thing)
    return dict(sorted(kinds.items()))


@cache
def tables() -> Mapping[str, type[TrackerTable]]:
    """The config tables by ``kind``, sorted. Raises ValueError when two claim the same kind."""
    kinds: dict[str, type[TrackerTable]] = {}
    for name in _modules(packages=False):
        for thing in vars(import_module(name)).values():
            if isinstance(thing, type) and issubclass(thing, TrackerTable) and thing is not TrackerTable:
                (kind,) = get_args(thing.model_fields["kind"].annotation)
                _claim(kinds, kind, thing)
    return dict(sorted(kinds.items()))


def _modules(*, packages: bool = True) -> Iterator[str]:
    places = [connectors.__path__] if packages else [connectors.__path__, connectors.tables.__path__]
    for path, place in zip(places, ("connectors", "connectors.tables"), strict=False):
        for info in sorted(pkgutil.iter_modules(path), key=lambda info: info.name):
            if info.name not in COMMON and (packages or not info.ispkg):
                yield f"{place}.{info.name}"


def _claim(kinds: dict[str, Found], kind: str, thing: Found) -> None:
    holder = kinds.setdefault(kind, thing)
    if holder is not thing:
        raise ValueError(f"{thing.__module__} and {holder.__module__} both claim {kind!r}")
