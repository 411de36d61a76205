"""What is SQL's own; what every store must do is in tests/contracts."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from bot.conversations.conversation import Conversation, Turn
from bot.conversations.database import MIGRATIONS, VERSION_TABLE, known_versions
from bot.conversations.schema import METADATA
from bot.conversations.sql import SqlConversationStore
from bot.errors import StoreError
from bot.messages import Message

SECRET = "my card is 4111"
MESSAGE = Message(SECRET, "C1", "ada", "web")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlConversationStore]:
    store = await SqlConversationStore.open(f"sqlite:///{tmp_path}/c.db")
    yield store
    await store.close()


async def run_sql(store: SqlConversationStore, sql: str, *values: Any) -> Any:
    """Straight to the store's own connection; the first value that comes back, if any."""

    def work(connection: Connection) -> Any:
        result = connection.exec_driver_sql(sql, *values)
        return result.scalar_one_or_none() if result.returns_rows else None

    return await store._database.run(work)


async def fails(url: str, folder: Path = Path()) -> str:
    with pytest.raises(StoreError) as caught:
        await SqlConversationStore.open(url, folder)
    line = str(caught.value)
    assert "\n" not in line
    assert "hunter2" not in line
    return line


def open_in_a_process(url: str, then: str = "") -> subprocess.Popen[str]:
    code = f"""
import asyncio, os, signal, sys
from bot.conversations.sql import SqlConversationStore
from bot.messages import Message
async def main():
    store = await SqlConversationStore.open({url!r})
    {then or "pass"}
    await store.close()
asyncio.run(main())
"""
    root = Path(__file__).parents[3]
    return subprocess.Popen([sys.executable, "-c", code], cwd=root, text=True, stdout=-1, stderr=-1)


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    async def open_and_close() -> None:
        await (await SqlConversationStore.open(f"sqlite:///{tmp_path}/c.db")).close()

    asyncio.run(open_and_close())
    engine = create_engine(f"sqlite:///{tmp_path}/c.db")
    with engine.connect() as connection:
        assert compare_metadata(_context(connection), METADATA) == []
    engine.dispose()


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})


def test_the_file_names_of_migrations_tell_their_versions() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert [each.revision for each in script.walk_revisions()][::-1] == known_versions()
    assert script.get_heads() == [known_versions()[-1]]


def test_a_second_start_does_not_import_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    outputs = []
    for _ in range(2):
        out, errors = open_in_a_process(url, "print('alembic' in sys.modules)").communicate(timeout=60)
        assert errors == ""
        outputs.append(out.strip())
    assert outputs == ["True", "False"]


