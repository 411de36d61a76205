"""The actions that an intent may name."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeVar

from bot.actions.base import ActionRunner
from bot.actions.builtin import BUILTIN_ACTIONS
from bot.config import ActionSettings
from bot.errors import ActionError, ConfigError

log = logging.getLogger(__name__)

T = TypeVar("T")

HOOKS = ("on_hand_off", "on_nobody_there")
"""Keys of config.yml's `actions` that name an action to run when a person is asked for."""


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


def unknown_hook(settings: ActionSettings, names: frozenset[str] | None) -> str | None:
    """The first key of config.yml's `actions` that names an action for a hand-off which is none that is known."""
    named = ((key, getattr(settings, key)) for key in HOOKS)
    return next((key for key, action in named if action and names is not None and action not in names), None)


def check_hand_off(settings: ActionSettings, names: frozenset[str] | None) -> None:
    """Raises ConfigError when config.yml names an action for a hand-off that nobody knows."""
    key = unknown_hook(settings, names)
    if key is not None and names is not None:
        known, action = ", ".join(sorted(names)), getattr(settings, key)
        raise ConfigError(f"config.yml: actions.{key} names {action}, which nobody registered. Known: {known}.")
