"""A channel on Slack as the agents' desk: a thread for each web chat that waits, and replies in it reach the visitor.

All that is brought here is an entry of the inbox first. So of several processes one brings it, and the next one if that
dies; and what stands in the thread already is looked for before it is said again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.connectors.desk import Agent, Desk, Ticket
from bot.connectors.inbox import Entry
from bot.connectors.slack.arrivals import Arrivals
from bot.connectors.slack.blocks import Post
from bot.connectors.slack.delivery import Answering, NotDelivered, deliver
from bot.connectors.slack.desk_events import (
    Back,
    BringConversation,
    BringLine,
    DeskEvent,
    Reply,
    bring_conversation,
    bring_line,
    stamp_of,
)
from bot.connectors.slack.desk_posts import line_post, note_post, opening_post
from bot.connectors.slack.incoming import Incoming
from bot.connectors.slack.mrkdwn import decode
from bot.connectors.slack.places import Place
from bot.connectors.slack.threads import Threads
from bot.connectors.slack.web_api import UNREACHABLE, persist, reason
from bot.connectors.slack.workspaces import Workspace
from bot.errors import StoreError

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
CLOCKS_DIFFER = 3600.0
"""Seconds by which this machine's clock may be before Slack's, by which messages are read back."""

REMEMBERED = 5000
SLACK = "r/slack:"
"""How the keys of lines begin that agents wrote on Slack: they stand there already."""

NOT_THEIRS = "Nobody has read this: the conversation is not with you."
OVER = "Nobody has read this: the conversation is with the bot again."
BACK = "The bot has this conversation again."
NOTHING_BACK = "There is nothing that you could give back."


class SlackDesk:
    """Brings the desk to `channel`, and what agents do there to the desk."""

    def __init__(self, desk: Desk, channel: str, patience: timedelta, arrivals: Arrivals) -> None:
        self._desk = desk
        self.channel = channel
        self._patience = patience
        self._arrivals = arrivals
        self._threads = Threads()
        self._names: dict[str, str] = {}
        self._brought: OrderedDict[str, None] = OrderedDict()
        self._speaking = WeakValueDictionary[str, asyncio.Lock]()

    def owns(self, incoming: Incoming) -> bool:
        """Whether it is talk on the desk, such as an edited reply, that the bot must not take for a question to it."""
        return incoming.overheard and incoming.place.channel == self.channel

    async def watch(self) -> None:
        """Bring what is new, until cancelled."""
        while True:
            try:
                for ticket in await self._desk.board():
                    for entry in await self._due(ticket):
                        await self._arrivals.bring(entry)
                        self._remember(entry.id)
            except StoreError as error:
                log.error("Slack: the desk cannot be brought up to date: %s", error)
            await self._desk.news(LOOK_EVERY)

    async def take(self, workspace: Workspace, event: DeskEvent, *, again: bool) -> None:
        """Do what an event asks for. `again`: a process that died may have done a part of it."""
        try:
            match event:
                case BringConversation():
                    await self._open(workspace, event, again)
                case BringLine():
                    await self._bring_line(workspace, event, again)
                case Reply():
                    await self._reply(workspace, event, again)
                case Back():
                    await self._give_back(workspace, event, again)
        except NotDelivered as error:
            log.error("Slack: the desk cannot write in channel %s (%s). Is the bot in it? /invite it there.",
                      self.channel, error)  # fmt: skip

    async def _due(self, ticket: Ticket) -> Sequence[Entry]:
        handoff, name = ticket.handoff, ticket.handoff.conversation_id
        if handoff.thread is None:
            entries = [bring_conversation(handoff)]
        else:
            thread, lines = str(handoff.thread["ts"]), await self._desk.read(name) or ()
            fresh = (line for line in lines if line.at > handoff.asked_at and not line.key.startswith(SLACK))
            entries = [bring_line(name, thread, line) for line in fresh]
        return [entry for entry in entries if entry.id not in self._brought]

    async def _open(self, workspace: Workspace, event: BringConversation, again: bool) -> None:
        handoff = await self._desk.find(event.conversation_id)
        if handoff is None or handoff.thread is not None or stamp_of(handoff) != event.asked_at:
            return
        ticket = await self._ticket(event.conversation_id)
        if ticket is None:
            return
        # What was said later comes in the thread, however long Slack makes this wait.
        lines = await self._desk.read(event.conversation_id) or ()
        lines = [line for line in lines if line.at <= handoff.asked_at]
        since = f"{handoff.asked_at.timestamp() - CLOCKS_DIFFER:.6f}"
        to = Answering(workspace, Place(workspace.team, self.channel), event.ids[0], since)
        async for stamp in deliver(to, [opening_post(ticket, lines)], again=again):
            await self._desk.pin(event.conversation_id, {"channel": self.channel, "ts": stamp})

    async def _bring_line(self, workspace: Workspace, event: BringLine, again: bool) -> None:
        # In the order in which they came: locks are fair, and tasks begin in the order in which they were made.
        async with self._speaking.setdefault(event.conversation_id, asyncio.Lock()):
            ticket, lines = await self._ticket(event.conversation_id), await self._desk.read(event.conversation_id)
            line = next((line for line in lines or () if line.key == event.key), None)
            if ticket is not None and line is not None:
                await self._say(workspace, event.thread, event.ids[0], line_post(line, ticket.visitor), again)

    async def _reply(self, workspace: Workspace, event: Reply, again: bool) -> None:
        conversation_id = await self._find(event.place.thread)
        if conversation_id is None:
            if await self._threads.joined(event.place, workspace):
                await self._tell(workspace, event, OVER, again)
            return
        agent = await self._agent(workspace, event.sender_id)
        text = decode(event.text, "").strip()
        if not await self._desk.take(conversation_id, agent):
            await self._tell(workspace, event, NOT_THEIRS, again)
        elif text and not await self._desk.say(conversation_id, agent, event.ts, text):
            await self._tell(workspace, event, OVER, again)

    async def _give_back(self, workspace: Workspace, event: Back, again: bool) -> None:
        agent = await self._agent(workspace, event.sender_id)
        mine = [handoff for handoff in await self._desk.open() if handoff.agent == agent.key]
        chosen = [each for each in mine if event.conversation_id in (None, each.conversation_id)]
        done = [each for each in chosen if await self._desk.give_back(each.conversation_id, agent)]
        for each in done:
            if each.thread:
                name = f"{event.ids[0]}:{each.conversation_id}"
                await self._say(workspace, str(each.thread["ts"]), name, note_post(BACK), again)
        if event.place.reply_url is not None or not done:
            await self._tell(workspace, event, BACK if done else NOTHING_BACK, again)

    async def _ticket(self, conversation_id: str) -> Ticket | None:
        board = await self._desk.board()
        return next((each for each in board if each.handoff.conversation_id == conversation_id), None)

    async def _find(self, thread: str | None) -> str | None:
        for handoff in await self._desk.open():
            pinned = handoff.thread or {}
            if (pinned.get("channel"), pinned.get("ts")) == (self.channel, thread):
                return handoff.conversation_id
        return None

    async def _tell(self, workspace: Workspace, event: Reply | Back, text: str, again: bool) -> None:
        to = Answering(workspace, event.place, f"{event.ids[0]}:told", event.place.thread or "0")
        async for _ in deliver(to, [note_post(text)], again=again):
            pass

    async def _say(self, workspace: Workspace, thread: str, name: str, post: Post, again: bool) -> None:
        to = Answering(workspace, Place(workspace.team, self.channel, thread), name, thread)
        async for _ in deliver(to, [post], again=again):
            pass

    async def _agent(self, workspace: Workspace, user: str) -> Agent:
        if user not in self._names:
            self._names[user] = await _name_of(workspace, user)
        return Agent(f"slack:{user}", self._names[user], self._patience)

    def _remember(self, name: str) -> None:
        self._brought[name] = None
        if len(self._brought) > REMEMBERED:
            self._brought.popitem(last=False)


async def _name_of(workspace: Workspace, user: str) -> str:
    """What a user is called on Slack, as their colleagues see it; their id when Slack does not say."""
    try:
        found = await persist(lambda: workspace.client.users_info(user=user))
    except (SlackApiError, *UNREACHABLE) as error:
        log.warning("Slack: an agent's name is not known (%s); visitors see an id. It takes the scope users:read.",
                    reason(error))  # fmt: skip
        return user
    profile = (found.get("user") or {}).get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user
    return " ".join(str(name).split())[:40] or user
