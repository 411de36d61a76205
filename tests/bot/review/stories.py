"""Turns of invented conversations, and a desk over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.catalog.loader import CatalogLoader
from bot.conversations.base import ConversationStore
from bot.conversations.conversation import Conversation, Turn
from bot.conversations.review import Recorded, Standing
from bot.messages import Candidate, Decision, DecisionKind, Detection, Message, Outcome, Requested, Sentiment
from bot.review.desk import Criteria, Desk
from bot.review.history import Spoken, to_spoken
from tests.standins.encoder import WordEncoder

NOW = datetime.now(UTC)
FILES = {
    "orders.yml": """\
# what customers ask most
order_status:
  description: The customer asks where an order is.
  examples:
    - where is my order   # short
    - has my order shipped
  slots: {order_id: {pattern: '[A-Z]-\\d{4}'}}
refund:
  description: The customer wants money back.
  examples:
    - give me my money back
""",
    "responses.yml": "utter_hello:\n  - Hello!\n",
}


def turn(
    text: str,
    kind: DecisionKind = "clarify",
    *guesses: tuple[str, float],
    sender: str = "ada",
    minute: float = 0,
    pressed: bool = False,
    asked: Requested | None = None,
) -> Turn:
    """What `sender` said `minute` minutes into the conversation, and what the bot made of it."""
    ranked = tuple(Candidate(name, chance, "payload" if pressed else "mature") for name, chance in guesses)
    intent = guesses[0][0] if guesses and kind in ("act", "clarify") else None
    return Turn(
        Message(text, f"c-{sender}", sender, "web", f"{sender}-{text}-{minute}"),
        NOW - timedelta(hours=1) + timedelta(minutes=minute),
        Detection(ranked, 0.1, Sentiment("neutral", 0.0)),
        Decision(kind, intent, guesses[0][1] if guesses else 0.0, "so"),
        Outcome((), requested=asked),
    )


def spoken(*turns: Turn) -> list[Spoken]:
    """The turns, numbered from 1."""
    found = [to_spoken(Recorded(number, each)) for number, each in enumerate(turns, 1)]
    assert all(found)
    return [each for each in found if each]


def standing(*numbers: int) -> Standing:
    """All turns are there and open."""
    return Standing(frozenset(numbers or range(1, 100)), {}, {})


async def tell(store: ConversationStore, turns: Sequence[Turn]) -> list[int]:
    """Have the turns happen; their numbers."""
    numbers = []
    for each in turns:
        number, _ = await store.record_message(each.message)
        message = each.message
        state = Conversation(message.conversation_id, message.sender_id, message.channel)
        await store.record_turn(number, each, state)
        numbers.append(number)
    return numbers


def write_intents(folder: Path) -> Path:
    """The intent files of an invented bot."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def open_desk(store: ConversationStore, folder: Path, criteria: Criteria | None = None) -> Desk:
    """A desk as another process would open it."""
    return Desk(store.reviews(), folder, CatalogLoader(folder).load, WordEncoder(), criteria or Criteria())


def rated_down(one: Standing, number: int) -> Standing:
    """The same, with a thumb down."""
    from bot.conversations.conversation import Rating

    return replace(one, ratings={number: (Rating("u", "down", "ada", NOW),)})
