"""Says when the intent files have changed and come to rest, so that an edit is live within a second.

watchfiles wakes us at once; what changed is then seen in the files themselves. A tick looks at them too, so that a
folder that was removed and made again, a swapped link, and a file system without notifications are all followed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from pathlib import Path

from watchfiles import awatch
from watchfiles.main import FileChange

from bot.catalog.loader import list_files

log = logging.getLogger(__name__)

SETTLED_AFTER = 0.1
TICK = 0.4
PATIENCE = 2.0

Signature = dict[Path, tuple[int, int, int]]


def watch_catalog(folder: Path, *, force_polling: bool | None = None) -> AsyncGenerator[frozenset[Path], None]:
    """Yield the intent files that were added, changed or removed, each time after they have been still for 0.1 s.

    What counts is every change since this call, not since the first step: call it before loading, and no edit is
    missed. Runs until closed or cancelled. `force_polling` True does without the file system's notifications; None
    leaves it to the environment variable WATCHFILES_FORCE_POLLING.
    """
    return _watch(folder, _signature(folder), force_polling)


async def _watch(folder: Path, seen: Signature, force_polling: bool | None) -> AsyncGenerator[frozenset[Path], None]:
    async with aclosing(_wake_ups(folder, force_polling)) as wake_ups:
        async for _ in wake_ups:
            now = await _settled(folder, seen)
            if changed := _changed(seen, now):
                seen = now
                yield changed


async def _settled(folder: Path, seen: Signature) -> Signature:
    """The files once they rest: an editor that empties and then fills a file is waited for, within reason."""
    now = await asyncio.to_thread(_signature, folder)
    waited = 0.0
    while now != seen and waited < PATIENCE:
        await asyncio.sleep(SETTLED_AFTER)
        waited += SETTLED_AFTER
        later = await asyncio.to_thread(_signature, folder)
        if later == now:
            break
        now = later
    return now


async def _wake_ups(folder: Path, force_polling: bool | None) -> AsyncGenerator[None, None]:
    """One None for each reason to look: a notification, or a tick."""
    while True:
        yield None
        identity = _identity(folder)
        if identity is None:
            await asyncio.sleep(TICK)
            continue
        try:
            async with aclosing(_notifications(folder, force_polling)) as notifications:
                async for _ in notifications:
                    yield None
                    if _identity(folder) != identity:
                        break
        except FileNotFoundError:
            await asyncio.sleep(TICK)
        except (OSError, RuntimeError) as error:  # inotify's limits; RuntimeError is the root of watchfiles' own
            if not force_polling:
                log.warning("following the intent files by polling: %s", error)
            force_polling = True
            await asyncio.sleep(TICK)


async def _notifications(folder: Path, force_polling: bool | None) -> AsyncGenerator[set[FileChange], None]:
    async with aclosing(
        awatch(
            folder,
            watch_filter=None,
            debounce=50,
            step=20,
            rust_timeout=int(TICK * 1000),
            yield_on_timeout=True,
            force_polling=force_polling,
            poll_delay_ms=int(TICK * 1000),
        )
    ) as changes:
        async for change in changes:
            yield change


def _identity(folder: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        status = folder.stat()
        return status.st_dev, status.st_ino
    return None


def _signature(folder: Path) -> Signature:
    files, problems = list_files(folder)
    # A link to a folder is no file, but stops the next start: it has to be told now.
    signature: Signature = {problem.file: (0, 0, 0) for problem in problems if problem.file != folder}
    for file in files:
        with suppress(OSError):  # gone since it was listed
            status = file.stat()
            signature[file] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return signature


def _changed(before: Signature, after: Signature) -> frozenset[Path]:
    return frozenset(file for file in {*before, *after} if before.get(file) != after.get(file))
