"""Opening a database: its URL, its pragmas, its migrations, and its errors in one clear line."""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import QueuePool

from bot.conversations.codec import parse_json
from bot.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "ripen_version"
MIGRATION_LOCK = 0x726970656E
"""Key of PostgreSQL's advisory lock: "ripen" in ASCII."""

CONNECT_TIMEOUT = 10
"""Seconds; psycopg would wait for minutes."""

LOCK_TIMEOUT = 5.0
"""Seconds, as SQLite waits for its other locks."""

WRITE = "BEGIN IMMEDIATE"
"""Writers lock at once: a transaction that reads first and writes later would fail instead of waiting."""

READ = "BEGIN"

ENGINE_OPTIONS: dict[str, Any] = {"hide_parameters": True, "json_deserializer": parse_json}

T = TypeVar("T")

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",  # as others write it
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}

REMEDIES = {
    "readonly": "Make the file and its folder writable.",
    "unable to open": "Make its folder, and make it writable.",
    "full": "Free some disk space.",
    "locked": "Another program holds it; end that one, or wait.",
    "not a database": "Move the file away, or name another one in conversations.url.",
    "malformed": "Restore it from a backup, or move it away.",
    "password": "Check the user and the password in conversations.url or conversations.url_env.",
    "refused": "Start the server, or correct conversations.url.",
    "no such file": "Start the server, or correct conversations.url.",
    "resolve": "Correct the host in conversations.url.",
    "already exists": "The database holds another program's tables; use one of its own.",
}


def address(url: str, folder: Path) -> URL:
    """The SQLAlchemy URL with its driver; a SQLite file is relative to `folder`. Raises StoreError."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            "conversations.url is not a URL. Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."
        ) from None  # the cause would show the password
    driver = DRIVERS.get(parsed.drivername)
    if driver is None:
        raise StoreError(
            f"conversations.url: {parsed.drivername} is not supported; use sqlite:///FILE or postgresql://..."
        )
    parsed = parsed.set(drivername=driver)
    file = parsed.database or ""
    if driver.startswith("sqlite") and file not in ("", ":memory:") and not file.startswith("file:"):
        parsed = parsed.set(database=str(folder / file))
    return parsed


class Database(Protocol):
    """Runs transactions, which are plain functions of a Connection. Raises as SQLAlchemy does, see one_clear_line."""

    url: URL

    def insert(self, table: Table) -> Any:
        """INSERT as this dialect has it: with `on_conflict_do_nothing` and `on_conflict_do_update`."""

    async def run(self, work: Callable[[Connection], T], begin: str | None = WRITE, /) -> T:
        """`work` in one transaction, committed if it does not raise. On SQLite `begin` opens it; None opens none."""

    async def close(self) -> None:
        """Let go of connections and threads."""


def connect(url: URL) -> Database:
    """A database at `url`; connects on first use. Raises StoreError when the driver is not installed."""
    try:
        return Sqlite(url) if url.get_backend_name() == "sqlite" else Postgres(url)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            f"conversations.url needs a driver that is not installed ({error}). "
            "For PostgreSQL: pip install 'ripen-bot[postgres]'."
        ) from error


class Postgres:
    """A server, on the event loop."""

    def __init__(self, url: URL) -> None:
        self.url = url
        options = {"pool_pre_ping": True, "connect_args": {"connect_timeout": CONNECT_TIMEOUT}}
        self._engine = create_async_engine(url, **ENGINE_OPTIONS, **options)

    def insert(self, table: Table) -> Any:
        """See Database."""
        return postgresql.insert(table)

    async def run(self, work: Callable[[Connection], T], _: str | None = WRITE, /) -> T:
        """See Database."""
        async with self._engine.connect() as connection:
            result = await connection.run_sync(work)
            await connection.commit()
        return result

    async def close(self) -> None:
        """See Database."""
        await self._engine.dispose()


class Sqlite:
    """A file. One connection in one thread: writers of this process queue for it in order instead of polling SQLite's
    lock, and a transaction is one trip to the thread, which goes through even if nobody waits for it any more.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self._thread = ThreadPoolExecutor(1, "conversations")
        self._engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, **ENGINE_OPTIONS)
        event.listen(self._engine, "connect", _prepare_sqlite)
        event.listen(self._engine, "begin", _begin_sqlite)

    def insert(self, table: Table) -> Any:
        """See Database."""
        return sqlite.insert(table)

    async def run(self, work: Callable[[Connection], T], begin: str | None = WRITE, /) -> T:
        """See Database."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work, begin)

    def _run(self, work: Callable[[Connection], T], begin: str | None) -> T:
        with self._engine.connect().execution_options(begin=begin) as connection:
            result = work(connection)
            connection.commit()
        return result

    async def close(self) -> None:
        """See Database. The thread ends with this object."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is not left in free pages
    # With WAL, NORMAL loses nothing when the process dies; when the power fails, the last commits at most.
    connection.execute("PRAGMA synchronous=NORMAL")
    _use_write_ahead_log(connection)


def _use_write_ahead_log(connection: Any) -> None:
    """SQLite's own timeout does not hold here: of processes that start at once on a new file, some are refused."""
    patience = monotonic() + LOCK_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() > patience:
                raise
            sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options()["begin"]
    if begin is not None:
        connection.exec_driver_sql(begin)


@asynccontextmanager
async def one_clear_line(url: URL, doing: str) -> AsyncIterator[None]:
    """Turn what the database raises into StoreError, without the password and without what was being written."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        reason = _reason(error)
        remedy = next((cure for sign, cure in REMEDIES.items() if sign in reason.lower()), "")
        raise StoreError(f"Cannot {doing} conversations in {_place(url)}: {reason}. {remedy}".rstrip()) from error


def _place(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database or ''}"
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _reason(error: BaseException) -> str:
    """The first line: PostgreSQL's further ones may quote values."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(cause).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(cause).__name__


async def overwrite_log(database: Database) -> None:
    """SQLite's write-ahead log still holds what was deleted; empty it as far as other processes let us."""
    if isinstance(database, Sqlite):
        await database.run(
            lambda connection: connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close(), None
        )


async def migrate(database: Database) -> None:
    """Bring the tables to the newest version; nothing is imported or locked when they are there already."""
    if await database.run(_is_current, READ):
        return
    # alembic costs 0.2 s to import, and is not needed at most starts.
    upgrade = (await asyncio.to_thread(importlib.import_module, "bot.conversations.upgrade")).upgrade
    await database.run(partial(_upgrade_in_turn, upgrade=upgrade))


def _upgrade_in_turn(connection: Connection, upgrade: Callable[[Connection], None]) -> None:
    """Two processes may start at once. SQLite's transaction holds the lock already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    if not _is_current(connection):
        upgrade(connection)


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table(VERSION_TABLE):
        return False
    version = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 (a constant)
    known = known_versions()
    if version is not None and version not in known:
        raise StoreError(
            f"The database of conversations is of version {version}, this Ripen knows up to {known[-1]}. "
            "Install the newer Ripen that made it, or name another database in conversations.url."
        )
    return bool(version == known[-1])


def known_versions() -> list[str]:
    """Numbers of the migrations, oldest first: what their file names start with."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
