"""The wishes that one message holds: its pieces that are clear by themselves, and the codes that a wish lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.catalog.catalog import Intent
from bot.language.segments import words_of_lists
from bot.language.short_answers import says_only, words_of
from bot.messages import Decision, Entity, Segment
from bot.situation import Situation, is_sure
from bot.slots import find_listed, slot_named, takes_any_text, values_for


def hear_wishes(situation: Situation) -> list[Segment]:
    """The pieces that are clear by themselves, in the order said.

    Two of the same intent are one wish, unless each is about a thing of its own: "where is A-1042, and when does B-2077
    arrive".
    """
    heard = list[Segment]()
    for piece in situation.detection.segments:
        segment = _go_on(piece, heard[-1], situation) if heard else piece
        intent = situation.catalog.intents.get(segment.candidate.intent)
        likely = is_sure(segment.candidate.confidence, segment.risk, situation.settings.decision)
        if not likely or intent is None or _is_taken_back(intent, segment, heard, situation):
            continue
        if all(_differ(intent, segment, other) for other in heard):
            heard.append(segment)
    return heard


def _is_taken_back(intent: Intent, segment: Segment, heard: Sequence[Segment], situation: Situation) -> bool:
    """Whether the first value that counts of its kind comes later: "where is A-1042, sorry, I mean A-1043"."""
    values, counts = values_for(intent, segment.entities), values_for(intent, situation.detection.entities)
    known = [values_for(intent, other.entities) for other in heard]
    return any(
        str(counts.get(name, value)) != str(value) and not any(counts[name] == other.get(name) for other in known)
        for name, value in values.items()
    )


def _go_on(piece: Segment, before: Segment, situation: Situation) -> Segment:
    """`piece` as the same wish as `before`, where it says no more than what else that is about: "and SK204?"."""
    intent, language = situation.catalog.intents[before.candidate.intent], situation.settings.language
    joints = " ".join(words_of_lists(language))
    only = any(
        slot.name == each.slot and says_only(piece.text, each.start, each.end, f"{words_of(slot)} {joints}", language)
        for each in piece.entities
        for slot in intent.slots
    )
    return replace(piece, candidate=before.candidate, risk=before.risk) if only else piece


def for_each_listed(situation: Situation, decision: Decision) -> Decision:
    """`decision`, to be carried out for each code that the message lists: "where are A-1042 and B-2077"."""
    if decision.wishes:
        return replace(decision, wishes=_with_the_rest_of_lists(decision.wishes, situation))
    intent, detection = situation.catalog.intents.get(decision.intent or ""), situation.detection
    best = situation.best
    if intent is None or best is None or best.detector == "payload" or not _acts_at_once(decision):
        return decision
    asked = situation.conversation.requested
    slot = slot_named(intent, asked.slot) if asked and asked.intent == intent.name else None
    if slot is not None and takes_any_text(slot):
        return decision  # the list may be in a note
    listed = _find_list(situation, intent)
    others = [each for each in detection.entities if not listed or each.slot != listed[0].slot]
    candidate = replace(best, intent=intent.name, confidence=decision.confidence)
    wishes = tuple(Segment(situation.text, candidate, (each, *others), detection.risk) for each in listed)
    return (
        replace(decision, wishes=wishes, reason=f"{decision.reason}; for each of {len(wishes)}") if wishes else decision
    )


def _with_the_rest_of_lists(wishes: Sequence[Segment], situation: Situation) -> tuple[Segment, ...]:
    """`wishes`, and after each those for the codes that its piece goes on with: "and where are A-1042 and B-2077"."""
    told, whole = {entity.value for wish in wishes for entity in wish.entities}, list[Segment]()
    for wish in wishes:
        listed = _find_list(situation, situation.catalog.intents[wish.candidate.intent])
        goes_on = any(each.value == entity.value for each in listed for entity in wish.entities)
        rest = [each for each in listed if goes_on and each.value not in told]
        told.update(each.value for each in rest)
        whole += [wish, *(replace(wish, entities=(each,)) for each in rest)]
    return tuple(whole)


def _acts_at_once(decision: Decision) -> bool:
    return decision.kind == "act" and not (decision.says or decision.explains or decision.without)


def _find_list(situation: Situation, intent: Intent) -> tuple[Entity, ...]:
    found = (find_listed(situation.text, slot, intent, situation.settings.language) for slot in intent.slots)
    return next((entities for entities in found if len(entities) > 1), ())


def _differ(intent: Intent, one: Segment, other: Segment) -> bool:
    """Whether two pieces are two wishes."""
    if one.candidate.intent != other.candidate.intent:
        return True
    values, others = values_for(intent, one.entities), values_for(intent, other.entities)
    shared = values.keys() & others.keys()
    return any(str(values[name]).casefold() != str(others[name]).casefold() for name in shared)
