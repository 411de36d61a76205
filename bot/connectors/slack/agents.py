"""What agents do on the desk's channel: reply, which takes a conversation, give back, and change what they wrote."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.connectors.desk import Agent, Desk, Handoff
from bot.connectors.slack import markdown
from bot.connectors.slack.arrivals import Arrivals
from bot.connectors.slack.delivery import Answering, deliver
from bot.connectors.slack.desk_events import Back, Change, Lost, Reply
from bot.connectors.slack.desk_posts import BACK, CHANGED, FILES, NOT_THEIRS, NOTHING_BACK, OVER, note_post
from bot.connectors.slack.threads import Threads
from bot.connectors.slack.web_api import UNREACHABLE, persist, reason
from bot.connectors.slack.workspaces import Workspace

log = logging.getLogger(__name__)


class Agents:
    """Brings to `desk` what is done in `channel`. Raises NotDelivered when it cannot say there what became of it."""

    def __init__(self, desk: Desk, channel: str, patience: timedelta, arrivals: Arrivals) -> None:
        self._desk = desk
        self._channel = channel
        self._patience = patience
        self._threads = Threads(arrivals)
        self._names: dict[str, str] = {}
        self._writing = WeakValueDictionary[str, asyncio.Lock]()

    async def take(self, workspace: Workspace, event: Reply | Back | Change | Lost, *, again: bool) -> None:
        """Do what an event asks for. `again`: a process that died may have done a part of it."""
        match event:
            case Back():
                await self._give_back(workspace, event, again)
            case Lost():
                handoff = await self._find(event.place.thread)
                if handoff is not None:
                    await self._desk.pin(handoff, {"channel": self._channel, "lost": event.place.thread})
            case _:
                # One after the other, so that they reach the visitor in the order in which they were written.
                async with self._writing.setdefault(str(event.place.thread), asyncio.Lock()):
                    await self._hear(workspace, event, again)

    async def _hear(self, workspace: Workspace, event: Reply | Change, again: bool) -> None:
        if isinstance(event, Reply):
            await self._reply(workspace, event, again)
        else:
            await self._note_change(workspace, event, again)

    async def _reply(self, workspace: Workspace, event: Reply, again: bool) -> None:
        agent = await self._agent(workspace, event.sender_id)
        if again and await self._desk.has_said(agent, event.ts):
            return  # done, and whose the conversation is by now does not matter
        handoff = await self._find(event.place.thread)
        if handoff is None:
            if await self._threads.joined(event.place, workspace):
                await self._tell(workspace, event, OVER, again)
            return
        text = markdown.write(event.text, event.emoji)
        if not await self._desk.take(handoff.conversation_id, agent):
            await self._tell(workspace, event, NOT_THEIRS, again)
        elif text and not await self._desk.say(handoff.conversation_id, agent, event.ts, text):
            await self._tell(workspace, event, OVER, again)
        elif event.has_files:
            await self._tell(workspace, event, FILES, again)

    async def _give_back(self, workspace: Workspace, event: Back, again: bool) -> None:
        agent = await self._agent(workspace, event.sender_id)
        mine = [handoff for handoff in await self._desk.open() if handoff.agent == agent.key]
        chosen = [each for each in mine if _is_meant(each, event, again)]
        done = [each for each in chosen if await self._desk.give_back(each.conversation_id, agent)]
        # The thread says by itself that it is over; and what died in between may have done it.
        if event.place.reply_url is not None or not (done or again):
            await self._tell(workspace, event, BACK if done else NOTHING_BACK, again)

    async def _note_change(self, workspace: Workspace, event: Change, again: bool) -> None:
        """The visitor has what was written first; who changes it believes otherwise."""
        handoff = await self._find(event.place.thread)
        agent = await self._agent(workspace, event.sender_id) if handoff else None
        if agent is not None and await self._desk.has_said(agent, event.ts):
            await self._tell(workspace, event, CHANGED, again)

    async def _find(self, thread: str | None) -> Handoff | None:
        for handoff in await self._desk.open():
            pinned = handoff.thread or {}
            if (pinned.get("channel"), pinned.get("ts")) == (self._channel, thread):
                return handoff
        return None

    async def _tell(self, workspace: Workspace, event: Reply | Back | Change, text: str, again: bool) -> None:
        to = Answering(workspace, event.place, f"{event.ids[0]}:told", event.place.thread or "0")
        async for _ in deliver(to, [note_post(text)], again=again):
            pass

    async def _agent(self, workspace: Workspace, user: str) -> Agent:
        name = self._names.get(user) or await _name_of(workspace, user)
        if name is not None:  # else it is asked for again
            self._names[user] = name
        return Agent(f"slack:{user}", name or user, self._patience)


def _is_meant(handoff: Handoff, event: Back, again: bool) -> bool:
    """Whether `event` is about this one of the agent's: not when it began only after that, in another thread."""
    if event.conversation_id is not None:
        thread = (handoff.thread or {}).get("ts")
        return (handoff.conversation_id, thread) == (event.conversation_id, event.place.thread)
    if not again or event.at is None or handoff.taken_at is None:
        return True
    return handoff.taken_at.timestamp() <= event.at


async def _name_of(workspace: Workspace, user: str) -> str | None:
    """What a user is called on Slack, as their colleagues see it; None when Slack does not say."""
    try:
        found = await persist(lambda: workspace.client.users_info(user=user))
    except (SlackApiError, *UNREACHABLE) as error:
        log.warning("Slack: an agent's name is not known (%s); visitors see an id. It takes the scope users:read.",
                    reason(error))  # fmt: skip
        return None
    profile = (found.get("user") or {}).get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or user
    return " ".join(str(name).split())[:40] or user
