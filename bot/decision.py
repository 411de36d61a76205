"""What to do about a message: a pure function of detection, catalog, settings and conversation.

`decide` asks its rules in the order in which they stand; the first that has an answer decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.actions.names import DEFAULT_INTENTS, HAND_OFF
from bot.catalog.catalog import Intent
from bot.language.short_answers import agrees
from bot.messages import Candidate, Decision
from bot.open_question import answer_question, give_up, says_only_values
from bot.situation import LEAST_LIKELY, Situation
from bot.slots import slot_named, values_for
from bot.small_words import hear_dismissal, hear_nod, hear_objection, hear_pause, hear_who_is_asked
from bot.wishes import for_each_listed, hear_wishes

RUNNERS_UP = 3
LEAST_TOLD = 0.001
"""A smaller risk is told as this one: nobody has seen so many answers."""


Rule = Callable[[Situation], Decision | None]


def decide(situation: Situation) -> Decision:
    """The decision of the first rule that has one. Never raises."""
    for rule in RULES:
        decision = rule(situation)
        if decision is not None:
            return for_each_listed(situation, decision)
    return _out_of_scope(situation)


def _spelt_out(situation: Situation) -> Decision | None:
    """A button said which intent it is, or that it is none of those offered; or the user did so instead."""
    best = situation.best
    if best is None or best.detector != "payload":
        return None
    if situation.detection.out_of_scope == 1.0:
        return Decision("out_of_scope", None, 1.0, "the user said that it is none of the choices")
    return _act(situation, best, "a button named it")


def _many_bad_words(situation: Situation) -> Decision | None:
    """The user has been strongly negative for so many messages that a person should take over."""
    rule = situation.settings.sentiment
    if not rule.hand_off_after or situation.detection.sentiment.valence > rule.strongly_negative:
        return None
    in_a_row = 1
    for turn in reversed(situation.conversation.turns):
        handed_off = turn.decision is None or turn.decision.kind == "hand_off"  # without one, a person heard it
        calm = turn.detection is None or turn.detection.sentiment.valence > rule.strongly_negative
        if handed_off or calm:
            break
        in_a_row += 1
    if in_a_row < rule.hand_off_after:
        return None
    reason = f"{in_a_row} strongly negative messages in a row (valence at or below {rule.strongly_negative:g})"
    return Decision("hand_off", None, 1.0, reason, situation.detection.candidates[:RUNNERS_UP])


def _asks_again(situation: Situation) -> Decision | None:
    """A mere yes to a question that it does not answer: one of several choices, or what the user had said not to do.

    A yes to a single choice does not come here: it is as good as the button (bot/choices.py).
    """
    answer = situation.conversation.last_answer
    last = answer.decision if answer else None
    if last is None or last.kind != "clarify" or not agrees(situation.text, situation.settings.language):
        return None
    if not all(choice.intent in situation.catalog.intents for choice in last.alternatives):
        return None
    reason = "a yes does not say " + ("whether to do what was refused" if last.refused else "which of the choices")
    if not last.again:
        return replace(last, reason=reason, without=None, again=True)
    if last.refused:
        return Decision("act", None, 1.0, f"for the second time, {reason}", says="left_alone")
    return Decision("out_of_scope", None, 1.0, f"for the second time, {reason}", last.alternatives)


def _several(situation: Situation) -> Decision | None:
    """The message holds several wishes, each of them clear by itself; one for a person outweighs the others."""
    heard, intents = hear_wishes(situation), situation.catalog.intents
    wanted = [segment for segment in heard if not situation.refusal(segment.candidate.intent)]
    wishes = [segment for segment in wanted if intents[segment.candidate.intent].is_wish] or wanted
    if len(wishes) == 1 < len(heard):
        (segment,) = wishes
        beside = "manners" if len(wanted) > 1 else "what the message says not to do"
        return _act(situation, segment.candidate, f"the only wish beside {beside}")
    if len(wishes) < 2:
        return None
    for segment in wishes:
        if intents[segment.candidate.intent].action == HAND_OFF:
            return _act(situation, segment.candidate, "among several wishes")
    names = [segment.candidate.intent for segment in wishes]
    confidence = min(segment.candidate.confidence for segment in wishes)
    riskiest = max(segment.risk for segment in wishes)
    reason = f"{len(wishes)} wishes ({', '.join(names)}): {_why(situation, riskiest)}"
    return Decision("act", names[0], confidence, reason, wishes=tuple(wishes))


def _refused(situation: Situation) -> Decision | None:
    """One intent is likely enough, but the message says not to do it: so it is asked about."""
    sure = situation.sure
    refusal = situation.refusal(sure.intent) if sure else None
    if sure is None or refusal is None:
        return None
    reason = f'it would be {sure.intent}, but the message says not to ("{refusal}")'
    if _was_just_done(situation, sure.intent):
        return Decision("act", None, 1.0, f"{reason}, and it was just done", says="cannot_undo")
    return Decision("clarify", sure.intent, sure.confidence, reason, (sure,), refused=True)


def _was_just_done(situation: Situation, name: str) -> bool:
    """Whether the last thing that the bot did, if it did more than answer, is what `name` does, to the same thing."""
    last, known = _last_intent(situation), situation.conversation.slots
    if last is None or last.name != name or not (last.action or last.slots) or situation.conversation.requested:
        return False
    return all(known.get(slot) == value for slot, value in values_for(last, situation.detection.entities).items())


def _sure_enough(situation: Situation) -> Decision | None:
    """One intent is likely enough."""
    sure = situation.sure
    if sure is None:
        return None
    return _act(situation, sure, _why(situation, situation.detection.risk))


def _corrects(situation: Situation) -> Decision | None:
    """No intent is clear, but the message holds a new value for a slot of the last thing done."""
    last = _last_intent(situation)
    if last is None:
        return None
    own = {slot.name for slot in last.slots}
    slot = next((entity.slot for entity in situation.detection.entities if entity.slot in own), None)
    if slot is None:
        return None
    mine = situation.confidence_of(last.name)
    return Decision("act", last.name, mine, f"a new {slot} for what was just done", _runners_up(situation, last.name))


def _completes(situation: Situation) -> Decision | None:
    """The message is nothing but a value that the last thing done would have needed: "it's order A-1043"."""
    last = _last_intent(situation)
    if last is None or situation.conversation.requested is not None or not says_only_values(situation, last):
        return None
    known, found = situation.conversation.slots, {entity.slot for entity in situation.detection.entities}
    slot = next((slot.name for slot in last.slots if slot.name in found and known.get(slot.name) in (None, "")), None)
    return Decision("act", last.name, 1.0, f"the {slot} that was missing in what was just done") if slot else None


def _gives_up(situation: Situation) -> Decision | None:
    """A question was asked often enough. Where the intent cannot go on without the answer, the bot may ask back."""
    given_up = give_up(situation)
    if given_up is None:
        return None
    slot = slot_named(situation.catalog.intents.get(given_up.intent or ""), given_up.without or "")
    asking_back = _ask_back(situation) if slot and slot.required else None
    return replace(asking_back, without=given_up.without) if asking_back else given_up


def _ask_back(situation: Situation) -> Decision | None:
    """None is clear, but the best few together very likely hold the right one."""
    choices = situation.choices
    if not situation.hold_the_right_one(choices, situation.settings.decision.clarify):
        return None
    held = sum(choice.confidence for choice in choices)
    reason = f"{_why_not(situation)}; that it is among the best {len(choices)} is {held:.2f} likely"
    refused = any(situation.refusal(choice.intent) for choice in choices)
    return Decision("clarify", choices[0].intent, choices[0].confidence, reason, choices, refused=refused)


def _out_of_scope(situation: Situation) -> Decision:
    detection, best = situation.detection, situation.best
    if best is None:
        reason = "no intent fits"
    else:
        reason = f"no intent is likely enough: the best, {best.intent}, is at {best.confidence:.2f}"
    return Decision("out_of_scope", None, detection.out_of_scope, reason, detection.candidates[:RUNNERS_UP])


RULES: tuple[Rule, ...] = (
    _spelt_out,
    _many_bad_words,
    _asks_again,
    hear_objection,
    answer_question,
    hear_pause,
    hear_dismissal,
    _completes,
    _several,
    _refused,
    _sure_enough,
    _corrects,
    hear_who_is_asked,
    _gives_up,
    hear_nod,
    _ask_back,
)


def _why(situation: Situation, risk: float) -> str:
    """Why an answer of this `risk` is sure enough."""
    least = situation.settings.decision.act
    return f"at least {least:g} likely to be right" if least is not None else _tell(risk)


def _why_not(situation: Situation) -> str:
    """Why the best answer is not sure enough."""
    rule = situation.settings.decision
    if rule.act is not None:
        return f"none is {rule.act:g} likely"
    if situation.detection.risk <= rule.risk:
        return f"the best by itself is not {LEAST_LIKELY:g} likely to be right"
    return f"{_tell(situation.detection.risk)}, more than decision.risk ({rule.risk:g}) allows"


def _tell(risk: float) -> str:
    """A risk as people say it: wrong answers of a round number of answers."""
    if risk > 2 / 3:
        return "of answers as sure as this, most are wrong"
    return f"of answers as sure as this, about 1 in {1 / max(risk, LEAST_TOLD):.0f} is wrong"


def _act(situation: Situation, candidate: Candidate, reason: str) -> Decision:
    intent = situation.catalog.intents.get(candidate.intent)
    asked_for_a_person = (intent.action if intent else DEFAULT_INTENTS.get(candidate.intent)) == HAND_OFF
    return Decision(
        "hand_off" if asked_for_a_person else "act",
        candidate.intent,
        candidate.confidence,
        f"the user asks for a person: {reason}" if asked_for_a_person else reason,
        _runners_up(situation, candidate.intent),
    )


def _last_intent(situation: Situation) -> Intent | None:
    """The intent that the bot acted on last, if since then it has at most been told ok or failed once."""
    latest = situation.conversation.turns[-2:]
    decisions = [turn.decision for turn in reversed(latest)]
    while decisions and decisions[0] is not None and (decisions[0].kind == "out_of_scope" or decisions[0].says):
        del decisions[0]
    decision = decisions[0] if decisions else None
    if decision is None or decision.kind != "act" or decision.intent is None:
        return None
    return situation.catalog.intents.get(decision.intent)


def _runners_up(situation: Situation, chosen: str) -> tuple[Candidate, ...]:
    others = (candidate for candidate in situation.detection.candidates if candidate.intent != chosen)
    return tuple(others)[:RUNNERS_UP]
