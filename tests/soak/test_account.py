"""The account finds what is wrong: a soak that cannot fail would say nothing."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from tests.soak.account import Account, missing
from tests.soak.proxy import Proxy


@pytest.fixture
def account() -> Account:
    account = Account()
    for text in ("one", "two"):
        account.expect("anne", text)
    account.expect("bert", "three")
    return account


def test_what_is_whole_is_whole(account: Account) -> None:
    account.check("anne", "tab 1", ["one", "two"])
    account.check("anne", "tab 2", ["two", "one"])
    account.check("bert", "tab 1", ["three"])
    account.check_order("tab 1", [1, 2, 9])
    assert account.is_whole
    assert "3 messages were due to 2 listeners, 5 were shown" in account.describe()


@pytest.mark.parametrize(
    ("shown", "fault"),
    [(["one"], "lost"), (["one", "two", "two"], "doubled"), (["one", "two", "three"], "foreign")],
)
def test_what_is_wrong_is_found(account: Account, shown: list[str], fault: str) -> None:
    account.check("anne", "tab 1", shown)
    assert [name for name, found in account.faults.items() if found] == [fault]
    assert not account.is_whole


def test_other_faults_are_found(account: Account) -> None:
    account.check_order("tab 1", [1, 3, 2])
    account.blame("the server died by itself")
    assert account.faults["disordered"] == ["tab 1: 2 after 3"]
    assert "the server died" in account.describe()


def test_what_is_still_to_come_is_counted(account: Account) -> None:
    assert missing(account, {}) == 3
    assert missing(account, {"anne": [["one", "two"], ["one"]], "bert": [["three"]]}) == 1


async def test_the_proxy_carries_cuts_and_comes_back() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(100):
                writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with Proxy() as proxy:
        proxy.upstream = server.sockets[0].getsockname()[1]
        proxy.cuts = 0
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello")
        assert await reader.read(5) == b"hello"
        proxy.cut()
        with suppress(ConnectionError):
            assert await reader.read(5) == b""
        assert proxy.cuts == 2
        writer.close()
        proxy.upstream = None
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        with suppress(ConnectionError):
            assert await reader.read(5) == b""
        writer.close()
    server.close()
    await server.wait_closed()
