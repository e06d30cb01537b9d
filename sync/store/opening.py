"""Opening a store: the URL checked, the file made, the schema brought up to date.

Alembic is imported only when there is something to migrate: it costs more than a run on an
unchanged store does.
"""

import os
import sqlite3
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from sync.store.base import Database, StoreError, failure

HEAD = "0004"
"""The newest migration in ``migrations/versions``; a test compares."""
BUSY_SECONDS = 30
MIGRATION_LOCK = 0x63_72_6F_73_73
"""Key of PostgreSQL's advisory lock, so that of two processes that open an old store one migrates and one waits."""


def open_engine(url: str) -> tuple[Engine, str]:
    """An engine on a database of the present schema, and its name for messages.

    Raises StoreError when the URL, the file or the schema will not do.
    """
    parsed = _parse(url)
    name = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        _ensure_file(parsed.database)
    try:
        engine = _engine(parsed)
    except ModuleNotFoundError as error:
        raise StoreError(f"store {name} needs the Python package {error.name}; install it beside crosstie") from error
    try:
        _ensure_schema(engine, name)
    except DBAPIError as error:
        engine.dispose()
        raise failure(name, error) from error
    except BaseException:
        engine.dispose()
        raise
    return engine, name


def _parse(url: str) -> URL:
    ways = "use sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE"
    try:
        parsed = make_url(url)
        known = parsed.get_backend_name() in ("sqlite", "postgresql")
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StoreError(f"store.url is no database URL; {ways}") from None
    if not known:
        raise StoreError(f"store.url names a {parsed.get_backend_name()} database, which crosstie cannot use; {ways}")
    return parsed


def _ensure_file(database: str | None) -> None:
    """Make the file for its owner only: it holds the text of tickets. SQLite gives its WAL the same mode."""
    if not database or database == ":memory:":
        return
    path = Path(database)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"store {path}: {error.strerror}; name another file in store.url") from error


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True)
    memory = not url.database or url.database == ":memory:"
    own: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, hide_parameters=True, connect_args=arguments, **own)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own way of beginning transactions leaves out reads and schema changes.
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(conn: Connection) -> None:
    conn.exec_driver_sql(conn.get_execution_options().get("begin", "BEGIN"))


def _ensure_schema(engine: Engine, name: str) -> None:
    database = Database(engine, name)
    with database.reading() as conn:
        if _revision(conn, name) == HEAD:
            return
    with database.writing() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(select(text(f"pg_advisory_xact_lock({MIGRATION_LOCK})")))
        if _revision(conn, name) != HEAD:
            _migrate(conn, name)


def _revision(conn: Connection, name: str) -> str | None:
    """The schema's revision; None for an empty database. Raises StoreError for one that is not ours."""
    tables = inspect(conn).get_table_names()
    if "alembic_version" in tables and "facts" in tables:
        return conn.execute(text("select version_num from alembic_version")).scalar()
    if tables:
        raise StoreError(f"store {name}: the database belongs to another program; name another one in store.url")
    return None


def _migrate(conn: Connection, name: str) -> None:
    from alembic.command import upgrade
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    with resources.as_file(resources.files("sync.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = conn
        revision = _revision(conn, name)
        try:
            if revision:
                ScriptDirectory.from_config(config).get_revision(revision)
        except CommandError:
            raise StoreError(
                f"store {name} was made by a newer crosstie (schema {revision}); upgrade this one"
            ) from None
        upgrade(config, "head")
