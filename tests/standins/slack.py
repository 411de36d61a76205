"""A stand-in for Slack: its Web API and Socket Mode on a local port.

Follows https://docs.slack.dev/apis/events-api/using-socket-mode and the pages of the methods that it serves.
Use it as `async with SlackStandIn() as slack:`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from aiohttp import WSMsgType, web

from bot.config import SlackSettings
from tests.standins.slack_limits import refusal
from tests.standins.slack_methods import CLIENT, METHODS, SCOPES, Call, Identity, scope_of
from tests.standins.slack_payloads import APP_TOKEN, BOT_TOKEN, BOT_USER, SIGNING_SECRET, hello, press


@dataclass(frozen=True)
class Failure:
    """What to answer instead. `status` 0 hangs up without an answer; `error` is Slack's {"ok": false} kind.

    `after`: the call is carried out first, and only its answer fails.
    """

    status: int = 200
    error: str = "internal_error"
    retry_after: int | None = None
    delay: float = 0.0
    after: bool = False


class SlackStandIn:
    """Slack, as far as the bot can see it."""

    def __init__(self, *, socket_mode: bool = False) -> None:
        self.socket_mode = socket_mode
        self.scopes = set(SCOPES)
        self.tokens = {BOT_TOKEN: Identity("T0000TEAM", BOT_USER)}
        self.more_environ: Mapping[str, str] = {}
        self.ahead = 0.0
        self.deaf = False
        self.hello = True
        self.lifetime = 18060
        self.calls: list[Call] = []
        self.acks: list[dict[str, Any]] = []
        self.replies: list[dict[str, Any]] = []
        self.threads: dict[str, list[dict[str, Any]]] = {}
        self.reactions: dict[str, dict[str, list[str]]] = {}
        self.refused = Counter[str]()
        self.connections = 0
        self._numbers_of_calls: dict[int, int] = {}
        self._failures: dict[str, list[Failure]] = {}
        self._tickets: set[str] = set()
        self._sockets: list[web.WebSocketResponse] = []
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()

    async def __aenter__(self) -> SlackStandIn:
        application = web.Application()
        application.router.add_post("/api/{method}", self._call)
        application.router.add_get("/api/{method}", self._call)
        application.router.add_get("/link", self._link)
        application.router.add_post("/reply", self._reply)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port: int = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self._sockets:
            await socket.close()
        await self._runner.cleanup()

    # --- what the bot is given

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def environ(self) -> dict[str, str]:
        """The secrets, as environment variables."""
        secrets = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}
        socket = {"SLACK_APP_TOKEN": APP_TOKEN} if self.socket_mode else {}
        return {**secrets, **socket, **self.more_environ}

    @property
    def reply_url(self) -> str:
        """Where answers to a command go."""
        return f"http://127.0.0.1:{self.port}/reply"

    def settings(self, **changes: Any) -> SlackSettings:
        return SlackSettings.model_validate({"api_url": self.api_url, **changes})

    # --- what Slack sends; the bodies are in slack_payloads.py

    def press(self, posted: Call, title: str) -> dict[str, Any]:
        """The body of a press of the button `title` in a message that the bot posted."""
        return press(posted.arguments, self.posted_ts(posted), title)

    async def push(self, payload: Mapping[str, Any], *, retry: int = 0) -> str:
        """Send a payload by Socket Mode; returns the envelope id."""
        kinds = {"block_actions": "interactive", None: "slash_commands"}
        kind = kinds.get(payload.get("type"), "events_api")
        envelope_id = f"envelope-{next(self._numbers)}"
        envelope = {"envelope_id": envelope_id, "payload": payload, "type": kind, "accepts_response_payload": False}
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        await self._open_sockets()[-1].send_json(envelope)
        return envelope_id

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of all connections, as Slack does before it recycles one, and close them."""
        for socket in self._open_sockets():
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})
            await socket.close()

    async def hang_up(self) -> None:
        """Close all connections without a word."""
        for socket in self._open_sockets():
            await socket.close()

    # --- what the bot did

    def fail(self, method: str, *failures: Failure) -> None:
        """Let the next calls of `method` fail so, in order; `link` is the opening of a WebSocket."""
        self._failures.setdefault(method, []).extend(failures)

    def failing(self, method: str) -> bool:
        """Whether a failure still waits for its call."""
        return bool(self._failures.get(method))

    def calm(self, method: str) -> None:
        """Let nothing fail any more."""
        self._failures.pop(method, None)

    @property
    def posted(self) -> list[Call]:
        """The messages that were posted, refused ones left out."""
        return [call for call in self.calls if call.method == "chat.postMessage"]

    @property
    def updated(self) -> list[Call]:
        return [call for call in self.calls if call.method == "chat.update"]

    def posted_ts(self, posted: Call) -> str:
        return f"1800000000.{self._numbers_of_calls[id(posted)]:06d}"

    async def until(self, condition: Callable[[], bool], seconds: float = 8.0) -> None:
        """Wait until `condition` holds; an AssertionError with what was called, when it does not in time."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():  # a condition may also look at the bot, which this server does not see
                    self._changed.clear()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), 0.02)
        except TimeoutError:
            raise AssertionError(f"not in {seconds} s; calls: {[call.method for call in self.calls]}") from None

    # --- the server

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        failures = self._failures.get(method)
        failure = failures.pop(0) if failures else None
        if failure and not failure.after:
            return await self._fail(failure, request)
        answer = self._answer(self._carry_out(method, await _arguments(request), _token(request)))
        return await self._fail(failure, request) if failure else answer

    def _carry_out(self, method: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        serve = METHODS.get(method)
        token = arguments.pop("token", token)
        if serve is None:
            return {"ok": False, "error": "unknown_method"}
        if method == "apps.connections.open":
            allowed = token == APP_TOKEN
        else:
            allowed = token in self.tokens or method == "api.test" or (method == "oauth.v2.access" and token == CLIENT)
        if not allowed:
            return {"ok": False, "error": "invalid_auth"}
        call = Call(method, arguments, token)
        needed = scope_of(method, arguments)
        if needed and needed not in self.scopes:
            self.refused[method] += 1
            return {"ok": False, "error": "missing_scope", "needed": needed, "provided": ",".join(sorted(self.scopes))}
        refused = refusal(arguments) if method in ("chat.postMessage", "chat.update") else None
        if refused:
            return {"ok": False, "error": refused}
        self._numbers_of_calls[id(call)] = len(self.calls)
        self.calls.append(call)
        return {"ok": True, **serve(self, call)}

    async def _reply(self, request: web.Request) -> web.Response:
        if self._failures.get("reply"):
            return await self._fail(self._failures["reply"].pop(0), request)
        self.replies.append(await request.json())
        self._changed.set()
        return web.Response(text="ok")

    def _answer(self, data: Mapping[str, Any]) -> web.Response:
        self._changed.set()
        now = formatdate(time.time() + self.ahead, usegmt=True)
        return web.json_response(data, headers={"Date": now, "X-OAuth-Scopes": ",".join(sorted(self.scopes))})

    async def _fail(self, failure: Failure, request: web.Request) -> web.Response:
        await asyncio.sleep(failure.delay)
        self._changed.set()
        if failure.status == 0:
            if request.transport is not None:  # else the caller was killed meanwhile
                request.transport.close()
            return web.Response()
        if failure.status == 200:
            return web.json_response({"ok": False, "error": failure.error})
        headers = {"Retry-After": str(failure.retry_after)} if failure.retry_after is not None else {}
        if failure.status == 429:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        return web.Response(text="upstream error", status=failure.status, headers=headers)

    def ticket(self) -> str:
        ticket = f"one-time-ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return ticket

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(ticket)
        if self._failures.get("link"):
            return await self._fail(self._failures["link"].pop(0), request)
        socket = web.WebSocketResponse(autoping=not self.deaf)
        await socket.prepare(request)
        self._sockets.append(socket)
        self.connections += 1
        if self.hello:
            await socket.send_json(hello(len(self._open_sockets()), self.lifetime))
        self._changed.set()
        async for received in socket:
            if received.type is WSMsgType.TEXT:
                self.acks.append(json.loads(received.data))
                self._changed.set()
        return socket

    def _open_sockets(self) -> list[web.WebSocketResponse]:
        return [socket for socket in self._sockets if not socket.closed]


def _token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        arguments: dict[str, Any] = await request.json()
        return arguments
    form = dict(await request.post()) | dict(request.query)
    return {key: _decoded(str(value)) for key, value in form.items()}


def _decoded(value: str) -> Any:
    return json.loads(value) if value.startswith(("[", "{")) else value
