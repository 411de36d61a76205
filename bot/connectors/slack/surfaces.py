"""App Home, assistant threads, the slash command's own answers, and feedback by reaction."""

from __future__ import annotations

import asyncio
import logging
from weakref import WeakValueDictionary

from slack_sdk.errors import SlackApiError

from bot.config import SlackSettings
from bot.connectors.base import Bot
from bot.connectors.feedback import Feedback, FeedbackStore, Opinion
from bot.connectors.slack.delivery import Answering, NotDelivered, deliver
from bot.connectors.slack.places import CHANNEL
from bot.connectors.slack.screens import help_post, home_view, status_post
from bot.connectors.slack.signals import (
    OPINIONS,
    Command,
    HomeOpened,
    Reaction,
    Removed,
    Signal,
    TalkOpened,
    ThreadStarted,
)
from bot.connectors.slack.web_api import UNREACHABLE, persist, reason
from bot.connectors.slack.workspaces import Workspace

log = logging.getLogger(__name__)


class Surfaces:
    """What becomes of signals. A failure is one log line: none of them is a message of a user's."""

    def __init__(self, settings: SlackSettings, bot: Bot, feedback: FeedbackStore) -> None:
        self._settings = settings
        self._bot = bot
        self._feedback = feedback
        self._rating = WeakValueDictionary[str, asyncio.Lock]()

    async def take(self, workspace: Workspace, signal: Signal, *, again: bool) -> None:
        """Do what a signal asks for. `again`: a process that died may have done a part of it."""
        try:
            match signal:
                case HomeOpened():
                    await self._show_home(workspace, signal.sender_id)
                case TalkOpened():
                    await self._offer(workspace, signal)
                case ThreadStarted():
                    await self._greet(workspace, signal, again)
                case Command():
                    await self._say_about_itself(workspace, signal)
                case Reaction():
                    await self._rate(workspace, signal, again)
                case Removed():
                    pass  # the connector's, since no workspace is left to act in
        except (NotDelivered, SlackApiError, *UNREACHABLE) as error:
            why = str(error) if isinstance(error, NotDelivered) else reason(error)
            log.warning("Slack: %s could not be served: %s.", type(signal).__name__, why)

    async def _show_home(self, workspace: Workspace, user: str) -> None:
        chosen = self._settings
        view = home_view(chosen.help, chosen.suggestions, await self._bot.status())
        await workspace.client.views_publish(user_id=user, view=view)

    async def _greet(self, workspace: Workspace, started: ThreadStarted, again: bool) -> None:
        place = started.place
        to = Answering(workspace, place, started.ids[0], since=place.thread or "0")
        async for _ in deliver(to, [help_post(self._settings.help, ())], again=again):
            pass
        if self._settings.suggestions:
            await self._suggest(workspace, place.channel, place.thread)

    async def _offer(self, workspace: Workspace, opened: TalkOpened) -> None:
        """In the agent view, where no thread is started before something is said."""
        if self._settings.direct == "threads" and self._settings.suggestions:
            await self._suggest(workspace, opened.channel, None)

    async def _suggest(self, workspace: Workspace, channel: str, thread: str | None) -> None:
        prompts = [{"title": each, "message": each} for each in self._settings.suggestions]
        suggest = workspace.client.assistant_threads_setSuggestedPrompts
        await suggest(channel_id=channel, thread_ts=thread, prompts=prompts)

    async def _say_about_itself(self, workspace: Workspace, command: Command) -> None:
        chosen = self._settings
        if command.what == "help":
            said = help_post(chosen.help, chosen.suggestions)
        else:
            said = status_post(await self._bot.status())
        async for _ in deliver(Answering(workspace, command.place, command.ids[0], since="0"), [said]):
            pass

    async def _rate(self, workspace: Workspace, reaction: Reaction, again: bool) -> None:
        name = reaction.place.name_of(reaction.ts)
        async with self._rating.setdefault(name, asyncio.Lock()):
            opinion: Opinion | None = reaction.opinion
            if reaction.removed or again:  # late, so another one may have been given, or this one taken back
                opinion = await _what_is_left(workspace, reaction)
            await self._feedback.record_feedback(Feedback(CHANNEL, name, opinion, by=reaction.sender_id))


async def _what_is_left(workspace: Workspace, reaction: Reaction) -> Opinion | None:
    """What stands there now: the other thumb, if the user has given both and taken one away.

    Where Slack does not say, what this reaction alone would mean.
    """
    get = workspace.client.reactions_get
    try:
        found = await persist(lambda: get(channel=reaction.place.channel, timestamp=reaction.ts, full=True))
    except (SlackApiError, *UNREACHABLE) as error:
        log.warning("Slack: reactions cannot be read: %s.", reason(error))
        return None if reaction.removed else reaction.opinion
    for each in (found.get("message") or {}).get("reactions") or []:
        opinion = OPINIONS.get(str(each.get("name")).partition("::")[0])
        if opinion and reaction.sender_id in (each.get("users") or []):
            return opinion
    return None
