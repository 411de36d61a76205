"""Putting an answer where it belongs: all of it, in order, and none of it twice, whatever Slack does meanwhile.

Slack has no key under which a call may be repeated. So each message carries, in its metadata, the answer and the part
that it is; when it is not certain whether a call went through (it timed out, the connection broke, Slack failed, or a
process died), the place is read first, and what stands there is not said again.
See https://docs.slack.dev/messaging/message-metadata.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.connectors.slack.blocks import Post, merged
from bot.connectors.slack.places import Place
from bot.connectors.slack.quiet import quiet_logger
from bot.connectors.slack.web_api import SECONDS, UNREACHABLE, Patience, is_passing, reason, retry_after
from bot.connectors.slack.workspaces import Workspace

EVENT_TYPE = "ripen_answer"
REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "msg_blocks_too_long"})
CLOSED = frozenset({"not_in_channel", "channel_not_found", "is_archived"})
"""A channel that the bot is not in, or that is archived: people can mend that."""

REPLY_PATIENCE = 10.0
"""Seconds of failures after which a reply is given up; each try may count as one of those that are allowed."""

READ, PAGES = 200, 10
"""Messages on a page, and pages that are read, from the message that is answered on, in search of the answer."""

MOST_REPLIES = 5
"""What a reply_url takes."""

log = logging.getLogger(__name__)


class NotDelivered(Exception):
    """Slack did not take a message; the text is Slack's error code. `passing`: it may take the same one later."""

    def __init__(self, why: str, *, passing: bool = False) -> None:
        super().__init__(why)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Answering:
    """The answer named `answer` in a place. It cannot stand there before the time stamp `since`."""

    workspace: Workspace
    place: Place
    answer: str
    since: str


async def deliver(to: Answering, posts: Sequence[Post], *, again: bool = False) -> AsyncIterator[str]:
    """Say `posts` in order; the time stamps that they get. `again`: some of them may stand there already.

    Raises NotDelivered when Slack refuses one for good, or fails for long. A reply_url gives no time stamps.
    """
    if to.place.reply_url is not None:
        await _reply(to.place.reply_url, posts)
        return
    for part, post in enumerate(posts):
        try:
            yield await _deliver_one(to, part, post, unsure=again)
        except (SlackApiError, *UNREACHABLE) as error:
            raise NotDelivered(reason(error), passing=is_passing(error) or reason(error) in CLOSED) from None


async def _deliver_one(to: Answering, part: int, post: Post, *, unsure: bool) -> str:
    patience = Patience()
    while True:
        try:
            if unsure:
                stamp = await _find(to, part)
                if stamp is not None:
                    return stamp
                unsure = False
            return await _post(to, part, post)
        except (SlackApiError, *UNREACHABLE) as error:
            unsure = unsure or retry_after(error) is None
            await patience.after(error)


async def _post(to: Answering, part: int, post: Post) -> str:
    call = to.workspace.poster.chat_postMessage
    where: dict[str, Any] = {"channel": to.place.channel, "thread_ts": to.place.thread}
    name = {"event_type": EVENT_TYPE, "event_payload": {"answer": to.answer, "part": part}}
    more: dict[str, Any] = {"blocks": list(post.blocks) or None, "attachments": list(post.attachments) or None}
    try:
        posted = await call(**where, text=post.text, metadata=name, **more)
    except SlackApiError as error:
        if reason(error) not in REFUSED_BLOCKS:
            raise
        log.warning("Slack: blocks were refused (%s); the answer is sent as plain text.", reason(error))
        posted = await call(**where, text=post.text, metadata=name)
    return str(posted.get("ts") or "")


async def _find(to: Answering, part: int) -> str | None:
    """The time stamp of a part that stands in its place already."""
    try:
        async for message in _read(to):
            match message:
                case {"ts": str(ts), "metadata": {"event_type": kind, "event_payload": {"answer": name, "part": said}}}:
                    if (kind, name, said) == (EVENT_TYPE, to.answer, part):
                        return ts
    except SlackApiError as error:
        if is_passing(error) or reason(error) in CLOSED:
            raise
        # Better twice than not at all.
        log.warning("Slack: channel %s cannot be read (%s); a part of an answer may come twice.",
                    to.place.channel, reason(error))  # fmt: skip
    return None


async def _read(to: Answering) -> AsyncIterator[Any]:
    """The messages of its place, from `to.since` on. See https://docs.slack.dev/apis/web-api/pagination."""
    client, place = to.workspace.poster, to.place
    how: dict[str, Any] = {"oldest": to.since, "limit": READ, "include_all_metadata": True}
    for _ in range(PAGES):
        if place.thread is None:
            page = await client.conversations_history(channel=place.channel, **how)
        else:
            page = await client.conversations_replies(channel=place.channel, ts=place.thread, **how)
        for message in page.get("messages") or []:
            yield message
        how["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
        if not how["cursor"]:
            return


async def _reply(url: str, posts: Sequence[Post]) -> None:
    """Say `posts` to the asker alone. Nobody can read there: after a failure they may see a part twice."""
    together = merged(posts)
    if len(together) > MOST_REPLIES:
        log.warning("Slack: an answer to a command takes %d messages, %d are allowed; the rest is left out.",
                    len(together), MOST_REPLIES)  # fmt: skip
    for post in together[:MOST_REPLIES]:
        await send_reply(url, {"text": post.text, "blocks": list(post.blocks) or None, "response_type": "ephemeral"})


async def send_reply(url: str, body: dict[str, Any]) -> None:
    """Post `body` to a reply_url. Raises NotDelivered."""
    logger = quiet_logger("bot.connectors.slack.sdk", logging.WARNING)
    client = AsyncWebhookClient(url, timeout=SECONDS, logger=logger, retry_handlers=[])
    patience = Patience(REPLY_PATIENCE)
    try:
        while True:
            try:
                response = await client.send_dict(body)
                if response.status_code == 200:
                    return
                raise SlackApiError("not taken", response)  # type: ignore[no-untyped-call]  # so in slack_sdk
            except (SlackApiError, *UNREACHABLE) as error:
                await patience.after(error)
    except (SlackApiError, *UNREACHABLE) as error:
        raise NotDelivered(reason(error)) from None
