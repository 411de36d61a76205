"""The bot has asked for a slot: is this its answer, none yet, a question back, or word that there will be none?"""

from __future__ import annotations

from typing import Any

from bot.actions.names import CALL_OFF, DEFAULT_INTENTS
from bot.catalog.catalog import Intent, Slot
from bot.conversations.conversation import Conversation, Turn
from bot.language.short_answers import (
    asks_about,
    asks_what_there_is,
    asks_who,
    calls_off,
    pauses,
    says_only,
    shrugs,
    words_of,
)
from bot.messages import Decision, Detection
from bot.situation import Situation
from bot.slots import corrects_another, slot_named, takes_any_text, values_for

ASKS = 3
"""How often in a row a slot is asked for; after that its question no longer claims every message."""

HELP_AFTER = 2
"""Answers that were none, after which the question is explained unasked."""

BUILT_IN = next(name for name, action in DEFAULT_INTENTS.items() if action == CALL_OFF)
"""The intent that drops a question in a bot that has none of its own for that."""


def answer_question(situation: Situation) -> Decision | None:
    """This is the answer, unless the user clearly wants something else."""
    asked = _find_question(situation)
    if asked is None:
        return None
    intent, slot = asked
    refused, given = _is_refused(situation, intent, slot), {each.slot for each in situation.detection.entities}
    if slot.name in given and refused:
        return None  # "don't cancel A-1042" is asked about
    if slot.name in given:
        return Decision("act", intent.name, 1.0, f"it answers the question for {slot.name}")
    if refused or _calls_off(situation, intent, slot):
        return _call_off(situation, slot)
    return _hear_words_about(situation, intent, slot) or _take_for_answer(situation, intent, slot)


def _is_refused(situation: Situation, intent: Intent, slot: Slot) -> bool:
    """ "Don't cancel it" is no number; where any text will do, as in a note, it may be the answer."""
    meant = situation.sure is not None and situation.sure.intent == intent.name
    return meant and not takes_any_text(slot) and situation.refusal(intent.name) is not None


def _calls_off(situation: Situation, intent: Intent, slot: Slot) -> bool:
    """The user drops what the question is asked for, in so many words."""
    how = calls_off(situation.text, slot, intent, situation.settings.language)
    other = situation.sure is not None and situation.sure.intent != intent.name
    return how is not None and not (other and (how == "perhaps" or situation.is_example))


def _call_off(situation: Situation, slot: Slot) -> Decision:
    """By the bot's own intent for it, which may have words of its own to say."""
    reason = f"the user drops what {slot.name} was asked for"
    return Decision("act", situation.calling_off or BUILT_IN, 1.0, reason)


def _hear_words_about(situation: Situation, intent: Intent, slot: Slot) -> Decision | None:
    """The user says something about the question, or about an earlier answer, in so many words."""
    if _pauses(situation, intent, slot):
        reason = f"the user asks for a moment before the answer for {slot.name}"
        return Decision("act", intent.name, 1.0, reason, says="take_your_time")
    if situation.sure is None and asks_who(situation.text, situation.settings.language):
        return Decision("act", intent.name, 1.0, "the user asks who it is that asks", says="a_bot")
    if _asks_back(situation, intent, slot):
        reason = f"the user asks about the question for {slot.name}"
        return Decision("act", intent.name, 1.0, reason, explains=slot.name)
    if _cannot_answer(situation, intent, slot):
        reason = f"the user cannot answer the question for {slot.name}"
        return Decision("act", intent.name, 1.0, reason, without=slot.name)
    if _corrects(situation, intent, slot, words=True) and says_only_values(situation, intent):
        reason = f"nothing but a correction; {slot.name} is still missing"
        return Decision("act", intent.name, 1.0, reason, corrects=True)
    return None


def _take_for_answer(situation: Situation, intent: Intent, slot: Slot) -> Decision | None:
    """None when the user wants something else, or when the question was asked often enough."""
    mine = situation.confidence_of(intent.name)
    sure = situation.sure.intent if situation.sure else None
    if sure not in (None, intent.name) or len(_asking(situation.conversation)) >= ASKS:
        return None
    if _corrects(situation, intent, slot):
        return Decision("act", intent.name, mine, f"a correction; {slot.name} is still missing")
    if takes_any_text(slot):
        return Decision("act", intent.name, max(mine, 0.5), f"taken as the answer for {slot.name}")
    if _wants_something_else(situation, intent):
        return None
    return Decision("act", intent.name, mine, f"{slot.name} was asked for and is still missing")


