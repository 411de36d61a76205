"""Listening: one uvicorn in this process, which stops when asked to and finishes what it began."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from bot.connectors.web.app import WebApp
from bot.connectors.web.bodies import BODY_LIMIT
from bot.errors import ConnectorError

CLOSE_SECONDS = 5
"""How long requests that are not done when sockets are closed may still take."""

OnReady = Callable[[str], None]
"""Told the address, as http://127.0.0.1:5005, once the server listens."""


async def serve(app: WebApp, host: str, port: int, on_ready: OnReady | None = None) -> None:
    """Serve `app` until SIGINT, SIGTERM or cancellation; port 0 takes any free port. Prints nothing, logs no access.

    Raises ConnectorError when it cannot listen there, and whatever `app.lifespan` raises on the way up.
    """
    with _listen(host, port) as listener:
        address = _write_address(host, listener.getsockname()[1])
        config = uvicorn.Config(
            app,
            lifespan="off",  # entered here, so that its errors reach the caller as they are
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=list(app.proxies),
            ws_max_size=BODY_LIMIT,
            ws_per_message_deflate=False,  # messages are short, and its tables would weigh on every idle socket
            timeout_graceful_shutdown=CLOSE_SECONDS,
        )
        async with app.lifespan():
            await _run(_Server(config, app, on_ready, address), listener)


async def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: WebApp, on_ready: OnReady | None, address: str) -> None:
        super().__init__(config)
        self._app = app
        self._on_ready = on_ready
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            self._on_ready(self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._app.drain()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again when it is done, which would turn a clean stop into a failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sign: signal.signal(sign, self.handle_exit) for sign in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)


def check_place(host: str, port: int) -> None:
    """That one can listen there, before minutes of learning and not after. Raises ConnectorError."""
    _bind(host, port).close()


def _listen(host: str, port: int) -> socket.socket:
    listener = _bind(host, port)
    try:
        listener.listen(2048)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ConnectorError(_explain(error, host, port)) from None
    return listener


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConnectorError(f"{host} is no address to listen on ({error.strerror}): set web.host or --host.") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError as error:
        listener.close()
        raise ConnectorError(_explain(error, host, port)) from None
    return listener


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"{host}:{port} is in use by another process: stop it, or choose another port with --port or web.port."
    if error.errno == errno.EACCES:
        return f"{host}:{port} may not be used without more rights: choose a port above 1023 with --port or web.port."
    return f"Cannot listen on {host}:{port} ({error.strerror}): set web.host and web.port, or --host and --port."


def _write_address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"
