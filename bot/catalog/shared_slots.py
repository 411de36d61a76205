"""Slots that intents share: defined once under `slots:` at the left margin, taken by name, changed key by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.catalog.annotations import SLOT_NAME
from bot.catalog.catalog import Example, Intent, Slot, Source
from bot.catalog.patterns import compile_pattern
from bot.catalog.schema import MAX_SHARED_SLOTS, SLOT_NAMES, SLOTS, WrittenIntent, WrittenSlot, refuse_as_intent
from bot.errors import Problem
from bot.yaml_files import Document, Location
from bot.yaml_files.validation import nearest, validate

_AS_IT_IS = WrittenSlot()
_DEFINE = "Write names of slots there, indented, and under each its keys, as  order_id:  and  pattern: '[A-Z]-\\d{4}'."
_TEXTLESS = (
    "`any_text` is for a slot with `pattern` and `ask`.",
    "Without a pattern any text answers anyway, and without a question there is no answer: remove it.",
)
_HELPLESS = ("`help` explains a question, and there is no `ask`.", "Add the question, or remove `help`.")


@dataclass(frozen=True, slots=True)
class SharedSlot:
    """A slot as a file defines it for all. `written` is None where it cannot be used, which is told elsewhere."""

    name: str
    source: Source
    written: WrittenSlot | None


@dataclass(frozen=True, slots=True)
class SlotUse:
    """A slot as an intent writes it; `own` is None where it is taken by its name alone."""

    name: str
    source: Source
    own: WrittenSlot | None


@dataclass(frozen=True, slots=True)
class SharedSlots:
    """Those of all files. With `complete` false there may be more, in a file or section that cannot be read."""

    by_name: Mapping[str, SharedSlot]
    complete: bool = True

    def fill_in(self, intent: Intent, uses: Iterable[SlotUse]) -> tuple[tuple[Slot, ...], tuple[Problem, ...]]:
        """The slots of `intent`: each key its own where it has one, else the shared slot's; and what is wrong."""
        slots: list[Slot] = []
        problems: list[Problem] = []
        for use in uses:
            shared = self.by_name.get(use.name)
            if shared is None and use.own is None:
                problems += [self._unknown(intent, use)] if self.complete else []
                continue
            if shared is not None and shared.written is None:
                continue
            own = use.own or _AS_IT_IS
            merged = own if shared is None or shared.written is None else merge_slot(own, shared.written)
            problems += _odd(intent, use, merged)
            source = shared.source if shared and "pattern" not in own.model_fields_set else None
            slots.append(make_slot(use.name, merged, intent.examples, source))
        return tuple(slots), tuple(problems)

    def _unknown(self, intent: Intent, use: SlotUse) -> Problem:
        message = f"`{intent.name}` takes the slot `{use.name}` by its name, and no file defines one to share."
        remedy = (
            f"{nearest(use.name, self.by_name)}Define it under `{SLOTS}:` at the left margin, or write "
            f"`{SLOTS}: {{{use.name}: {{}}}}` for a slot of this intent alone."
        )
        return Problem("error", use.source.file, use.source.line, message, remedy, "unknown-slot")


def read_shared(document: Document) -> tuple[tuple[SharedSlot, ...], tuple[Problem, ...]]:
    """What a file defines for all, slot by slot, and what is wrong. No slot and a problem: nothing can be read."""
    if SLOTS not in document.value:
        return (), ()
    section = document.value[SLOTS]
    if not isinstance(section, dict) or not section or isinstance(section.get("description"), str):
        return (), (_no_section(document, section),)
    if len(section) > MAX_SHARED_SLOTS:
        message = f"These are {len(section):,} shared slots; at most {MAX_SHARED_SLOTS:,} may stand in one file."
        return (), (_problem(document, (SLOTS,), message, "Put some into another file, under slots: there."),)
    slots: list[SharedSlot] = []
    problems: list[Problem] = []
    for name in section:
        at = (SLOTS, name)
        if not SLOT_NAME.fullmatch(name):
            problems.append(_problem(document, at, f"`{SLOTS}.{name[:80]}`: this is no name of a slot.", SLOT_NAMES))
            continue
        read = WrittenSlot() if section[name] is None else validate(WrittenSlot, document, at)
        if isinstance(read, tuple):
            problems += read
        elif read.any_text and read.pattern is None:
            problems.append(_problem(document, at, f"`{SLOTS}.{name}`: {_TEXTLESS[0]}", _TEXTLESS[1]))
        slots.append(SharedSlot(name, _source(document, at), None if isinstance(read, tuple) else read))
    return tuple(slots), tuple(problems)


