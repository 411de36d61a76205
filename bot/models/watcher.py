"""Follows the file that names the active bundle, so that `ripen models use` reaches a running bot."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from bot.errors import BundleError
from bot.models.bundle import Bundle
from bot.models.registry import active, active_name

log = logging.getLogger(__name__)

SECONDS = 1.0
"""Between two looks. One small file once a second costs nothing, and works on every file system."""


async def watch_active(folder: Path, serving: str, seconds: float = SECONDS) -> AsyncIterator[Bundle]:
    """Each bundle that becomes active in `folder` after `serving`, verified. One that cannot be used is a log line."""
    seen: str | None = serving
    while True:
        await asyncio.sleep(seconds)
        try:
            name = await asyncio.to_thread(active_name, folder)
            if name in (None, seen):
                continue
            seen = name
            yield await asyncio.to_thread(active, folder)
        except BundleError as error:
            log.error("the bot goes on with the bundle that it has: %s", error)
