"""The seam behind which actions run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action left, in rasa-sdk's wire form: events to apply and responses to say."""

    events: tuple[Mapping[str, Any], ...] = ()
    responses: tuple[Mapping[str, Any], ...] = ()


class ActionRunner(Protocol):
    """Runs an action by name."""

    async def names(self) -> frozenset[str]:
        """The actions that can be run. Raises ActionFailed when an action server does not say."""

    async def check(self) -> None:
        """Raise ConfigError or ActionFailed unless actions can be run now."""

    async def run(self, name: str, tracker: Mapping[str, Any]) -> ActionResult:
        """Run the action on a tracker in Rasa's wire form: JSON throughout, and the action's own from now on.

        Raises ActionUnknown, ActionFailed, ActionTimeout, ActionRejected or ActionRubbish; nothing else.
        """

    async def close(self) -> None:
        """Let go of connections and threads."""
