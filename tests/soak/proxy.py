"""A network that breaks: a proxy between clients and the server, at one port whoever serves behind it."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress


class Proxy:
    """Use it as `async with Proxy() as proxy`. `upstream` is the server's port, None while there is none."""

    def __init__(self) -> None:
        self.upstream: int | None = None
        self.port = 0
        self.cuts = 0
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        """Where clients go."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()

    def cut(self, share: float = 1.0) -> None:
        """Break connections, wherever they are in what they carry."""
        for writer in list(self._open):
            if random.random() < share:
                self.cuts += 1
                writer.transport.abort()

    async def stall(self, seconds: float) -> None:
        """Let nothing through for a while."""
        self._flows.clear()
        await asyncio.sleep(seconds)
        self._flows.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = {writer}
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.upstream or 1)
            writers.add(back)
            self._open |= writers
            await asyncio.wait(
                [asyncio.create_task(self._pump(reader, back)), asyncio.create_task(self._pump(there, writer))],
                return_when=asyncio.FIRST_COMPLETED,
            )
        except OSError:
            pass  # nobody is there
        finally:
            for each in writers:
                each.close()
            self._open -= writers

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
