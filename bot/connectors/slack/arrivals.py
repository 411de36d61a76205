"""What Slack was told has arrived: written down first, then worked on, struck out; what the dead left is taken over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.connectors.inbox import LAPSES_AFTER, Entry, Inbox, InMemoryInbox
from bot.connectors.slack.in_flight import InFlight
from bot.connectors.slack.places import CHANNEL
from bot.errors import StoreError

HOLD_EVERY = LAPSES_AFTER.total_seconds() / 3
REMEMBERED = timedelta(hours=1)
"""How long repeats are known without a database: Slack's last one comes after five minutes."""

Work = Callable[[Entry, bool], Awaitable[None]]
"""What is done about an entry; the flag says that a process before us may have done a part of it."""

log = logging.getLogger(__name__)


class Postponed(Exception):
    """Raised by Work: nothing can be done now. The entry stays, and is looked at again later.

    Its text says why, for the log; there is none when the log knows already.
    """


class Arrivals:
    """Every entry is worked on once, by one process, whatever is sent again and whoever dies."""

    def __init__(self, inbox: Inbox, work: Work) -> None:
        self._inbox = inbox
        self._work = work
        self._spare = InMemoryInbox()
        self._tasks = InFlight()
        self._at: set[str] = set()
        self._watching: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self) -> None:
        """Begin to look for what others left."""
        self._watching = asyncio.create_task(self._watch())

    async def accept(self, entry: Entry) -> None:
        """Write `entry` down, and begin to work on it unless it came before. Then Slack may be told that it arrived."""
        if await self._keep(entry):
            self._begin(entry, again=False)

    async def bring(self, entry: Entry) -> bool:
        """The same for an entry of our own, which Slack does not know of. False while another process is at it.

        Raises StoreError when it cannot be written down: a process that died may have done it, and nobody can tell.
        """
        if await self._inbox.keep(entry):
            self._begin(entry, again=False)
            return True
        return entry.id in self._at or await self._inbox.state(CHANNEL, entry.id) == "struck"

    async def claim(self, name: str, sender_id: str) -> bool:
        """Whether the asker is the first of all processes to claim `name`."""
        entry = Entry(CHANNEL, (name,), sender_id, {})
        first = await self._keep(entry)
        if first:
            await self.strike(name)
        return first

    async def knows(self, name: str) -> bool:
        """Whether any process has claimed `name`."""
        try:
            return await self._inbox.state(CHANNEL, name) != "unknown"
        except StoreError:  # whoever claimed it meanwhile has said so in the log
            return await self._spare.state(CHANNEL, name) != "unknown"

    async def strike(self, entry_id: str) -> None:
        """Nobody needs to work on it any more."""
        try:
            await self._inbox.strike(CHANNEL, entry_id)
        except StoreError as error:
            log.error("Slack: an event stays in the inbox and will be looked at again: %s", error)

    async def finish(self, seconds: float) -> None:
        """End what is being worked on, at most for so long. What is left goes to the next process."""
        if self._watching:
            self._watching.cancel()
        await self._tasks.finish(seconds)

    async def _keep(self, entry: Entry) -> bool:
        try:
            return await self._inbox.keep(entry)
        except StoreError as error:
            log.error("Slack: an event cannot be written down, so a crash would lose it: %s", error)
            self._spare.expire(datetime.now(UTC) - REMEMBERED)
            return await self._spare.keep(entry)

    def _begin(self, entry: Entry, *, again: bool) -> None:
        self._at.add(entry.id)
        self._tasks.start(self._finish_one(entry, again))

    async def _finish_one(self, entry: Entry, again: bool) -> None:
        try:
            try:
                await self._work(entry, again)
            except StoreError as error:
                log.error("Slack: an event waits for the database, and is tried again: %s", error)
                return  # nobody holds it any more, so whoever looks next takes it
            except Postponed as why:
                if str(why):
                    log.warning("Slack: %s; it is looked at again later.", why)
                return
            except Exception as error:  # its text may quote the user, so only its type is logged
                log.error("Slack: a turn failed: %s.", type(error).__name__)
            await self.strike(entry.id)  # not when it was cancelled: the next process goes on with it
        finally:
            self._at.discard(entry.id)

    async def _watch(self) -> None:
        away = False
        while True:
            try:
                if self._at:
                    await self._inbox.hold(CHANNEL, tuple(self._at))
                for orphan in await self._inbox.take(CHANNEL):
                    if orphan.entry.id not in self._at:
                        self._begin(orphan.entry, again=True)
                away = False
            except StoreError as error:
                if not away:  # one line, not one every three seconds
                    log.error("Slack: cannot look for events that were left unanswered: %s", error)
                away = True
            await asyncio.sleep(HOLD_EVERY)
