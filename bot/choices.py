"""Buttons that the bot has just shown, and the user types in place of pressing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.catalog.catalog import Catalog
from bot.conversations.conversation import Conversation
from bot.language.choosing import LAST
from bot.language.plain_text import read_plainly
from bot.language.short_answers import (
    agrees,
    are_the_same,
    ends_with_question,
    find_named,
    find_place,
    may_be_agreed_to,
    rejects,
)
from bot.messages import Button, Detection, Part
from bot.payload import NONE_OF_THESE, read_payload


def read_choice(text: str, conversation: Conversation, catalog: Catalog, language: str) -> Detection | None:
    """The detection of a button that the bot has just shown and the user types instead: its title, in any case.

    After a clarifying question these will do, too, in the `language` of config.yml: the choice's number or place, words
    that only its title has, "yes" when there is but one, and "neither" or "no" for none of them. After any other answer
    that ends with a question, unless it asks for a slot, its place in words, and "yes" when there is but one. None when
    `text` is no such thing.
    """
    last = conversation.last_answer
    shown = [button for part in last.outcome.parts for button in part.buttons] if last and last.outcome else []
    chosen = next((button for button in shown if _as_typed(button.title) == _as_typed(text)), None)
    if chosen is None and shown and last and last.decision and last.decision.kind == "clarify":
        if rejects(text, language):
            return read_payload(NONE_OF_THESE, catalog)
        offered = [button for button in shown if button.payload != NONE_OF_THESE]
        chosen = _by_place(text, shown, offered, language)
        if chosen is None and len(offered) == 1 and not last.decision.refused and agrees(text, language):
            chosen = offered[0]
        if chosen is None and len(offered) > 1:
            chosen = _by_name(text, offered, catalog, language)
    elif chosen is None and shown and last and last.outcome and conversation.requested is None:
        chosen = _below_an_answer(text, last.outcome.parts, shown, language)
    return read_payload(chosen.payload, catalog) if chosen else None


def _below_an_answer(text: str, parts: Sequence[Part], shown: Sequence[Button], language: str) -> Button | None:
    """By a yes or by place, where the answer asks; a mere number may be about anything."""
    asked = parts[-1].text or ""
    if not parts[-1].buttons or not ends_with_question(asked):
        return None
    if len(shown) == 1:
        return shown[0] if agrees(text, language) and may_be_agreed_to(asked, language) else None
    place = find_place(text, language)
    return None if place is None or place > len(shown) else shown[-1 if place == LAST else place - 1]


def _by_place(text: str, shown: Sequence[Button], offered: Sequence[Button], language: str) -> Button | None:
    """By number or ordinal, as all that is `shown` is counted; the last one is the last that is `offered`."""
    typed = _as_typed(text)
    place = next((number for number in range(1, len(shown) + 1) if typed == str(number)), None)
    place = place or find_place(text, language)
    if place == LAST:
        return offered[-1] if offered else None
    return shown[place - 1] if place is not None and place <= len(shown) else None


def _by_name(text: str, offered: Sequence[Button], catalog: Catalog, language: str) -> Button | None:
    """By words of its title, unless they are the very example of an intent: then they say what they say anywhere."""
    named = find_named(text, [button.title for button in offered], language)
    if named is None:
        return None
    examples = (example.text for intent in catalog.intents.values() for example in intent.examples)
    return None if any(are_the_same(example, text) for example in examples) else offered[named]


def _as_typed(title: str) -> str:
    return " ".join(read_plainly(title).split()).rstrip(".").casefold()
