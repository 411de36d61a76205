"""In which workspaces of a platform the bot is installed, and with what it gets in there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Installations(Protocol):
    """One for each workspace of a channel, shared by all processes. Every method may raise StoreError.

    What is kept are secrets, in the clear: whoever reads the store can speak as the bot.
    """

    async def save(self, channel: str, workspace: str, body: Mapping[str, Any]) -> None:
        """Keep `body`, which is JSON, in place of what was kept of the workspace."""

    async def find(self, channel: str, workspace: str) -> Mapping[str, Any] | None:
        """What was kept last; None when the bot is not installed there."""

    async def remove(self, channel: str, workspace: str) -> None:
        """The bot is not installed there any more."""


class InMemoryInstallations:
    """Lost with the process: for tests, and for trying things out."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Mapping[str, Any]] = {}

    async def save(self, channel: str, workspace: str, body: Mapping[str, Any]) -> None:
        """See Installations; so for all methods here."""
        self._kept[channel, workspace] = dict(body)

    async def find(self, channel: str, workspace: str) -> Mapping[str, Any] | None:
        return self._kept.get((channel, workspace))

    async def remove(self, channel: str, workspace: str) -> None:
        self._kept.pop((channel, workspace), None)