def test_several_processes_may_start_at_once(tmp_path: Path) -> None:
    record = 'await store.record_message(Message("x", "C1", "ada", "web"))'
    processes = [open_in_a_process(f"sqlite:///{tmp_path}/c.db", record) for _ in range(4)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    with sqlite3.connect(tmp_path / "c.db") as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (4,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_recorded_message_survives_the_death_of_the_process(tmp_path: Path) -> None:
    record = 'await store.record_message(Message("x", "C1", "ada", "web")); os.kill(os.getpid(), signal.SIGKILL)'
    process = open_in_a_process(f"sqlite:///{tmp_path}/c.db", record)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL

    async def load() -> Conversation:
        store = await SqlConversationStore.open(f"sqlite:///{tmp_path}/c.db")
        conversation = await store.load(MESSAGE)
        await store.close()
        return conversation

    assert [turn.message.text for turn in asyncio.run(load()).turns] == ["x"]


async def test_a_database_newer_than_the_code_is_refused(tmp_path: Path) -> None:
    await (await SqlConversationStore.open("sqlite:///c.db", tmp_path)).close()
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    connection.close()
    line = await fails("sqlite:///c.db", tmp_path)
    assert "version 9999" in line
    assert known_versions()[-1] in line


async def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c.db") as connection:
        connection.execute("CREATE TABLE turns (mine TEXT)")
    connection.close()
    assert "already exists" in await fails("sqlite:///c.db", tmp_path)
    with sqlite3.connect(tmp_path / "c.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("turns",)]
    connection.close()


async def test_a_corrupt_file(tmp_path: Path) -> None:
    store = await SqlConversationStore.open("sqlite:///c.db", tmp_path)
    for _ in range(50):
        await store.record_message(MESSAGE)
    await store.close()
    content = bytearray((tmp_path / "c.db").read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    (tmp_path / "c.db").write_bytes(content)
    assert "Restore it" in await fails("sqlite:///c.db", tmp_path)


async def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    await (await SqlConversationStore.open("sqlite:///c.db", tmp_path)).close()
    store = await SqlConversationStore.open(f"sqlite:///file:{tmp_path}/c.db?mode=ro&uri=true")
    try:
        assert (await store.load(MESSAGE)).turns == ()
        for call in (store.check(), store.record_message(MESSAGE)):
            with pytest.raises(StoreError, match="readonly") as caught:
                await call
            assert SECRET not in str(caught.value)
    finally:
        await store.close()


async def test_a_full_disk_loses_nothing_recorded(store: SqlConversationStore) -> None:
    number, _ = await store.record_message(MESSAGE)
    pages = await run_sql(store, "PRAGMA page_count")
    await run_sql(store, f"PRAGMA max_page_count={pages}")
    big = Message("x" * 100_000, "C1", "ada", "web")
    with pytest.raises(StoreError, match=r"full\. Free some disk space"):
        await store.record_message(big)
    turn = (await store.load(MESSAGE)).turns[0]
    with pytest.raises(StoreError, match="full"):
        await store.record_turn(number, Turn(big, turn.at), Conversation("C1", "ada", "web", slots={"x": "x" * 9999}))
    assert (await store.load(MESSAGE)).turns == (turn,)
    await run_sql(store, "PRAGMA max_page_count=100000")
    await store.record_message(big)


async def test_a_database_that_another_program_locks(tmp_path: Path) -> None:
    store = await SqlConversationStore.open(f"sqlite:///{tmp_path}/c.db?timeout=0.05")
    other = sqlite3.connect(tmp_path / "c.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"locked\. Another program"):
            await store.record_message(MESSAGE)
        assert (await store.load(MESSAGE)).turns == ()
        other.execute("COMMIT")
        await store.record_message(MESSAGE)
    finally:
        other.close()
        await store.close()


@pytest.mark.parametrize("row", ['{"words": "hello"}', "hello", ""])
async def test_a_row_that_another_program_wrote(store: SqlConversationStore, row: str) -> None:
    await store.record_message(MESSAGE)
    await run_sql(store, "UPDATE turns SET message = ?", (row,))
    with pytest.raises(StoreError, match="cannot be read"):
        await store.load(MESSAGE)


async def test_nothing_that_users_say_is_logged(store: SqlConversationStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await store.record_message(MESSAGE)
    await run_sql(store, "DROP TABLE claims")
    with pytest.raises(StoreError) as caught:
        await store.claim("web", SECRET)
    assert SECRET not in str(caught.value)
    assert SECRET not in str(caught.value.__cause__)
    messages = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "sqlalchemy"))]
    assert SECRET not in "\n".join(messages)


async def test_what_is_forgotten_is_in_no_file_any_more(store: SqlConversationStore, tmp_path: Path) -> None:
    def traces() -> list[str]:
        return [file.name for file in tmp_path.iterdir() if SECRET.encode() in file.read_bytes()]

    for text in ("one", SECRET, SECRET * 3000):
        number, _ = await store.record_message(Message(text, f"C{len(text)}", "ada", "web"))
        await store.record_turn(number, Turn(MESSAGE, datetime.now(UTC)), Conversation("C1", "ada", "web"))
    await store.record_message(Message("bob is still here", "C9", "bob", "web"))
    assert traces()
    assert await store.forget("ada") == 3
    assert traces() == []
    assert len((await store.load(Message("", "C9", "bob", "web"))).turns) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anything")
async def test_a_file_without_permission(tmp_path: Path) -> None:
    await (await SqlConversationStore.open("sqlite:///c.db", tmp_path)).close()
    (tmp_path / "c.db").chmod(0o444)
    store = await SqlConversationStore.open("sqlite:///c.db", tmp_path)
    with pytest.raises(StoreError, match="Make the file"):
        await store.check()
    await store.close()