def find_misnamed(document: Document) -> Mapping[str, Problem]:
    """What is to be shared, by all that can be seen, and would be taken for intents by its names."""
    message = "`{}` is taken for an intent, and has nothing that one has."
    remedy = f"If it is for slots that intents share, call it `{SLOTS}`, at the left margin."
    return {
        name: _problem(document, (name,), message.format(name), remedy)
        for name, value in document.value.items()
        if name != SLOTS and name.lower() in ("slot", "slots", "shared_slots", "shared")
        if isinstance(value, dict) and not value.keys() & WrittenIntent.model_fields.keys()
    }


def read_uses(document: Document, intent: str, written: Mapping[str, WrittenSlot | None]) -> tuple[SlotUse, ...]:
    """What an intent of `document` says of its slots, with where each is `written`."""
    at = (intent, SLOTS)
    listed = isinstance(document.value[intent].get(SLOTS), list)
    return tuple(
        SlotUse(name, _source(document, (*at, index if listed else name)), own)
        for index, (name, own) in enumerate(written.items())
    )


def merge_slot(own: WrittenSlot, shared: WrittenSlot) -> WrittenSlot:
    """Every key from `own` that it says, the others from `shared`; of these, what serves a question that `own` took
    away goes with it."""
    said = {key: getattr(own, key) for key in own.model_fields_set}
    merged = shared.model_copy(update=said)
    spare = {
        "help": None if merged.ask is None else merged.help,
        "any_text": merged.any_text and merged.ask is not None and merged.pattern is not None,
    }
    return merged.model_copy(update={**spare, **said})


def make_slot(name: str, slot: WrittenSlot, examples: Iterable[Example], shared: Source | None = None) -> Slot:
    """A slot of an intent, with the values that its `examples` mark; `shared` is where its pattern is written."""
    values: set[str] = set()
    synonyms: dict[str, str] = {}
    for example in examples:
        for entity in example.entities:
            if entity.slot == name:
                words = example.text[entity.start : entity.end]
                values |= {words, entity.value}
                if words != entity.value:
                    synonyms[words] = entity.value
    pattern = compile_pattern(slot.pattern) if slot.pattern else None
    said = (slot.required, slot.help, slot.any_text, slot.keep)
    return Slot(name, slot.ask, pattern, frozenset(values), synonyms, *said, shared)


def _no_section(document: Document, section: Any) -> Problem:
    """Why what stands under `slots:` is nothing to share."""
    if isinstance(section, dict) and section:
        message = f"No intent can be called `{SLOTS}`: {refuse_as_intent(SLOTS)}."
        return _problem(document, (SLOTS,), message, "Give it another name.")
    found = "nothing" if not section else "text" if isinstance(section, str) else "no mapping (key: value)"
    message = f"`{SLOTS}` at the left margin defines slots that intents share, and there is {found} under it."
    return _problem(document, (SLOTS,), message, _DEFINE)


def _problem(document: Document, at: Location, message: str, remedy: str) -> Problem:
    return Problem("error", document.file, document.line(at), message, remedy)


def _source(document: Document, at: Location) -> Source:
    return Source(document.file, document.line(at))


def _odd(intent: Intent, use: SlotUse, merged: WrittenSlot) -> Iterable[Problem]:
    """Keys that mean nothing without others."""
    odd = []
    if merged.any_text and (merged.pattern is None or merged.ask is None):
        odd.append(_TEXTLESS)
    if merged.help is not None and merged.ask is None:
        odd.append(_HELPLESS)
    for message, remedy in odd:
        told = f"`{intent.name}.{SLOTS}.{use.name}`: {message}"
        yield Problem("error", use.source.file, use.source.line, told, remedy)
