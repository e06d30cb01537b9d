"""Connectors are found by walking their room."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

import connectors
from connectors.jira import JiraConnector


def test_all_connectors_are_found_sorted() -> None:
    found = connectors.load()
    assert found["jira"] is JiraConnector
    assert list(found) == sorted(found)
    assert all(cls.kind == kind for kind, cls in found.items())


def test_two_of_a_kind_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "second.py").write_text(
        "from connectors.base import Connector\n\nclass Second(Connector):\n    kind = 'jira'\n"
    )
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(tmp_path)])
    monkeypatch.setitem(sys.modules, "connectors.second", ModuleType("connectors.second"))
    del sys.modules["connectors.second"]
    with pytest.raises(ValueError, match=r"connectors\.second and connectors\.jira both claim 'jira'"):
        connectors.load()
