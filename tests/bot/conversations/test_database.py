"""Opening a database: what its URL may say, and what is said when it cannot be opened."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.conversations.sql import SqlConversationStore
from bot.errors import StoreError
from bot.messages import Message

MESSAGE = Message("hello", "C1", "ada", "web")


async def fails(url: str, folder: Path = Path()) -> str:
    with pytest.raises(StoreError) as caught:
        await SqlConversationStore.open(url, folder)
    line = str(caught.value)
    assert "\n" not in line
    assert "hunter2" not in line
    return line


async def test_a_sqlite_file_is_relative_to_the_folder(tmp_path: Path) -> None:
    await (await SqlConversationStore.open("sqlite:///c.db", tmp_path)).close()
    assert (tmp_path / "c.db").exists()


async def test_a_folder_may_have_an_odd_name(tmp_path: Path) -> None:
    folder = tmp_path / "50% off #1 ?"
    folder.mkdir()
    store = await SqlConversationStore.open("sqlite:///c.db", folder)
    await store.check()
    await store.close()
    assert (folder / "c.db").exists()


async def test_sqlite_can_live_in_memory() -> None:
    store = await SqlConversationStore.open("sqlite://")
    await store.record_message(MESSAGE)
    assert len((await store.load(MESSAGE)).turns) == 1
    await store.close()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "c.db").write_text("this is a shopping list, not a database" * 100)
    assert "not a database" in await fails("sqlite:///c.db", tmp_path)


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    line = await fails("sqlite:///nowhere/c.db", tmp_path)
    assert f"sqlite:///{tmp_path}/nowhere/c.db" in line
    assert "Make its folder" in line


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_a_server_that_is_not_there(scheme: str) -> None:
    line = await fails(f"{scheme}://ripen:hunter2@127.0.0.1:1/ripen?sslpassword=hunter2")
    assert "Start the server" in line
    assert "postgresql://ripen:***@127.0.0.1:1/ripen:" in line


async def test_a_url_that_is_none() -> None:
    assert "sqlite:///FILE" in await fails("hunter2 is my password")


async def test_a_database_that_is_not_supported() -> None:
    assert "mysql is not supported" in await fails("mysql://ripen:hunter2@localhost/ripen")


async def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "ripen-bot[postgres]" in await fails("postgresql://ripen:hunter2@localhost/ripen")
