"""The actions that every bot has. An outcome that requests nothing drops whatever question was open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.actions.names import CALL_OFF, HAND_OFF, LISTEN, RESTART, START_SESSION
from bot.config import TextSettings
from bot.conversations.conversation import Conversation
from bot.messages import Outcome, Part


def hand_off(_: Conversation, texts: TextSettings) -> Outcome:
    """Announce a person, who then asks for what they need."""
    return Outcome((Part(text=texts.hand_off),))


def call_off(_: Conversation, texts: TextSettings) -> Outcome:
    """Stop asking; what is known stays known."""
    return Outcome((Part(text=texts.called_off),))


def restart(_: Conversation, texts: TextSettings) -> Outcome:
    """Forget the slots, too."""
    return Outcome((Part(text=texts.called_off),), ({"event": "restart", "timestamp": None},))


def start_session(conversation: Conversation, _: TextSettings) -> Outcome:
    """Say nothing, and begin anew with the slots that there are, as Rasa does."""
    kept = ({"event": "slot", "name": name, "value": value} for name, value in conversation.slots.items())
    return Outcome((), ({"event": "session_started", "timestamp": None}, *kept))


def listen(_: Conversation, __: TextSettings) -> Outcome:
    """Say nothing and wait for the next message."""
    return Outcome(())


BUILTIN_ACTIONS: Mapping[str, Callable[[Conversation, TextSettings], Outcome]] = {
    HAND_OFF: hand_off,
    CALL_OFF: call_off,
    RESTART: restart,
    LISTEN: listen,
    START_SESSION: start_session,
}
