"""A store opens on the right database, makes it when there is none, and says plainly what is wrong otherwise."""

import sqlite3
import stat
from importlib import resources
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_mock_engine
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateIndex, CreateTable

from sync.store import Store, StoreError
from sync.store.opening import HEAD
from sync.store.tables import metadata
from tests.sync.stores import NOON, issue, page


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "crosstie.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.save_page("jira", page(issue(1)), NOON)
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == {0o600}


def test_a_relative_path_is_relative_to_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Store.open("sqlite:///here.db").close()
    assert (tmp_path / "here.db").stat().st_size


def test_what_was_stored_is_there_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crosstie.db'}"
    with Store.open(url) as store:
        store.save_page("jira", page(issue(1)), NOON)
    with Store.open(url) as store:
        assert store.facts().issues == {"jira:PAY-1": issue(1)}


def test_in_memory() -> None:
    with Store.open("sqlite://") as store:
        store.save_page("jira", page(issue(1)), NOON)
        assert store.facts().issues == {"jira:PAY-1": issue(1)}


def test_migrations_make_exactly_the_tables_that_the_code_uses() -> None:
    with Store.open("sqlite://") as store, store.reading() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(resources.files("sync.store") / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_postgresql_can_have_these_tables() -> None:
    dialect = create_mock_engine("postgresql://", lambda *_: None).dialect
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        assert all(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)


def test_a_store_of_a_newer_crosstie_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crosstie.db"
    Store.open(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as conn:
        conn.execute("update alembic_version set version_num = '9999'")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer crosstie \(schema 9999\)"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as conn:
        conn.execute("create table photos (id integer)")
    conn.close()
    with pytest.raises(StoreError, match="belongs to another program"):
        Store.open(f"sqlite:///{path}")
    with sqlite3.connect(path) as conn:
        assert conn.execute("select name from sqlite_master").fetchall() == [("photos",)]
    conn.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk and bread, and do not forget the eggs.\n" * 50)
    with pytest.raises(StoreError, match=r"notes\.txt.*not a crosstie store"):
        Store.open(f"sqlite:///{path}")
    assert path.read_text().startswith("Buy milk")


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ("nowhere/crosstie.db", "No such file or directory"),
        ("", "Is a directory"),
        ("file/crosstie.db", "Not a directory"),
    ],
)
def test_a_path_that_cannot_be_written_is_named(tmp_path: Path, where: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=why) as caught:
        Store.open(f"sqlite:///{tmp_path / where}")
    assert str(tmp_path) in str(caught.value)
    assert "store.url" in str(caught.value)


@pytest.mark.parametrize("url", ["crosstie.db", "mysql://bot:hunter2@db/crosstie", "nonsense://bot:hunter2@db/x", ""])
def test_a_url_that_will_not_do_names_those_that_will(url: str) -> None:
    with pytest.raises(StoreError, match="use sqlite:///FILE or postgresql") as caught:
        Store.open(url)
    assert "hunter2" not in str(caught.value)


def test_a_missing_driver_is_named_and_the_password_is_not() -> None:
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql+pg8000://bot:hunter2@127.0.0.1:1/crosstie")
    assert "pg8000" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_error_in_a_transaction_leaves_nothing_behind() -> None:
    with Store.open("sqlite://") as store:
        with pytest.raises(StatementError, match="aware"):
            store.save_page("jira", page(issue(1)), NOON.replace(tzinfo=None))
        assert not store.facts().issues
        assert not store.facts().generations
