from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.conversations.base import ConversationStore
from bot.conversations.memory import InMemoryConversationStore
from bot.conversations.sql import SqlConversationStore
from tests.contracts.conversations import Clock, Place
from tests.contracts.postgres import find_binaries, postgres_server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: neither initdb on PATH nor /usr/lib/postgresql/*/bin")
    with postgres_server(binaries) as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    clock = Clock()
    opened: list[SqlConversationStore] = []
    if request.param == "memory":
        only = InMemoryConversationStore(clock)

        async def open_store() -> ConversationStore:
            return only
    else:
        url = f"sqlite:///{tmp_path}/c.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")

        async def open_store() -> ConversationStore:
            opened.append(await SqlConversationStore.open(url, now=clock))
            return opened[-1]

    yield Place(open_store, clock)
    if request.param == "postgres" and opened:
        empty = text("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await opened[0]._database.run(lambda connection: connection.execute(empty).close())
    for store in opened:
        await store.close()


@pytest.fixture
async def store(place: Place) -> ConversationStore:
    return await place.open()
