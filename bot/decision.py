"""What to do about a message: a pure function of detection, catalog, settings and conversation.

`decide` asks its rules in the order in which they stand; the first that has an answer decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from bot.actions.names import HAND_OFF
from bot.catalog.catalog import Catalog, Intent
from bot.config import DecisionSettings, Settings
from bot.conversations.conversation import Conversation
from bot.messages import Candidate, Decision, Detection, Segment
from bot.negation import says_not_to
from bot.slots import corrects_another, slot_named, takes_any_text, values_for

RUNNERS_UP = 3
WORTH_OFFERING = 0.05
"""A candidate less likely than this is not offered as a choice: it would only puzzle."""

LEAST_TOLD = 0.001
"""A smaller risk is told as this one: nobody has seen so many answers."""

ASKS = 3
"""How often in a row a slot is asked for; after that its question no longer claims every message."""


LEAST_LIKELY = 0.6
"""Where most messages are easy, a few guesses more would cost little of `decision.risk`, and each would annoy.
From 0.5 to 0.6, validation bots of BANKING77 act wrongly on 0.067 of what they hear in place of 0.086, rightly on 0.797
in place of 0.821, and on a third of near strangers in place of four in ten (python -m training.benchmarks.risks)."""


def is_sure(confidence: float, risk: float, rule: DecisionSettings) -> bool:
    """Whether to act on an answer of this confidence and risk (Detection); never on a guess."""
    if rule.act is not None:
        return confidence >= rule.act
    return confidence >= LEAST_LIKELY and risk <= rule.risk


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision depends on. `text` is the message that `detection` was made of."""

    text: str
    detection: Detection
    catalog: Catalog
    settings: Settings
    conversation: Conversation

    @property
    def best(self) -> Candidate | None:
        """The most likely intent, if there is any."""
        return self.detection.candidates[0] if self.detection.candidates else None

    @property
    def sure(self) -> Candidate | None:
        """The most likely intent if it is likely enough to act on."""
        best, detection = self.best, self.detection
        return best if best and is_sure(best.confidence, detection.risk, self.settings.decision) else None

    def refusal(self, intent: str) -> str | None:
        """The words by which the message says not to do what `intent` does; None when it does not say so."""
        known = self.catalog.intents.get(intent)
        return says_not_to(self.text, known, self.settings.language) if known else None


Rule = Callable[[Situation], Decision | None]


def decide(situation: Situation) -> Decision:
    """The decision of the first rule that has one. Never raises."""
    for rule in RULES:
        decision = rule(situation)
        if decision is not None:
            return decision
    return _out_of_scope(situation)


def _spelt_out(situation: Situation) -> Decision | None:
    """A button said which intent it is, or that it is none of those offered."""
    best = situation.best
    if best is None or best.detector != "payload":
        return None
    if situation.detection.out_of_scope == 1.0:
        return Decision("out_of_scope", None, 1.0, "a button said that it is none of the choices")
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


def _answers_the_question(situation: Situation) -> Decision | None:
    """The bot asked for a slot and this is the answer, unless the user clearly wants something else."""
    requested = situation.conversation.requested
    intent = situation.catalog.intents.get(requested.intent) if requested else None
    slot = slot_named(intent, requested.slot) if requested else None
    if requested is None or intent is None or slot is None:
        return None
    mine = _confidence_of(requested.intent, situation.detection)
    meant_anyway = situation.sure is not None and situation.sure.intent == requested.intent
    if meant_anyway and not takes_any_text(slot) and situation.refusal(requested.intent):
        return None  # "don't cancel it" is no number; where any text will do, as in a note, it may be the answer
    if any(entity.slot == slot.name for entity in situation.detection.entities):
        return Decision("act", requested.intent, 1.0, f"it answers the question for {slot.name}")
    if situation.sure and situation.sure.intent != requested.intent:
        return None
    if _asked_in_a_row(situation.conversation) >= ASKS:
        return None
    values = values_for(intent, situation.detection.entities)
    if corrects_another(intent, slot, values, situation.conversation.slots):
        return Decision("act", requested.intent, mine, f"a correction; {slot.name} is still missing")
    if takes_any_text(slot):
        return Decision("act", requested.intent, max(mine, 0.5), f"taken as the answer for {slot.name}")
    return Decision("act", requested.intent, mine, f"{slot.name} was asked for and is still missing")


