"""The actions that an intent may name."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeVar

from bot.actions.base import ActionRunner
from bot.actions.builtin import BUILTIN_ACTIONS
from bot.errors import ActionError, ConfigError

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class KnownActions:
    """Every action that an intent may name, as last heard; None when an action server did not say."""

    actions: ActionRunner
    names: frozenset[str] | None = None

    async def ask(self) -> frozenset[str] | None:
        """Hear it anew: an action server may have been started, or have learnt something, since."""
        try:
            self.names = await self.actions.names() | frozenset(BUILTIN_ACTIONS)
        except ActionError as error:
            log.warning("the intents' actions are not checked: %s", error)
            self.names = None
        return self.names

    async def ask_at(self, changes: AsyncIterator[T]) -> AsyncIterator[T]:
        """The same `changes`, each after asking."""
        async for change in changes:
            await self.ask()
            yield change


def check_hand_off(action: str | None, names: frozenset[str] | None) -> None:
    """Raises ConfigError when `action`, which config.yml names to tell a person, is none that is known."""
    if action and names is not None and action not in names:
        known = ", ".join(sorted(names))
        raise ConfigError(f"config.yml: actions.on_hand_off names {action}, which nobody registered. Known: {known}.")
