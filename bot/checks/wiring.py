"""What does not fit together: loose ends of intents, slots, responses and buttons, and how many examples there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from statistics import median

from bot.catalog.catalog import Catalog, Intent, ResponseTemplate, Source
from bot.checks.finding import Finding, find
from bot.payload import read_payload
from bot.responses import PLACEHOLDER
from bot.yaml_files.validation import nearest

_ORDINARY = ("hello", "please", "where", "thanks")

# An intent with that many times the median, and so many more, draws messages of the others to itself. Bots whose
# examples come from real traffic are uneven by nature, three to one and more, and that does no harm.
TIMES_THE_MEDIAN = 8
MORE_THAN_THE_MEDIAN = 50


def check_wiring(catalog: Catalog, mature_after: int) -> Iterator[Finding]:
    """Every loose end of `catalog`. Intents count for the balance from `mature_after` examples on."""
    yield from _nothing_to_do(catalog)
    yield from _unused_slots(catalog)
    yield from _unfilled_slots(catalog)
    yield from _buttons(catalog)
    yield from _greedy_patterns(catalog)
    yield from _pinned_too_early(catalog)
    yield from _unbalanced(catalog, mature_after)


def _nothing_to_do(catalog: Catalog) -> Iterator[Finding]:
    idle = [intent for intent in catalog.intents.values() if intent.action is None and not intent.responses]
    if len(idle) > 1 and len(idle) == len(catalog.intents):
        message = (
            f"None of the {len(idle)} intents has an action or responses: the bot understands, and answers nothing."
        )
        yield Finding(find("nothing-to-do", idle[0].source, message, "Add responses: or action: to each."))
        return
    for intent in idle:
        message = f"`{intent.name}` has neither an action nor responses, so the bot has no answer to it."
        yield Finding(find("nothing-to-do", intent.source, message, "Add responses: or action:."))


def _unused_slots(catalog: Catalog) -> Iterator[Finding]:
    taken = {slot.name for intent in catalog.intents.values() for slot in intent.slots}
    for name, source in catalog.shared_slots.items():
        if name not in taken:
            message = f"No intent takes the shared slot `{name}`, so it is neither found nor asked for."
            remedy = f"{nearest(name, taken)}Name it under an intent's slots:, as [{name}], or remove it."
            yield Finding(find("unused-slot", source, message, remedy))


def _unfilled_slots(catalog: Catalog) -> Iterator[Finding]:
    filled = {slot.name for intent in catalog.intents.values() for slot in intent.slots}
    own = [intent.responses for intent in catalog.intents.values()]
    # Named responses that only actions use get their values from them.
    named = [catalog.responses.get(name, ()) for name in dict.fromkeys(_actions(catalog))]
    for template in chain.from_iterable(own + named):
        for name in sorted(_slots_named(template) - filled):
            if template.source is not None:
                message = f"No intent fills the slot in `{{{name}}}`."
                remedy = f"{nearest(name, filled)}Declare it under an intent's slots:, unless an action sets it."
                yield Finding(find("unfilled-slot", template.source, message, remedy, template.text or ""))


def _buttons(catalog: Catalog) -> Iterator[Finding]:
    own = [intent.responses for intent in catalog.intents.values()]
    for template in chain.from_iterable((*own, *catalog.responses.values())):
        for button in template.buttons:
            if template.source is None or not button.payload.startswith("/"):
                continue
            sent = read_payload(PLACEHOLDER.sub("", button.payload), catalog)
            if sent is None:
                message = f'The button "{button.title}" sends `{button.payload}`, which names no intent here.'
                named = nearest(button.payload[1:], catalog.intents)
                remedy = f'{named}Write /intent, /intent{{"slot": "value"}}, or plain text.'
                yield Finding(find("dead-button", template.source, message, remedy, button.title))
                continue
            intent = catalog.intents.get(sent.candidates[0].intent)
            declared = {slot.name for slot in intent.slots} if intent else set()
            for entity in sent.entities if intent else ():
                if entity.slot not in declared:
                    message = (
                        f'The button "{button.title}" sets `{entity.slot}`, which `{sent.candidates[0].intent}` '
                        "does not declare, so the value is lost."
                    )
                    remedy = f"{nearest(entity.slot, declared)}Otherwise add under its slots:  {entity.slot}: {{}}"
                    yield Finding(find("dead-button", template.source, message, remedy, button.title))


def _greedy_patterns(catalog: Catalog) -> Iterator[Finding]:
    told: set[Source | None] = set()
    for intent in catalog.intents.values():
        for slot in intent.slots:
            if slot.pattern and all(slot.pattern.search(word) for word in _ORDINARY):
                if slot.shared is not None and slot.shared in told:
                    continue
                told.add(slot.shared)
                message = f"The pattern of `{slot.name}` matches ordinary words: every message fills it."
                remedy = "Make it narrower, or remove it: without a pattern, the answer to `ask` is taken whole."
                yield Finding(
                    find("greedy-pattern", slot.shared or intent.source, message, remedy, slot.pattern.pattern)
                )


def _pinned_too_early(catalog: Catalog) -> Iterator[Finding]:
    for intent in catalog.intents.values():
        if intent.stage == "mature" and len(intent.examples) < 2:
            message = f"`{intent.name}` is pinned as mature, but has {len(intent.examples)} examples to learn from."
            remedy = "Add examples, or remove stage: until there are some."
            yield Finding(find("early-stage", intent.source, message, remedy))


def _unbalanced(catalog: Catalog, mature_after: int) -> Iterator[Finding]:
    learnt = [intent for intent in catalog.intents.values() if len(intent.examples) >= mature_after]
    if len(learnt) < 3:
        return
    usual = median(len(intent.examples) for intent in learnt)
    for intent in learnt:
        count = len(intent.examples)
        if count > TIMES_THE_MEDIAN * usual and count > usual + MORE_THAN_THE_MEDIAN:
            message = f"`{intent.name}` has {count} examples; half of the other intents have {usual:g} or fewer."
            remedy = "Split it if it holds several wishes, keep its most varied examples, or add to the others."
            yield Finding(find("unbalanced", intent.source, message, remedy))


def _actions(catalog: Catalog) -> Iterator[str]:
    return (intent.action for intent in catalog.intents.values() if intent.action)


def _slots_named(template: ResponseTemplate) -> set[str]:
    return {name for text in texts_of(template) for name in PLACEHOLDER.findall(text)}


def texts_of(template: ResponseTemplate) -> Sequence[str]:
    """Everything that a response shows or sends."""
    buttons = chain.from_iterable((button.title, button.payload) for button in template.buttons)
    return [text for text in (template.text, template.image, *buttons) if text]


def examples_of(catalog: Catalog) -> list[tuple[Intent, int]]:
    """Every example of `catalog`: its intent, and its place there."""
    return [(intent, at) for intent in catalog.intents.values() for at in range(len(intent.examples))]
