"""What the bot asks: which of several, whether a person should help, a slot's question and what helps with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.actions.names import HAND_OFF
from bot.catalog.catalog import Intent, Slot
from bot.config import Settings, TextSettings
from bot.language.wording import in_users_words
from bot.messages import Button, Candidate, Decision, Outcome, Part, Requested, Segment
from bot.occasion import Occasion
from bot.open_question import needs_help
from bot.payload import NONE_OF_THESE, write_payload
from bot.situation import is_sure
from bot.slots import slot_named, values_for


def ask_which(decision: Decision, occasion: Occasion, texts: TextSettings) -> Outcome:
    """Which of the choices is meant; asked once more, with the same buttons."""
    before = occasion.conversation.last_answer if decision.again else None
    if before is not None and before.outcome is not None:
        # With its buttons: they hold what was found in the message that they are about.
        again = texts.clarify_again_one if len(decision.alternatives) == 1 else texts.clarify_again
        return Outcome((replace(before.outcome.parts[-1], text=again),), requested=occasion.conversation.requested)
    buttons = tuple(offer(candidate, occasion) for candidate in decision.alternatives)
    buttons += (Button(texts.none_of_these, NONE_OF_THESE),)
    choices = Part(text=_which_of(decision, texts), buttons=buttons)
    if decision.without:
        return Outcome((Part(text=texts.given_up), choices))
    return Outcome((choices,), requested=None if decision.misunderstood else occasion.conversation.requested)


def _which_of(decision: Decision, texts: TextSettings) -> str:
    if decision.misunderstood:
        return texts.misunderstood
    if len(decision.alternatives) > 1:
        return texts.clarify
    return texts.clarify_refused if decision.refused else texts.clarify_one


def offer(candidate: Candidate, occasion: Occasion) -> Button:
    """The button for an intent, with the values that the message holds for it."""
    intent = occasion.catalog.intents[candidate.intent]
    own = {slot.name for slot in intent.slots}
    known = tuple(entity for entity in occasion.detection.entities if entity.slot in own)
    return Button(title_of(intent), write_payload(intent.name, known))


def offer_later(waiting: Sequence[Segment], wishes: Sequence[Segment], occasion: Occasion) -> tuple[Button, ...]:
    """The buttons for those of `wishes` that are `waiting`; several of one intent are told apart by their values."""
    said = [wish.candidate.intent for wish in wishes]
    buttons = list[Button]()
    for wish in waiting:
        button = offer(wish.candidate, occasion.about(wish, ()))
        values = values_for(occasion.catalog.intents[wish.candidate.intent], wish.entities).values()
        several = said.count(wish.candidate.intent) > 1
        buttons.append(replace(button, title=f"{button.title} ({', '.join(map(str, values))})") if several else button)
    return tuple(buttons)


def title_of(intent: Intent) -> str:
    """What the button for `intent` says: what its author wrote for it, or the description as said to the user."""
    return intent.choice or in_users_words(intent.description)


def offer_person(text: str, occasion: Occasion) -> Outcome:
    """`text`, with the way to a person below it if the bot has one that was not just offered."""
    last = occasion.conversation.turns[-1].outcome if occasion.conversation.turns else None
    offered = {button.payload for part in (last.parts if last else ()) for button in part.buttons}
    people = (each for each in occasion.catalog.intents.values() if each.action == HAND_OFF)
    ways = (Button(title_of(each), write_payload(each.name)) for each in people)
    return Outcome((Part(text=text, buttons=tuple(way for way in ways if way.payload not in offered)[:1]),))


def ask_for(
    slot: Slot, intent: Intent, occasion: Occasion, filled: Mapping[str, Any], settings: Settings
) -> tuple[Part, ...]:
    """The question for `slot`; asked again, it says that the message was no answer, lest the bot seem deaf."""
    detection, texts = occasion.detection, settings.texts
    meant_anyway = any(
        best.intent == intent.name and is_sure(best.confidence, detection.risk, settings.decision)
        for best in detection.candidates[:1]
    )
    again = occasion.conversation.requested == Requested(intent.name, slot.name)
    if not again or filled or meant_anyway:
        return (question_for(slot),)
    if slot.help and needs_help(occasion.conversation):
        return (Part(text=f"{texts.not_an_answer} {slot.help}"), question_for(slot))
    return (Part(text=f"{texts.not_an_answer} {slot.ask}"),)


def question_for(slot: Slot) -> Part:
    """The slot's question, as its author wrote it."""
    return Part(text=slot.ask)


def ask_on(outcome: Outcome, occasion: Occasion) -> Outcome:
    """`outcome`, and after it the question that was open before."""
    asked = occasion.conversation.requested
    slot = slot_named(occasion.catalog.intents.get(asked.intent), asked.slot) if asked else None
    return replace(outcome, parts=(*outcome.parts, question_for(slot)), requested=asked) if slot else outcome


def explain(name: str, intent: Intent, texts: TextSettings) -> Outcome | None:
    """Help with the question for a slot, and the question again; None when an edit has taken the slot away."""
    slot = slot_named(intent, name)
    if slot is None:
        return None
    return Outcome((Part(text=slot.help or texts.no_help), question_for(slot)), requested=Requested(intent.name, name))
