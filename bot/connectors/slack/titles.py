"""The title of an assistant thread, by which its user finds it again: the first thing that they said there.

See https://docs.slack.dev/reference/methods/assistant.threads.setTitle.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

from slack_sdk.errors import SlackApiError

from bot.connectors.slack.arrivals import Arrivals
from bot.connectors.slack.blocks import shortened
from bot.connectors.slack.incoming import Incoming
from bot.connectors.slack.places import Place
from bot.connectors.slack.thinking import NO_SUCH_THREAD
from bot.connectors.slack.web_api import UNREACHABLE, is_passing, reason
from bot.connectors.slack.workspaces import Workspace

LONGEST = 60
"""Characters; Slack says no limit, and shows about so many."""

PATIENCE = 5.0
KEPT = 10_000

log = logging.getLogger(__name__)


class Titles:
    """Given once to each thread, by the first of all processes; not where a workspace has no assistant threads."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._titled: OrderedDict[Place, None] = OrderedDict()
        self._without: set[str] = set()

    async def give(self, workspace: Workspace, incoming: Incoming) -> None:
        """Call the thread after what was said, if it has no title yet. Never raises: a thread does without."""
        place, title = incoming.place, _title(incoming.message.text)
        if not (title and place.is_direct and place.thread) or place.team in self._without or place in self._titled:
            return
        self._remember(place)
        set_title = workspace.poster.assistant_threads_setTitle
        try:
            async with asyncio.timeout(PATIENCE):
                if await self._arrivals.claim(place.name_of(f"{place.thread}:titled"), incoming.sender_id):
                    await set_title(channel_id=place.channel, thread_ts=place.thread, title=title)
        except (SlackApiError, *UNREACHABLE) as error:
            if not is_passing(error) and reason(error) not in NO_SUCH_THREAD:
                log.info("Slack: threads get no titles in the workspace %s: %s.", place.team, reason(error))
                self._without.add(place.team)

    def _remember(self, place: Place) -> None:
        self._titled[place] = None
        if len(self._titled) > KEPT:
            self._titled.popitem(last=False)


def _title(text: str) -> str:
    """Nothing for what a button sent: nobody said that."""
    return "" if text.startswith("/") else shortened(" ".join(text.split()), LONGEST)