def _several(situation: Situation) -> Decision | None:
    """The message holds several wishes, each of them clear by itself; one for a person outweighs the others."""
    heard: dict[str, Segment] = {}
    for segment in situation.detection.segments:
        likely = is_sure(segment.candidate.confidence, segment.risk, situation.settings.decision)
        if likely and segment.candidate.intent in situation.catalog.intents:
            heard.setdefault(segment.candidate.intent, segment)
    wishes = {name: segment for name, segment in heard.items() if not situation.refusal(name)}
    if len(wishes) == 1 < len(heard):
        (segment,) = wishes.values()
        return _act(situation, segment.candidate, "the only wish beside what the message says not to do")
    if len(wishes) < 2:
        return None
    for name, segment in wishes.items():
        if situation.catalog.intents[name].action == HAND_OFF:
            return _act(situation, segment.candidate, "among several wishes")
    first, *_ = wishes
    confidence = min(segment.candidate.confidence for segment in wishes.values())
    riskiest = max(segment.risk for segment in wishes.values())
    reason = f"{len(wishes)} wishes ({', '.join(wishes)}): {_why(situation, riskiest)}"
    return Decision("act", first, confidence, reason, wishes=tuple(wishes.values()))


def _refused(situation: Situation) -> Decision | None:
    """One intent is likely enough, but the message says not to do it: so it is asked about."""
    sure = situation.sure
    refusal = situation.refusal(sure.intent) if sure else None
    if sure is None or refusal is None:
        return None
    reason = f'it would be {sure.intent}, but the message says not to ("{refusal}")'
    return Decision("clarify", sure.intent, sure.confidence, reason, (sure,))


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
    mine = _confidence_of(last.name, situation.detection)
    return Decision("act", last.name, mine, f"a new {slot} for what was just done", _runners_up(situation, last.name))


def _ask_back(situation: Situation) -> Decision | None:
    """None is clear, but the best few together very likely hold the right one."""
    rule = situation.settings.decision
    choices = [
        candidate
        for candidate in situation.detection.candidates[: rule.choices]
        if candidate.confidence >= WORTH_OFFERING and candidate.intent in situation.catalog.intents
    ]
    held = list(accumulate(candidate.confidence for candidate in choices))
    if not held or held[-1] < rule.clarify:
        return None
    unsure = _why_not(situation)
    reason = f"{unsure}; that it is among the best {len(choices)} is {held[-1]:.2f} likely"
    return Decision("clarify", choices[0].intent, choices[0].confidence, reason, tuple(choices))


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
    _answers_the_question,
    _several,
    _refused,
    _sure_enough,
    _corrects,
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
    asked_for_a_person = intent is not None and intent.action == HAND_OFF
    return Decision(
        "hand_off" if asked_for_a_person else "act",
        candidate.intent,
        candidate.confidence,
        f"the user asks for a person: {reason}" if asked_for_a_person else reason,
        _runners_up(situation, candidate.intent),
    )


def _last_intent(situation: Situation) -> Intent | None:
    """The intent of the previous turn, if the bot acted on one."""
    turns = situation.conversation.turns
    decision = turns[-1].decision if turns else None
    if decision is None or decision.kind != "act" or decision.intent is None:
        return None
    return situation.catalog.intents.get(decision.intent)


def _asked_in_a_row(conversation: Conversation) -> int:
    """For how many turns the bot has been waiting for the same slot."""
    count = 0
    for turn in reversed(conversation.turns):
        if turn.outcome is None or turn.outcome.requested != conversation.requested:
            break
        count += 1
    return count


def _confidence_of(intent: str, detection: Detection) -> float:
    return next((item.confidence for item in detection.candidates if item.intent == intent), 0.0)


def _runners_up(situation: Situation, chosen: str) -> tuple[Candidate, ...]:
    others = (candidate for candidate in situation.detection.candidates if candidate.intent != chosen)
    return tuple(others)[:RUNNERS_UP]
