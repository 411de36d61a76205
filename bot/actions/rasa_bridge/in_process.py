"""Runs the Action classes of the bot's own modules, in this process."""

from __future__ import annotations

import asyncio
import difflib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.actions.base import ActionResult
from bot.actions.rasa_bridge.threads import DaemonThreads, ThreadsExhausted
from bot.actions.rasa_bridge.wire import call_of, result_of
from bot.errors import ActionError, ActionFailed, ActionTimeout, ActionUnknown, ConfigError

if TYPE_CHECKING:
    from rasa_sdk.executor import ActionExecutor

logger = logging.getLogger(__name__)


class InProcessActions:
    """Actions of Python modules beside config.yml.

    An `async def run` runs on the event loop, a plain one in a thread. Nothing is imported before the first call
    of `names` or `run`.
    """

    def __init__(self, modules: Sequence[str], root: Path, timeout: float) -> None:
        self._modules = tuple(modules)
        self._root = root.resolve()
        self._timeout = timeout
        self._threads = DaemonThreads()
        self._executor: ActionExecutor | None = None

    async def names(self) -> frozenset[str]:
        """The registered actions. Raises ConfigError when a module cannot be imported or a class not be made."""
        return frozenset(self._load().actions) if self._modules else frozenset()

    async def check(self) -> None:
        """Raises ConfigError unless the modules can be imported, ActionFailed when hung actions hold all threads."""
        await self.names()
        try:
            self._threads.check()
        except ThreadsExhausted as error:
            raise ActionFailed(f"No action can be run: {error}. Find what hangs and restart the bot.") from error

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:
        """Run one action. Raises ActionErrors only, as ActionRunner.run says."""
        try:
            names = await self.names()
        except ConfigError as error:
            raise ActionFailed(str(error)) from error
        if name not in names:
            raise ActionUnknown(_unknown(name, names))
        executor = self._load()
        task = asyncio.create_task(executor.run(call_of(name, tracker)), name=f"action {name}")
        task.add_done_callback(_take_notice)
        return result_of(name, (await self._wait(name, task)).model_dump())

    async def close(self) -> None:
        """Nothing to wait for: threads of actions that hang end with the process."""
        if self._threads.abandoned:
            logger.warning("%d actions still run and end with the process", self._threads.abandoned)

    async def _wait(self, name: str, task: asyncio.Task[Any]) -> Any:
        # asyncio.wait, not wait_for: an action that swallows its cancellation must not hold up the turn.
        try:
            done, _ = await asyncio.wait({task}, timeout=self._timeout)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not done:
            task.cancel()
            raise ActionTimeout(f"{name} did not finish within {self._timeout:g} s (actions.timeout).")
        if task.cancelled():
            raise ActionFailed(f"{name} cancelled itself.")
        try:
            return task.result()
        except ActionError:
            raise
        except Exception as error:
            # Not the action's own code, which is guarded: rasa-sdk could not make a result of what it left.
            raise ActionFailed(f"{name} left what rasa-sdk cannot use ({type(error).__name__}).") from error

    def _load(self) -> ActionExecutor:
        # rasa_sdk brings sanic along, and a bot without actions should not pay for that: imported when needed.
        # On the event loop's own thread, where modules may set up signals and clients as under rasa-sdk's server.
        if self._executor is None:
            from bot.actions.rasa_bridge.registration import register

            self._executor = register(self._modules, self._root, self._threads)
        return self._executor


def _take_notice(task: asyncio.Task[Any]) -> None:
    # Unread, asyncio would print what a given-up action raises later, with all its text.
    if not task.cancelled():
        task.exception()


def _unknown(name: str, known: frozenset[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Registered are: {', '.join(sorted(known)) or 'none'}."
    return f"no action is called {name}. {hint}"
