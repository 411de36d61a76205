"""Opening a database: its URL, its pragmas, its migrations, and its errors in one clear line."""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.conversations.codec import parse_json
from bot.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "ripen_version"
MIGRATION_LOCK = 0x726970656E
"""Key of PostgreSQL's advisory lock: "ripen" in ASCII."""

CONNECT_TIMEOUT = 10
"""Seconds; psycopg would wait for minutes."""

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
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
    """The SQLAlchemy URL with its async driver; a SQLite file is relative to `folder`. Raises StoreError."""
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


def connect(url: URL) -> AsyncEngine:
    """An engine for `url`; connects on first use. Raises StoreError when the driver is not installed."""
    options: dict[str, Any] = {"pool_pre_ping": True, "connect_args": {"connect_timeout": CONNECT_TIMEOUT}}
    if url.get_backend_name() == "sqlite":
        # One connection: writers of this process queue for it in order, instead of polling SQLite's lock.
        options = {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
    try:
        engine = create_async_engine(url, hide_parameters=True, json_deserializer=parse_json, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            f"conversations.url needs a driver that is not installed ({error}). "
            "For PostgreSQL: pip install 'ripen-bot[postgres]'."
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is forgotten is not left in free pages
        # With WAL, NORMAL loses nothing when the process dies; when the power fails, the last commits at most.
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA journal_mode=WAL")
    except BaseException:
        connection.close()  # SQLAlchemy drops it as it is, and aiosqlite's thread would live on
        raise
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers lock at once: a transaction that reads first and writes later would fail instead of waiting."""
    begin = connection.get_execution_options().get("begin", "BEGIN IMMEDIATE")
    if begin is None:
        return
    # Straight to aiosqlite: one trip to its thread, where a cursor of SQLAlchemy's takes three.
    connection.connection.dbapi_connection.run_async(lambda driver: driver.execute(begin))  # type: ignore[union-attr]  # an AdaptedConnection


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


def _probe_sqlite(engine: AsyncEngine) -> None:
    """Fail here when the file cannot be opened: aiosqlite's thread, failing, may outlive the event loop."""
    file, options = engine.dialect.create_connect_args(engine.url)
    sqlite3.connect(file[0], **dict[str, Any](options)).close()


async def overwrite_log(engine: AsyncEngine) -> None:
    """SQLite's write-ahead log still holds what was deleted; empty it as far as other processes let us."""
    if engine.dialect.name == "sqlite":
        async with engine.execution_options(begin=None).connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables to the newest version; nothing is imported or locked when they are there already."""
    if engine.dialect.name == "sqlite":
        await asyncio.to_thread(_probe_sqlite, engine)
    async with engine.execution_options(begin="BEGIN").connect() as connection:
        if await connection.run_sync(_is_current):
            return
    async with engine.begin() as connection:
        await _take_turns(connection)
        if not await connection.run_sync(_is_current):
            # alembic costs 0.2 s to import, and is not needed at most starts.
            upgrade = (await asyncio.to_thread(importlib.import_module, "bot.conversations.upgrade")).upgrade
            await connection.run_sync(upgrade)


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


async def _take_turns(connection: AsyncConnection) -> None:
    """Two processes may start at once. SQLite's transaction holds the lock already."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