def give_up(situation: Situation) -> Decision | None:
    """It was asked for often enough, and what is said now is clear in no other way either."""
    asked = _find_question(situation)
    if asked is None or len(_asking(situation.conversation)) < ASKS:
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


def fill(intent: Intent, turn: Turn, detection: Detection, conversation: Conversation) -> dict[str, Any]:
    """Slot values that the message of `turn`, in which `detection` was found, gives to `intent`.

    All of its text where any text answers, unless it does no more than correct another value.
    """
    filled = values_for(intent, detection.entities)
    asked = conversation.requested
    slot = slot_named(intent, asked.slot) if asked and asked.intent == intent.name else None
    spelt_out = any(candidate.detector == "payload" for candidate in detection.candidates)
    if slot is None or slot.name in filled or not takes_any_text(slot) or spelt_out:
        return filled
    corrects = turn.decision is not None and turn.decision.corrects
    if not corrects and not corrects_another(intent, slot, filled, conversation.slots):
        filled[slot.name] = turn.message.text.strip()
    return filled


def needs_help(conversation: Conversation) -> bool:
    """Whether what is asked for was not given so often that the question should be explained, if it never was."""
    asking = _asking(conversation)
    return len(asking) >= HELP_AFTER and not _is_explained(asking)


def _find_question(situation: Situation) -> tuple[Intent, Slot] | None:
    requested = situation.conversation.requested
    intent = situation.catalog.intents.get(requested.intent) if requested else None
    slot = slot_named(intent, requested.slot) if requested else None
    return (intent, slot) if intent and slot else None


def _asks_back(situation: Situation, intent: Intent, slot: Slot) -> bool:
    """The user asks about the question.

    Who says "I don't know where to find it" asks once, and cannot answer if that was no help.
    """
    text, language, asking = situation.text, situation.settings.language, _asking(situation.conversation)
    other = situation.sure is not None and situation.sure.intent != intent.name
    asks = asks_about(text, slot, language) or (not other and asks_what_there_is(text, slot, language))
    if len(asking) >= ASKS or not asks:
        return False
    if situation.sure and situation.sure.intent == intent.name and not takes_any_text(slot):
        return False  # "where is my order" says again what is wanted
    no_more_help = (slot.help is None or _is_explained(asking)) and shrugs(text, slot, language)
    return not no_more_help and not _is_example_of_another(situation, intent)


def _cannot_answer(situation: Situation, intent: Intent, slot: Slot) -> bool:
    """The user says so."""
    shrugged = shrugs(situation.text, slot, situation.settings.language)
    return shrugged and not _is_example_of_another(situation, intent)


def _is_example_of_another(situation: Situation, intent: Intent) -> bool:
    """The words are the very example of another intent that is sure."""
    return situation.is_example and situation.sure is not None and situation.sure.intent != intent.name


def _corrects(situation: Situation, intent: Intent, slot: Slot, *, words: bool = False) -> bool:
    values = values_for(intent, situation.detection.entities)
    return corrects_another(intent, slot, values, situation.conversation.slots, words=words)


def _pauses(situation: Situation, intent: Intent, slot: Slot) -> bool:
    """The user will answer, but not yet."""
    paused = pauses(situation.text, slot, situation.settings.language)
    return paused and not _is_example_of_another(situation, intent)


def _wants_something_else(situation: Situation, intent: Intent) -> bool:
    """Though not clear what, it is likely enough to ask back, and `intent` is not among it."""
    choices, clarify = situation.choices, situation.settings.decision.clarify
    least = (1 + clarify) / 2  # most messages are tries to answer, which config.yml's threshold knows nothing of
    return situation.hold_the_right_one(choices, least) and all(choice.intent != intent.name for choice in choices)


def says_only_values(situation: Situation, intent: Intent) -> bool:
    """The message is nothing but a value for a slot of `intent`: "it's order A-1043"."""
    return any(
        says_only(situation.text, entity.start, entity.end, words_of(slot), situation.settings.language)
        for entity in situation.detection.entities
        for slot in intent.slots
        if slot.name == entity.slot
    )


def _asking(conversation: Conversation) -> list[Turn]:
    """The turns for which the bot has been waiting for the same slot, the latest first."""
    waiting = list[Turn]()
    for turn in reversed(conversation.turns):
        if turn.outcome is None or turn.outcome.requested != conversation.requested:
            break
        if turn.decision is None or turn.decision.says is None:  # who asked for a moment has not failed to answer
            waiting.append(turn)
    return waiting


def _is_explained(asking: list[Turn]) -> bool:
    return any(turn.decision is not None and turn.decision.explains is not None for turn in asking)
