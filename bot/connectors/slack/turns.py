"""From what a user said or pressed to the answer that stands on Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.connectors.base import Bot
from bot.connectors.feedback import FeedbackStore
from bot.connectors.slack.arrivals import Arrivals, Postponed
from bot.connectors.slack.blocks import Post, answered, posts
from bot.connectors.slack.delivery import Answering, NotDelivered, deliver, send_reply
from bot.connectors.slack.incoming import Incoming, Withdrawn
from bot.connectors.slack.places import CHANNEL, Place
from bot.connectors.slack.presses import Press
from bot.connectors.slack.thinking import Thinking
from bot.connectors.slack.threads import Threads
from bot.connectors.slack.titles import Titles
from bot.connectors.slack.web_api import UNREACHABLE, reason
from bot.connectors.slack.workspaces import Workspace
from bot.errors import StoreError

log = logging.getLogger(__name__)


class Turns:
    """Turns of one conversation follow each other: the next begins when the answer before it stands there.

    Until then a message waits, and may be taken back: deleted, or replaced by its new wording.
    """

    def __init__(self, bot: Bot, feedback: FeedbackStore, arrivals: Arrivals, thinking: Thinking) -> None:
        self._bot = bot
        self._feedback = feedback
        self._arrivals = arrivals
        self._thinking = thinking
        self._threads = Threads(arrivals)
        self._titles = Titles(arrivals)
        self._hearing = WeakValueDictionary[Place, asyncio.Lock]()
        self._talking = WeakValueDictionary[str, asyncio.Lock]()
        self._speaking = WeakValueDictionary[Place, asyncio.Lock]()

    async def withdraw(self, message_id: str, sender_id: str) -> None:
        """Forget a message that was taken back, if it still waits. What has begun goes on: an action may be at it."""
        if await self._arrivals.claim(_begun(message_id), sender_id):
            await self._arrivals.strike(message_id)

    async def take(self, workspace: Workspace, arrival: Incoming | Press | Withdrawn, *, again: bool) -> None:
        """Do what an arrival asks for. `again`: a process that died may have done a part of it."""
        match arrival:
            case Withdrawn():
                await self.withdraw(arrival.message_id, arrival.sender_id)
            case Press():
                await asyncio.gather(self._mark(workspace, arrival), self._turn(workspace, arrival.incoming, again))
            case Incoming():
                await self._turn(workspace, arrival, again)

    async def _turn(self, workspace: Workspace, incoming: Incoming, again: bool) -> None:
        message, place = incoming.message, incoming.place
        if not incoming.overheard:
            self._threads.join(place)  # now, not when the answer stands there: the user may write on at once
        elif not await self._takes_part(place, workspace):
            return
        if incoming.replaces:
            await self.withdraw(incoming.replaces, message.sender_id)
        lock = self._talking.setdefault(message.conversation_id, asyncio.Lock())
        waits = lock.locked()
        async with lock:
            if waits and not await self._begin(incoming, again):
                return
            reply, _, _ = await asyncio.gather(
                self._bot.answer(message),
                self._thinking.show(workspace, place),
                self._threads.announce(place, message.sender_id),
            )
            if reply.repeated and not again:
                return  # another process is at it
            if reply.pending:
                raise Postponed("another process has been at an event for long")
            said = [post for part in reply.parts for post in posts(part)]
            if not said:
                await self._thinking.hide(workspace, place)
            to = Answering(workspace, place, incoming.ids[0], incoming.since)
            await asyncio.gather(self._say(to, said, again), self._titles.give(workspace, incoming))

    async def _takes_part(self, place: Place, workspace: Workspace) -> bool:
        # One after the other, so that they come to their turns in the order in which they were written.
        async with self._hearing.setdefault(place, asyncio.Lock()):
            return await self._threads.joined(place, workspace)

    async def _begin(self, incoming: Incoming, again: bool) -> bool:
        """Whether a message that had to wait is still to be answered."""
        first = await self._arrivals.claim(_begun(incoming.ids[0]), incoming.sender_id)
        return first or again

    async def _say(self, to: Answering, said: Sequence[Post], again: bool) -> None:
        # One answer after the other: Slack may make the first wait, and the next would come in between its parts.
        async with self._speaking.setdefault(to.place, asyncio.Lock()):
            try:
                async for stamp in deliver(to, said, again=again):
                    await self._remember(to, stamp)
            except NotDelivered as error:
                log.error("Slack: an answer in channel %s could not be sent: %s.", to.place.channel, error)

    async def _remember(self, to: Answering, stamp: str) -> None:
        try:
            await self._feedback.record_said(CHANNEL, to.answer, [to.place.name_of(stamp)])
        except StoreError as error:
            log.error("Slack: reactions to an answer will not be known: %s", error)

    async def _mark(self, workspace: Workspace, press: Press) -> None:
        """Show what was chosen in place of the buttons."""
        place, text = press.incoming.place, press.title or "✓"
        blocks = answered(press.blocks, press.block_id, press.title, press.user)
        try:
            if place.reply_url is not None:
                await send_reply(place.reply_url, {"replace_original": True, "text": text, "blocks": blocks})
            else:
                channel = place.channel
                await workspace.client.chat_update(channel=channel, ts=press.message_ts, text=text, blocks=blocks)
        except (NotDelivered, SlackApiError, *UNREACHABLE) as error:
            why = error if isinstance(error, NotDelivered) else reason(error)
            log.warning("Slack: a pressed button in channel %s stays: %s.", place.channel, why)


def _begun(message_id: str) -> str:
    """The name under which of all processes one may begin a message, or take it back."""
    return f"{message_id}:begun"
