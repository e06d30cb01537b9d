from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store import Store
from tests.run.worlds import Installation


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store that holds nothing: making one takes longer than a run."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def acme(tmp_path: Path, empty_store: Path) -> Iterator[Installation]:
    installation = Installation.at(tmp_path, empty_store)
    try:
        yield installation
    finally:
        installation.running.close()
