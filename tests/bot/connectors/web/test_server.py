from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import WebApp, create_app
from bot.connectors.web.server import check_place, serve
from bot.errors import ConnectorError, StoreError
from tests.bot.connectors.web.client import connected
from tests.bot.connectors.web.conftest import serving

SERVER = """
import asyncio
from bot.config import WebSettings
from bot.connectors.scripted import ScriptedBot
from bot.connectors.web.app import create_app
from bot.connectors.web.server import serve
app = create_app(ScriptedBot(delay=0.5), WebSettings(), "Test")
asyncio.run(serve(app, "127.0.0.1", 0, lambda address: print(address, flush=True)))
print("stopped", flush=True)
"""


async def test_a_port_in_use_is_one_clear_line(app: WebApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConnectorError, match=rf"^127\.0\.0\.1:{port} is in use .*--port"):
            await serve(app, "127.0.0.1", port)
        with pytest.raises(ConnectorError, match="is in use"):
            check_place("127.0.0.1", port)
    check_place("127.0.0.1", port)
    check_place("127.0.0.1", 0)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7"])
async def test_a_host_that_is_not_here_is_one_clear_line(app: WebApp, host: str) -> None:
    with pytest.raises(ConnectorError, match=r"web\.host"):
        await serve(app, host, 0)


async def test_what_fails_on_the_way_up_reaches_the_caller(bot: ScriptedBot) -> None:
    class Failing:
        async def __aenter__(self) -> None:
            raise StoreError("the disk is full")

        async def __aexit__(self, *_: object) -> None: ...

    with pytest.raises(StoreError, match="the disk is full"):
        await serve(create_app(bot, WebSettings(), "Test", lifespan=Failing), "127.0.0.1", 0)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_cleanly_after_what_is_in_flight(sign: signal.Signals, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()
    async with httpx.AsyncClient() as http, connected(address) as client:
        await client.request()
        await client.socket.emit("user_uttered", {"message": "hi"})
        said = asyncio.create_task(http.post(f"{address}/webhooks/rest/webhook", json={"message": "hi"}))
        await asyncio.sleep(0.2)
        process.send_signal(sign)
        assert (await said).json() == [{"recipient_id": "default", "text": "You said: hi"}]
        await client.until(heard=1)
        output, errors = await asyncio.wait_for(process.communicate(), 8)
    assert output.decode().strip() == "stopped"
    assert errors.decode() == ""
    assert process.returncode == 0


async def test_it_stops_when_nobody_ever_came(app: WebApp) -> None:
    async with serving(app) as address:
        assert address.startswith("http://127.0.0.1:")


async def test_access_is_not_logged(app: WebApp, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        async with serving(app) as address, httpx.AsyncClient() as http:
            await http.get(f"{address}/conversations/secret-name/tracker")
    assert not any("secret-name" in line.getMessage() for line in caplog.records if line.name.startswith("uvicorn"))
