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
        self._carried: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where clients go."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._flows.set()
        self.cut()
        await asyncio.gather(*self._carried)

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

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carried.add(task)
        task.add_done_callback(self._carried.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = {writer}
        with suppress(OSError):  # nobody is there
            there, back = await asyncio.open_connection("127.0.0.1", self.upstream or 1)
            writers.add(back)
            self._open |= writers
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._open -= writers
        for each in writers:
            each.close()
            with suppress(OSError):
                await each.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until one side ends; then the other one ends, too."""
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
