"""Values that slots look for in a message, and whose they are where several slots of an intent look for the same.

Where a flight starts and where it goes are both cities. A value is the slot's whose word stands before it ("from",
"returning on"): a word of its name, or one that stands before its marks in the examples. Others are taken in order,
first by the slot that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from bot.catalog.catalog import Catalog, Intent, Slot, read_name
from bot.language.refusals import are_akin
from bot.language.taking_back import takes_back

MOST = 20
"""Values of a kind that are looked at in a message."""

_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Search:
    """What `slots`, which look alike, look for on behalf of `intent`."""

    intent: Intent
    slots: tuple[Slot, ...]
    expression: re.Pattern[str]


def searches_of(catalog: Catalog) -> tuple[Search, ...]:
    """All that the slots of `catalog` look for, in its order. Made once: of 500 intents that takes two milliseconds."""
    return _searches_of(_Same(catalog))


def groups_of(intent: Intent) -> list[tuple[Slot, ...]]:
    """The slots of `intent` by what they look for; those that look for nothing are left out."""
    if len(intent.slots) < 2:
        return [intent.slots] if any(slot.pattern or slot.values for slot in intent.slots) else []
    groups = list[list[Slot]]()
    for slot in intent.slots:
        if slot.pattern is None and not slot.values:
            continue
        group = next((group for group in groups if _look_alike(group[0], slot)), None)
        if group is None:
            groups.append([slot])
        else:
            group.append(slot)
    return [tuple(group) for group in groups]


def find_matches(text: str, search: Search, language: str) -> list[re.Match[str]]:
    """What the slots of `search` may take from `text`, less what is taken back there."""
    found = list(islice((each for each in search.expression.finditer(text) if each[0]), MOST))
    if len(found) < 2:
        return found
    own = " ".join(read_name(slot.name) for slot in search.slots)
    taken_back = [
        takes_back(text[: one.start()], text[one.end() : other.start()], own, language)
        for one, other in pairwise(found)
    ]
    return [each for each, gone in zip(found, [*taken_back, False], strict=False) if not gone]


def share_out(
    text: str, found: Iterable[re.Match[str]], search: Search, asked: str | None
) -> list[tuple[Slot, re.Match[str]]]:
    """Which slot takes which of what was `found`, each at most one; `asked` names the slot just asked for."""
    slots = search.slots
    if len(slots) == 1:
        return [(slots[0], each) for each in islice(found, 1)]
    shares, nobodys = dict[str, re.Match[str]](), list[re.Match[str]]()
    cues = _cues_of(slots, search.intent)
    done = 0
    for each in found:
        owner = _owner(text[done : each.start()], cues)
        done = each.end()
        if owner is None:
            nobodys.append(each)
        else:
            shares.setdefault(owner, each)
    waiting = sorted((slot for slot in slots if slot.name not in shares), key=lambda slot: slot.name != asked)
    shares |= {slot.name: each for slot, each in zip(waiting, nobodys, strict=False)}
    return [(slot, shares[slot.name]) for slot in slots if slot.name in shares]


def _owner(before: str, cues: Mapping[str, str]) -> str | None:
    """Whose a value is, by the two words `before` it; the nearer one counts first."""
    for word in reversed(_words_of(before)[-2:]):
        cue = word if word in cues else next((cue for cue in cues if len(cue) > 3 and are_akin(cue, word)), None)
        if cue is not None:
            return cues[cue]
    return None


def _words_of(text: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(text)]


def _look_alike(one: Slot, other: Slot) -> bool:
    if one.pattern is not None or other.pattern is not None:
        return one.pattern == other.pattern
    return not one.values.isdisjoint(other.values)


def _cues_of(slots: Sequence[Slot], intent: Intent) -> dict[str, str]:
    """The words that say whose a value after them is; those of several slots say nothing."""
    owners = dict[str, set[str]]()
    for slot in slots:
        for word in read_name(slot.name).split():
            owners.setdefault(word, set()).add(slot.name)
    names = {slot.name for slot in slots}
    for example in intent.examples:
        for entity in example.entities:
            for word in _words_of(example.text[: entity.start])[-1:] if entity.slot in names else ():
                owners.setdefault(word, set()).add(entity.slot)
    return {word: next(iter(whose)) for word, whose in owners.items() if len(whose) == 1}


class _Same:
    """A catalog by what it is, not by what it holds."""

    __slots__ = ("catalog",)

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __hash__(self) -> int:
        return id(self.catalog)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.catalog is self.catalog


@lru_cache(maxsize=4)
def _searches_of(same: _Same) -> tuple[Search, ...]:
    return tuple(
        Search(intent, slots, slots[0].pattern or _any_of(frozenset(value for slot in slots for value in slot.values)))
        for intent in same.catalog.intents.values()
        for slots in groups_of(intent)
    )


@lru_cache(maxsize=512)
def _any_of(values: frozenset[str]) -> re.Pattern[str]:
    """Matches one of `values` as whole words, the longest first."""
    written = "|".join(re.escape(value) for value in sorted(values, key=lambda value: (-len(value), value)))
    return re.compile(rf"(?<!\w)(?:{written})(?!\w)", re.IGNORECASE)
