"""Decision -> Outcome: fill and ask for slots, say the responses, run the action, apologise when it fails."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from bot.actions.base import ActionResult, ActionRunner
from bot.actions.builtin import BUILTIN_ACTIONS
from bot.actions.names import CALL_OFF, DEFAULT_INTENTS
from bot.catalog.catalog import Intent
from bot.config import Settings, TextSettings
from bot.conversations.conversation import Conversation
from bot.conversations.events import apply_events, tracker_of
from bot.errors import ActionError
from bot.messages import Decision, Outcome, Part, Requested, Segment
from bot.occasion import Occasion
from bot.open_question import left_out
from bot.payload import is_rejection
from bot.questions import ask_for, ask_on, ask_which, explain, offer_later, offer_person
from bot.responses import parts_of, render
from bot.slots import holds_code, missing_slot, slot_named, values_for

log = logging.getLogger(__name__)

FOLLOWUPS = 5
"""How many actions may force one another in one turn; more is taken for a loop."""

AT_ONCE = 4
"""Wishes of one message that are acted on in its turn; further ones wait behind buttons."""

REQUESTED_SLOT = "requested_slot"
"""Under this slot's name rasa-sdk says what a form asks for. Here it is the conversation's `requested`."""


Attended = Callable[[str], Awaitable[bool | None]]
"""Whether somebody is at the desk where a conversation would wait for a person. None: there is none, or nobody can
tell."""


@dataclass(slots=True)
class Dispatcher:
    """Carries out decisions."""

    actions: ActionRunner
    settings: Settings
    rng: Random = field(default_factory=Random)
    attended: Attended | None = None

    async def dispatch(self, decision: Decision, occasion: Occasion) -> Outcome:
        """What comes of `decision`. Never raises for what an action does: a failing one is an apology."""
        if decision.says is not None:
            said = getattr(self._texts, decision.says)
            if decision.says in ("a_bot", "cannot_undo"):
                return ask_on(offer_person(said, occasion), occasion)
            return Outcome((Part(text=said),), requested=occasion.conversation.requested)
        if decision.kind == "clarify":
            return ask_which(decision, occasion, self._texts)
        if decision.kind == "out_of_scope":
            return self._ask_for_other_words(occasion)
        if decision.wishes:
            return await self._act_on_all(decision.wishes, occasion)
        intent = occasion.catalog.intents.get(decision.intent or "")
        if decision.kind == "hand_off":
            return await self._hand_off(intent, occasion)
        if intent is None:
            action = DEFAULT_INTENTS.get(decision.intent or "")
            return await self._run(action, occasion, ()) if action else _say(self._texts.out_of_scope)
        if decision.explains is not None:
            return explain(decision.explains, intent, self._texts) or await self._act(intent, occasion)
        if decision.without is not None:
            return await self._go_on_without(decision.without, intent, occasion)
        return await self._act(intent, occasion)

    @property
    def _texts(self) -> TextSettings:
        return self.settings.texts

    def _ask_for_other_words(self, occasion: Occasion) -> Outcome:
        """Who was not understood twice in a row or is upset, or takes none of the choices, may want a person.

        Not who refused something, and says no to it once more.
        """
        if is_rejection(occasion.detection):
            shown = occasion.conversation.last_answer
            refused = shown is not None and shown.decision is not None and shown.decision.refused
            asked = _say(self._texts.acknowledged) if refused else offer_person(self._texts.ask_rephrase, occasion)
            return replace(asked, requested=occasion.conversation.requested)
        if occasion.turn.decision is not None and occasion.turn.decision.misunderstood:
            return offer_person(self._texts.misunderstood, occasion)
        last = occasion.conversation.turns[-1].decision if occasion.conversation.turns else None
        if last is not None and last.kind == "out_of_scope":
            return offer_person(self._texts.out_of_scope_again, occasion)
        upset = occasion.detection.sentiment.valence <= self.settings.sentiment.strongly_negative
        said = self._texts.out_of_scope
        asked = offer_person(said, occasion) if upset else _say(said)
        return replace(asked, requested=occasion.conversation.requested)

    async def _go_on_without(self, slot: str, intent: Intent, occasion: Occasion) -> Outcome:
        """There is no answer for `slot`: `intent` goes on if it need not have it, or else something else is offered."""
        asked = slot_named(intent, slot)
        if asked is None or asked.required:
            return offer_person(self._texts.given_up, occasion)
        outcome = await self._act(intent, occasion, frozenset((slot,)))
        return replace(outcome, parts=(Part(text=self._texts.without_it), *outcome.parts))

    async def _hand_off(self, intent: Intent | None, occasion: Occasion) -> Outcome:
        said = self._responses(intent, occasion, ()) if intent else ()
        said = said or (Part(text=self._texts.hand_off),)
        there = await self.attended(occasion.message.conversation_id) if self.attended else None
        if there is not None:
            said += (Part(text=self._texts.somebody_there if there else self._texts.nobody_there),)
        outcome, hooks = Outcome(said), self.settings.actions
        for action in (hooks.on_hand_off, None if there else hooks.on_nobody_there):
            if action is not None:
                ran = await self._run(action, occasion, outcome.events)
                outcome = replace(ran, parts=outcome.parts + ran.parts, failed=outcome.failed or ran.failed)
        return outcome

    async def _act_on_all(self, wishes: tuple[Segment, ...], occasion: Occasion) -> Outcome:
        """What can be done is done, in the order said; then one question is asked, and other open wishes are kept.

        So are further ones of the same intent that are not about another code: "my last pizza" orders none.
        """
        outcome, open_wishes, told = Outcome(()), list[Segment](), list[Segment]()
        for at, wish in enumerate(wishes[:AT_ONCE]):
            on = occasion.about(wish, outcome.events)
            intent = occasion.catalog.intents[wish.candidate.intent]
            again = any(other.candidate.intent == intent.name for other in wishes[:at])
            if again and not holds_code(intent, wish.entities):
                told.append(wish)
            elif missing_slot(intent, {**on.conversation.slots, **on.fill(intent)}):
                open_wishes.append(wish)
            else:
                outcome = _join(outcome, await self._act(intent, on))
        if open_wishes:
            on = occasion.about(open_wishes[0], outcome.events)
            outcome = _join(outcome, await self._act(occasion.catalog.intents[open_wishes[0].candidate.intent], on))
        later = offer_later((*open_wishes[1:], *told, *wishes[AT_ONCE:]), wishes, occasion)
        return _join(outcome, Outcome((Part(text=self._texts.later, buttons=later),) if later else ()))

    async def _act(self, intent: Intent, occasion: Occasion, without: frozenset[str] = frozenset()) -> Outcome:
        filled = values_for(intent, occasion.detection.entities) if without else occasion.fill(intent)
        values = {**occasion.conversation.slots, **filled}
        missing = missing_slot(intent, values, without | left_out(intent, occasion.conversation))
        events = tuple(_slot_event(name, value) for name, value in filled.items())
        if missing is not None:
            return Outcome(
                ask_for(missing, intent, occasion, filled, self.settings), events, Requested(intent.name, missing.name)
            )
        outcome = await self._answer(intent, occasion, events)
        return _forget(intent, self._resume(intent, occasion, outcome))

    async def _answer(self, intent: Intent, occasion: Occasion, events: tuple[Mapping[str, Any], ...]) -> Outcome:
        said = self._responses(intent, occasion, events)
        if intent.action is None:
            return Outcome(said or (Part(text=self._texts.no_answer),), events)
        outcome = await self._run(intent.action, occasion, events)
        return replace(outcome, parts=said + outcome.parts)

    async def _run(self, action: str, occasion: Occasion, events: tuple[Mapping[str, Any], ...]) -> Outcome:
        """Run `action` and what it forces to follow. What succeeded before a failure is kept."""
        parts: tuple[Part, ...] = ()
        following = action
        for _ in range(FOLLOWUPS):
            state = occasion.after(events)
            try:
                done = await self._run_one(following, state, occasion)
            except ActionError as error:
                log.error("action failed: %s", error)
                return Outcome((*parts, Part(text=self._texts.apology)), events, failed=True)
            parts += done.parts
            events += done.events
            forced = apply_events(replace(state, followup=None), done.events).followup
            if forced is None:
                return Outcome(parts, events)
            following = forced
        log.error("action %s: more than %d actions force one another, the rest is left out", action, FOLLOWUPS)
        return Outcome(parts, events)

    async def _run_one(self, name: str, state: Conversation, occasion: Occasion) -> Outcome:
        builtin = BUILTIN_ACTIONS.get(name)
        if builtin is not None:
            built = builtin(state, self._texts)
            asked = occasion.conversation.requested if name == CALL_OFF else None
            dropped = _forgotten(occasion.catalog.intents.get(asked.intent)) if asked else ()
            return replace(built, events=(_action_event(name), *built.events, *dropped))
        if name in occasion.catalog.responses:
            result = ActionResult(responses=({"response": name},))
        else:
            result = await self.actions.run(name, tracker_of(state))
        slots = apply_events(state, result.events).slots
        label = occasion.detection.sentiment.label
        parts = parts_of(result.responses, occasion.catalog.responses, slots, label, self.rng)
        return Outcome(parts, (_action_event(name), *result.events))

    def _responses(self, intent: Intent, occasion: Occasion, events: tuple[Mapping[str, Any], ...]) -> tuple[Part, ...]:
        slots = apply_events(occasion.conversation, events).slots
        part = render(intent.responses, slots, occasion.detection.sentiment.label, self.rng)
        return (part,) if part else ()

    def _resume(self, intent: Intent, occasion: Occasion, outcome: Outcome) -> Outcome:
        """After a short aside (an intent without slots or action) the question asked before stands again."""
        asked = occasion.conversation.requested
        aside = not intent.slots and intent.action is None
        if asked is None or asked.intent == intent.name or not aside:
            return _ask_anew(intent, outcome)
        return ask_on(outcome, occasion)


def _join(first: Outcome, then: Outcome) -> Outcome:
    return Outcome(
        first.parts + then.parts,
        first.events + then.events,
        then.requested or first.requested,
        first.failed or then.failed,
    )


def _ask_anew(intent: Intent, outcome: Outcome) -> Outcome:
    """An action that sets `requested_slot` (rasa-sdk's way) has asked for it: the next message is the answer."""
    asked = [event.get("value") for event in outcome.events if event.get("name") == REQUESTED_SLOT]
    slot = slot_named(intent, str(asked[-1])) if asked else None
    return replace(outcome, requested=Requested(intent.name, slot.name)) if slot else outcome


def _forget(intent: Intent, outcome: Outcome) -> Outcome:
    """Drop what the intent need not keep, once it is done: not when it failed, or its action asks for something."""
    if outcome.failed or (outcome.requested is not None and outcome.requested.intent == intent.name):
        return outcome
    return replace(outcome, events=(*outcome.events, *_forgotten(intent)))


def _forgotten(intent: Intent | None) -> tuple[Mapping[str, Any], ...]:
    return tuple(_slot_event(slot.name, None) for slot in (intent.slots if intent else ()) if not slot.keep)


def _say(text: str) -> Outcome:
    return Outcome((Part(text=text),))


def _action_event(name: str) -> Mapping[str, Any]:
    """The tracker's word that an action ran."""
    return {"event": "action", "name": name, "policy": None, "confidence": None}


def _slot_event(name: str, value: Any) -> Mapping[str, Any]:
    return {"event": "slot", "name": name, "value": value}
