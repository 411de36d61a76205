"""The status of an assistant thread: "is thinking…", from the question until the answer stands there.

See https://docs.slack.dev/reference/methods/assistant.threads.setStatus.
"""

from __future__ import annotations

import asyncio
import logging

from slack_sdk.errors import SlackApiError

from bot.connectors.slack.places import Place
from bot.connectors.slack.web_api import UNREACHABLE, is_passing, reason
from bot.connectors.slack.workspaces import Workspace

PATIENCE = 3.0
"""Seconds for which an answer that is ready waits for the status that came before it."""

NO_SUCH_THREAD = frozenset({"channel_not_found", "invalid_thread_ts"})
"""What Slack says of one thread only: a plain one, or one that was deleted. Others may have what this one lacks."""

log = logging.getLogger(__name__)


class Thinking:
    """Shown in threads of direct messages, which is where assistant threads are; not where a workspace has none."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._without: set[str] = set()

    async def show(self, workspace: Workspace, place: Place) -> None:
        """Slack takes the status away with the answer, or after two minutes. Never raises."""
        await self._set(workspace, place, self._text)

    async def hide(self, workspace: Workspace, place: Place) -> None:
        """For when there is no answer to say. Never raises."""
        await self._set(workspace, place, "")

    async def _set(self, workspace: Workspace, place: Place, status: str) -> None:
        if not (self._text and place.is_direct and place.thread) or place.team in self._without:
            return
        set_status = workspace.poster.assistant_threads_setStatus
        try:
            async with asyncio.timeout(PATIENCE):
                await set_status(channel_id=place.channel, thread_ts=place.thread, status=status)
        except (SlackApiError, *UNREACHABLE) as error:
            if not is_passing(error) and reason(error) not in NO_SUCH_THREAD:
                log.info("Slack: no status is shown in the workspace %s: %s.", place.team, reason(error))
                self._without.add(place.team)
