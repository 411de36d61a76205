"""Messages that ask for nothing, or for something that every bot knows: by words alone, beside what the detector makes.

Rules of decision.py, each with a decision where it hears its words.
"""

from __future__ import annotations

from bot.actions.names import CALL_OFF
from bot.catalog.catalog import read_name
from bot.language.short_answers import (
    agrees,
    asks_who,
    declines,
    dismisses,
    ends_with_question,
    laughs,
    objects,
    pauses,
)
from bot.messages import Decision
from bot.situation import Situation
from bot.slots import takes_any_text


def hear_pause(situation: Situation) -> Decision | None:
    """Who says "hold on" wants nothing yet, whatever the encoder makes of it, unless an example says what it means."""
    if not pauses(situation.text, None, situation.settings.language) or situation.is_example:
        return None
    return Decision("act", None, 1.0, "the user asks for a moment", says="take_your_time")


def hear_dismissal(situation: Situation) -> Decision | None:
    """Who says "never mind" wants nothing, whatever the encoder makes of it, unless an intent is said like that."""
    language = situation.settings.language
    if not dismisses(situation.text, language):
        return None
    meant = situation.catalog.intents.get(situation.sure.intent) if situation.sure else None
    said_like_that = meant is not None and (
        not meant.is_wish
        or meant.action == CALL_OFF
        or any(dismisses(text, language) for text in (read_name(meant.name), *(each.text for each in meant.examples)))
    )
    if said_like_that:
        return None
    reason = "the user drops whatever there is"
    if situation.calling_off is not None:
        return Decision("act", situation.calling_off, 1.0, reason)
    return Decision("act", None, 1.0, reason, says="acknowledged")


def hear_objection(situation: Situation) -> Decision | None:
    """Who says "that's not what I meant" is told sorry, and offered what else the message before may have meant.

    Not where any text answers: "it's wrong" is what somebody says of a bill.
    """
    last, asked = situation.conversation.last_answer, situation.asked_slot
    if last is None or not objects(situation.text, situation.settings.language) or situation.is_example:
        return None
    if asked is not None and takes_any_text(asked):
        return None
    reason = "the user says that the last answer was not what they meant"
    choices = situation.other_choices(last)
    if situation.hold_the_right_one(choices, situation.settings.decision.clarify):
        return Decision("clarify", choices[0].intent, choices[0].confidence, reason, choices, misunderstood=True)
    return Decision("out_of_scope", None, 1.0, reason, misunderstood=True)


def hear_who_is_asked(situation: Situation) -> Decision | None:
    """ "Are you a bot?": a bot says so, whether or not it has an intent for it."""
    if not asks_who(situation.text, situation.settings.language):
        return None
    return Decision("act", None, 1.0, "the user asks who it is that answers", says="a_bot")


def hear_nod(situation: Situation) -> Decision | None:
    """A mere "ok", "no" or "haha" asks for nothing; a yes to "Anything else?" is about to."""
    text, language, last = situation.text, situation.settings.language, situation.conversation.last_answer
    agreed = agrees(text, language)
    if not agreed and not declines(text, language) and not laughs(text):
        return None
    said = last.outcome.parts[-1].text if last and last.outcome and last.outcome.parts else None
    if agreed and ends_with_question(said or ""):
        return Decision("act", None, 1.0, "a mere yes to a question of the bot", says="go_ahead")
    return Decision("act", None, 1.0, "a mere yes or no, and nothing was asked", says="acknowledged")
