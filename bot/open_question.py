"""The bot has asked for a slot: is this its answer, none yet, or word that there will be none?"""

from __future__ import annotations

from bot.catalog.catalog import Intent, Slot
from bot.conversations.conversation import Conversation
from bot.messages import Decision
from bot.short_answers import are_the_same, shrugs
from bot.situation import Situation
from bot.slots import corrects_another, slot_named, takes_any_text, values_for

ASKS = 3
"""How often in a row a slot is asked for; after that its question no longer claims every message."""


def answer_question(situation: Situation) -> Decision | None:
    """This is the answer, unless the user clearly wants something else."""
    asked = _find_question(situation)
    if asked is None:
        return None
    intent, slot = asked
    mine = situation.confidence_of(intent.name)
    sure = situation.sure.intent if situation.sure else None
    if sure == intent.name and not takes_any_text(slot) and situation.refusal(intent.name):
        return None  # "don't cancel it" is no number; where any text will do, as in a note, it may be the answer
    if any(entity.slot == slot.name for entity in situation.detection.entities):
        return Decision("act", intent.name, 1.0, f"it answers the question for {slot.name}")
    if _cannot_answer(situation, intent, slot):
        reason = f"the user cannot answer the question for {slot.name}"
        return Decision("act", intent.name, 1.0, reason, without=slot.name)
    if sure not in (None, intent.name) or _asked_in_a_row(situation.conversation) >= ASKS:
        return None
    values = values_for(intent, situation.detection.entities)
    if corrects_another(intent, slot, values, situation.conversation.slots):
        return Decision("act", intent.name, mine, f"a correction; {slot.name} is still missing")
    if takes_any_text(slot):
        return Decision("act", intent.name, max(mine, 0.5), f"taken as the answer for {slot.name}")
    return Decision("act", intent.name, mine, f"{slot.name} was asked for and is still missing")


def give_up(situation: Situation) -> Decision | None:
    """It was asked for often enough, and what is said now is clear in no other way either."""
    asked = _find_question(situation)
    if asked is None or _asked_in_a_row(situation.conversation) < ASKS:
        return None
    intent, slot = asked
    reason = f"{slot.name} was asked for {ASKS} times, and is given up"
    return Decision("act", intent.name, situation.confidence_of(intent.name), reason, without=slot.name)


def left_out(intent: Intent, conversation: Conversation) -> frozenset[str]:
    """The slots that the user could not give since `intent`, whose question is open, began to ask."""
    names = set[str]()
    asked = conversation.requested
    for turn in reversed(conversation.turns):
        still = turn.outcome.requested if turn.outcome else None
        if asked is None or still is None or not asked.intent == still.intent == intent.name:
            break
        if turn.decision is not None and turn.decision.without is not None:
            names.add(turn.decision.without)
    return frozenset(names)


def _find_question(situation: Situation) -> tuple[Intent, Slot] | None:
    requested = situation.conversation.requested
    intent = situation.catalog.intents.get(requested.intent) if requested else None
    slot = slot_named(intent, requested.slot) if requested else None
    return (intent, slot) if intent and slot else None


def _cannot_answer(situation: Situation, intent: Intent, slot: Slot) -> bool:
    """The user says so, in words that are not the very example of another intent."""
    if not shrugs(situation.text, slot, situation.settings.language):
        return False
    other = situation.catalog.intents.get(situation.sure.intent) if situation.sure else None
    examples = other.examples if other and other is not intent else ()
    return not any(are_the_same(each.text, situation.text) for each in examples)


def _asked_in_a_row(conversation: Conversation) -> int:
    """For how many turns the bot has been waiting for the same slot."""
    count = 0
    for turn in reversed(conversation.turns):
        if turn.outcome is None or turn.outcome.requested != conversation.requested:
            break
        count += 1
    return count
