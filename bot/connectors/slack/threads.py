"""In which threads the bot takes part. Written down for all processes, and asked of Slack where that was forgotten."""

from __future__ import annotations

import logging
from collections import OrderedDict

from slack_sdk.errors import SlackApiError

from bot.connectors.slack.arrivals import Arrivals
from bot.connectors.slack.places import Place
from bot.connectors.slack.web_api import UNREACHABLE, persist, reason
from bot.connectors.slack.workspaces import Workspace

KEPT = 10_000
REPLIES = 200

log = logging.getLogger(__name__)


class Threads:
    """A bounded memory of place -> whether the bot spoke there."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._known: OrderedDict[Place, bool] = OrderedDict()
        self._unannounced: set[Place] = set()

    def join(self, place: Place) -> None:
        """The bot is called in `place`, and takes part from now on."""
        if not self._known.get(place):
            self._remember(place, joined=True)
            self._unannounced.add(place)

    async def announce(self, place: Place, sender_id: str) -> None:
        """Let the other processes know, once, that the bot takes part there, called by `sender_id`."""
        if place in self._unannounced:
            self._unannounced.discard(place)
            if place.thread is not None and not place.is_direct:  # elsewhere all is for the bot
                await self._arrivals.claim(_name_of(place), sender_id)

    async def joined(self, place: Place, workspace: Workspace) -> bool:
        """Whether the bot is among the first 200 who spoke in this thread; False when Slack does not say."""
        known = self._known.get(place)
        if not known and await self._arrivals.knows(_name_of(place)):
            self._remember(place, joined=True)
            return True
        if known is not None:
            return known
        try:
            ask = workspace.client.conversations_replies
            replies = await persist(lambda: ask(channel=place.channel, ts=place.thread or "", limit=REPLIES))
        except (SlackApiError, *UNREACHABLE) as error:
            log.warning("Slack: cannot read a thread in channel %s: %s.", place.channel, reason(error))
            return False
        said = replies.get("messages") or []
        self._remember(place, joined=any(message.get("user") == workspace.bot_user for message in said))
        return self._known[place]

    def _remember(self, place: Place, *, joined: bool) -> None:
        self._known[place] = joined
        self._known.move_to_end(place)
        if len(self._known) > KEPT:
            self._known.popitem(last=False)


def _name_of(place: Place) -> str:
    """The name under which it is written down that the bot takes part."""
    return place.name_of(f"{place.thread}:joined")
