"""Messages that name their intent: what buttons send, as `/intent@0.9{"slot": "value"}` (Rasa's syntax)."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.actions.names import DEFAULT_INTENTS
from bot.catalog.catalog import Catalog
from bot.messages import Candidate, Detection, Entity, Sentiment

NONE_OF_THESE = "/none_of_these"
"""What the last button of a clarifying question sends."""

_PAYLOAD = re.compile(r"/(?P<intent>[^{@\s]+)(?:@(?P<confidence>[0-9.]{1,8}))?\s*(?P<entities>\{.*\})?\s*", re.S)
_NEUTRAL = Sentiment("neutral", 0.0)


def write_payload(intent: str, entities: tuple[Entity, ...] = ()) -> str:
    """The text that a button sends for `intent`, with the slot values already known."""
    if not entities:
        return f"/{intent}"
    values = {entity.slot: entity.value for entity in entities}
    return f"/{intent}{json.dumps(values, ensure_ascii=False, separators=(',', ':'))}"


def read_payload(text: str, catalog: Catalog) -> Detection | None:
    """The detection that `text` spells out; None when it is ordinary text, an unknown intent among it."""
    found = _PAYLOAD.fullmatch(text.strip()) if text.lstrip().startswith("/") else None
    if found is None:
        return None
    if found[0].strip() == NONE_OF_THESE:
        # Named, so that it is known for a button: as mere text it would answer a question that is open.
        return Detection((Candidate(NONE_OF_THESE[1:], 1.0, "payload"),), 1.0, _NEUTRAL, risk=0.0)
    entities = _entities(found["entities"])
    if not (found["intent"] in catalog.intents or found["intent"] in DEFAULT_INTENTS) or entities is None:
        return None
    candidate = Candidate(found["intent"], _confidence(found["confidence"]), "payload")
    unsure = 1.0 - candidate.confidence
    return Detection((candidate,), unsure, _NEUTRAL, entities, risk=unsure)


def is_rejection(detection: Detection) -> bool:
    """Whether the user has said, by a button or in words, that none of the choices is meant."""
    return any((each.detector, each.intent) == ("payload", NONE_OF_THESE[1:]) for each in detection.candidates)


def _confidence(written: str | None) -> float:
    try:
        return min(max(float(written), 0.0), 1.0) if written else 1.0
    except ValueError:
        return 1.0


def _entities(written: str | None) -> tuple[Entity, ...] | None:
    """Slot values in Rasa's short form, {"slot": value} or {"slot": [values]}; None when it is not that."""
    if written is None:
        return ()
    try:
        values: Any = json.loads(written)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    return tuple(Entity(str(slot), value) for slot, value in values.items())
