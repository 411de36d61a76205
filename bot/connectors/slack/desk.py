"""A channel on Slack as the agents' desk: a thread for each web chat that waits, and replies in it reach the visitor.

All that is brought here is an entry of the inbox first. So of several processes one brings it, and the next one if that
dies; and what stands in the thread already is looked for before it is said again. Each entry names the handoff that it
is about: by the time that it is brought, the conversation may have gone on to the next.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.connectors.desk import Desk, Handoff, Ticket
from bot.connectors.inbox import Entry
from bot.connectors.slack.agents import Agents
from bot.connectors.slack.arrivals import Arrivals, Postponed
from bot.connectors.slack.blocks import Post
from bot.connectors.slack.delivery import Answering, NotDelivered, deliver
from bot.connectors.slack.desk_events import (
    BringConversation,
    BringEnd,
    BringLine,
    DeskEvent,
    answer_of,
    bring_conversation,
    bring_end,
    bring_line,
    fresh_lines,
    stamp_of,
)
from bot.connectors.slack.desk_posts import BACK, ended_blocks, line_post, note_post, opening_post
from bot.connectors.slack.incoming import Incoming
from bot.connectors.slack.places import Place
from bot.connectors.slack.web_api import UNREACHABLE, reason
from bot.connectors.slack.workspaces import Workspace
from bot.errors import StoreError

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
TRY_AGAIN = 20.0
"""Seconds for which nothing is brought to a channel that does not take it."""

CLOCKS_DIFFER = 3600.0
"""Seconds by which this machine's clock may be before Slack's, by which messages are read back."""

OLD = timedelta(days=7)
"""Of what began before that, nobody needs to hear that it is over."""

REMEMBERED = 5000
SLACK = "r/slack:"
"""How the keys of lines begin that agents wrote on Slack: they stand there already."""

Bring = BringConversation | BringLine | BringEnd


class SlackDesk:
    """Brings the desk to `channel`, and what agents do there to the desk."""

    def __init__(self, desk: Desk, channel: str, patience: timedelta, arrivals: Arrivals) -> None:
        self._desk = desk
        self.channel = channel
        self._arrivals = arrivals
        self._agents = Agents(desk, channel, patience, arrivals)
        self._brought: OrderedDict[str, None] = OrderedDict()
        self._speaking = WeakValueDictionary[str, asyncio.Lock]()
        self._shut: str | None = None
        self._shut_until = 0.0

    def owns(self, incoming: Incoming) -> bool:
        """Whether it is talk on the desk, such as an edited reply, that the bot must not take for a question to it."""
        return incoming.overheard and incoming.place.channel == self.channel

    async def watch(self) -> None:
        """Bring what is new, until cancelled."""
        while True:
            try:
                for ticket in await self._desk.board():
                    await self._bring_in_order(await self._due(ticket))
                for handoff in await self._desk.ended():
                    await self._bring_end(handoff)
            except StoreError as error:
                log.error("Slack: the desk cannot be brought up to date: %s", error)
            except Exception as error:  # one conversation must not end the desk; its text may quote a visitor
                log.error("Slack: the desk cannot be brought up to date: %s.", type(error).__name__)
            await self._desk.news(LOOK_EVERY)

    async def take(self, workspace: Workspace, event: DeskEvent, *, again: bool) -> None:
        """Do what an event asks for. `again`: a process that died may have done a part of it."""
        if isinstance(event, Bring):
            await self._bring(workspace, event, again)
            return
        try:
            await self._agents.take(workspace, event, again=again)
        except NotDelivered as error:
            self._report(error)

    async def _bring_end(self, handoff: Handoff) -> None:
        thread = self._thread_of(handoff)
        if thread is None or datetime.now(UTC) - handoff.asked_at > OLD:
            await self._desk.unpin(handoff)
        else:
            await self._bring_in_order([bring_end(handoff, thread)])

    async def _bring_in_order(self, entries: Sequence[Entry]) -> None:
        """Each once. What another process is at comes first: what follows it is looked at again next time."""
        for entry in entries:
            if entry.id not in self._brought:
                if not await self._arrivals.bring(entry):
                    return
                self._brought[entry.id] = None
                if len(self._brought) > REMEMBERED:
                    self._brought.popitem(last=False)

    async def _due(self, ticket: Ticket) -> Sequence[Entry]:
        handoff, name = ticket.handoff, ticket.handoff.conversation_id
        thread = self._thread_of(handoff)
        if thread is None:
            return [bring_conversation(handoff)]
        lines = await self._desk.read(name) or ()
        fresh = fresh_lines(lines, handoff)
        return [bring_line(name, thread, line) for line in fresh if not line.key.startswith(SLACK)]

    async def _bring(self, workspace: Workspace, event: Bring, again: bool) -> None:
        """What the channel does not take now waits in the inbox until it does: somebody waits behind it."""
        if time.monotonic() < self._shut_until:
            raise Postponed
        try:
            match event:
                case BringConversation():
                    await self._open(workspace, event, again)
                case BringLine():
                    await self._bring_line(workspace, event, again)
                case BringEnd():
                    await self._end(workspace, event, again)
        except NotDelivered as error:
            self._report(error)
            if error.passing:
                self._shut_until = time.monotonic() + TRY_AGAIN
                raise Postponed from None

    def _report(self, error: NotDelivered) -> None:
        """Once, however many tries there are."""
        if str(error) != self._shut:
            log.error("Slack: the desk cannot write in channel %s (%s). Is the bot in it? /invite it there.",
                      self.channel, error)  # fmt: skip
        self._shut = str(error) if error.passing else None

    async def _open(self, workspace: Workspace, event: BringConversation, again: bool) -> None:
        handoff = await self._desk.find(event.conversation_id)
        if handoff is None or self._thread_of(handoff) is not None or stamp_of(handoff) != event.asked_at:
            return
        ticket = await self._ticket(event.conversation_id)
        if ticket is None:
            return
        # What was said later comes in the thread, however long Slack makes this wait.
        lines = await self._desk.read(event.conversation_id) or ()
        lines = [line for line in lines if line.at <= handoff.asked_at]
        since = f"{handoff.asked_at.timestamp() - CLOCKS_DIFFER:.6f}"
        to = Answering(workspace, Place(workspace.team, self.channel), event.ids[0], since)
        stamp = await self._post(to, opening_post(ticket, lines), again)
        shown = [line.key for line in answer_of(lines, handoff.asked_at)]
        if not await self._desk.pin(handoff, {"channel": self.channel, "ts": stamp, "shown": shown}):
            await self._close(workspace, stamp)  # it is over already, or waits anew, which has a post of its own

    async def _bring_line(self, workspace: Workspace, event: BringLine, again: bool) -> None:
        # In the order in which they came: locks are fair, and tasks begin in the order in which they were made.
        async with self._speaking.setdefault(event.conversation_id, asyncio.Lock()):
            ticket, lines = await self._ticket(event.conversation_id), await self._desk.read(event.conversation_id)
            line = next((line for line in lines or () if line.key == event.key), None)
            if ticket is not None and line is not None:
                to = self._in_thread(workspace, event.thread, event.ids[0])
                await self._post(to, line_post(line, ticket.visitor), again)

    async def _end(self, workspace: Workspace, event: BringEnd, again: bool) -> None:
        async with self._speaking.setdefault(event.conversation_id, asyncio.Lock()):
            await self._post(self._in_thread(workspace, event.thread, event.ids[0]), note_post(BACK), again)
            await self._close(workspace, event.thread)
            for handoff in await self._desk.ended():
                if self._thread_of(handoff) == event.thread:
                    await self._desk.unpin(handoff)

    async def _close(self, workspace: Workspace, thread: str) -> None:
        """Take the button from the post that a thread begins with. A failure costs nothing but that."""
        client = workspace.client
        try:
            found = await client.conversations_replies(channel=self.channel, ts=thread, limit=1)
            for post in found.get("messages") or []:
                if post.get("ts") == thread and post.get("blocks"):
                    text, blocks = str(post.get("text")), ended_blocks(post["blocks"])
                    await client.chat_update(channel=self.channel, ts=thread, text=text, blocks=blocks)
        except (SlackApiError, *UNREACHABLE) as error:
            log.info("Slack: a button stays in channel %s: %s.", self.channel, reason(error))

    async def _ticket(self, conversation_id: str) -> Ticket | None:
        board = await self._desk.board()
        return next((each for each in board if each.handoff.conversation_id == conversation_id), None)

    def _thread_of(self, handoff: Handoff) -> str | None:
        pinned = handoff.thread or {}
        return pinned.get("ts") if pinned.get("channel") == self.channel else None

    def _in_thread(self, workspace: Workspace, thread: str, name: str) -> Answering:
        return Answering(workspace, Place(workspace.team, self.channel, thread), name, thread)

    async def _post(self, to: Answering, post: Post, again: bool) -> str:
        stamps = [stamp async for stamp in deliver(to, [post], again=again)]
        self._shut = None
        return stamps[0]
