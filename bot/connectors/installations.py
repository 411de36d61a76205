"""In which workspaces of a platform the bot is installed, and with what it gets in there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Change = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""What is to be kept in place of something; None: it stays."""


class Installations(Protocol):
    """One for each workspace of a channel, shared by all processes. Every method may raise StoreError.

    What is kept is kept as it is. Tokens in the clear let whoever reads the store speak as the bot.
    """

    async def save(self, channel: str, workspace: str, body: Mapping[str, Any]) -> None:
        """Keep `body`, which is JSON, in place of what was kept of the workspace."""

    async def find(self, channel: str, workspace: str) -> Mapping[str, Any] | None:
        """What was kept last; None when the bot is not installed there."""

    async def remove(self, channel: str, workspace: str) -> None:
        """The bot is not installed there any more."""


class InstallationStore(Installations, Protocol):
    """Where they are kept."""

    async def rewrite(self, channel: str, change: Change) -> int:
        """Change what is kept of all workspaces, in one transaction. Returns how many changed."""


class InMemoryInstallations:
    """An InstallationStore, lost with the process: for tests, and for trying things out."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Mapping[str, Any]] = {}

    async def save(self, channel: str, workspace: str, body: Mapping[str, Any]) -> None:
        """See InstallationStore; so for all methods here."""
        self._kept[channel, workspace] = dict(body)

    async def find(self, channel: str, workspace: str) -> Mapping[str, Any] | None:
        return self._kept.get((channel, workspace))

    async def remove(self, channel: str, workspace: str) -> None:
        self._kept.pop((channel, workspace), None)

    async def rewrite(self, channel: str, change: Change) -> int:
        changed = {place: new for place, body in self._kept.items() if place[0] == channel and (new := change(body))}
        self._kept |= changed
        return len(changed)
