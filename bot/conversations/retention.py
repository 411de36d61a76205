"""Old turns go, day by day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.conversations.base import ConversationStore
from bot.errors import StoreError

log = logging.getLogger(__name__)

DAY = 24 * 60 * 60.0
HOUR = 60 * 60.0


async def expire_daily(
    store: ConversationStore, keep_days: int, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> None:
    """Delete what is older than `keep_days`, now and once a day; an hour later again when the store fails.

    Runs until it is cancelled. `sleep` takes seconds; tests need not wait.
    """
    while True:
        try:
            gone = await store.expire(datetime.now(UTC) - timedelta(days=keep_days))
            if gone:
                log.info("%d turns older than %d days were deleted", gone, keep_days)
            pause = DAY
        except StoreError as error:
            log.error("old turns were not deleted, next try in an hour: %s", error)
            pause = HOUR
        await sleep(pause)
