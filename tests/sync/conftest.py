from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store import Store
from tests.sync.stores import copied


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store that holds nothing."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(empty_store: Path, tmp_path: Path) -> Iterator[Store]:
    with copied(empty_store, tmp_path) as store:
        yield store
