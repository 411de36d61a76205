"""What goes over the wire: parts as REST items and as `bot_uttered` events, detections as Rasa's parse JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.connectors.base import Parse, Status
from bot.messages import Button, Candidate, Entity, Part, Reply, Sentiment

RANKING_LENGTH = 10
"""How many intents /model/parse ranks, as in Rasa."""

_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<rest>.*)")
"""A line that begins or ends a block of code."""


def split_text(text: str) -> list[str]:
    """Plain text becomes one message per paragraph, as Rasa's channels do it; but a fenced block of code stays whole,
    blank lines and all (https://spec.commonmark.org/0.31.2/#fenced-code-blocks)."""
    pieces: list[str] = []
    fence = ""
    for paragraph in text.strip().split("\n\n"):
        if fence:
            pieces[-1] += f"\n\n{paragraph}"
        else:
            pieces.append(paragraph)
        for line in paragraph.split("\n"):
            fence = _fence_after(line, fence)
    return [piece for piece in pieces if piece.strip()]


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after `line`, if any; `fence` was open before it."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    marks, rest = found["marks"], found["rest"]
    if fence:
        return "" if marks.startswith(fence) and not rest.strip() else fence
    return "" if marks[0] == "`" and "`" in rest else marks


def write_items(recipient_id: str, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts as the array of Rasa's REST channel: keys without a value are left out."""
    return [{"recipient_id": recipient_id, **item} for part in parts for item in _items(part)]


def _items(part: Part) -> Iterator[dict[str, Any]]:
    if part.buttons:
        said = {} if part.text is None else {"text": part.text}
        yield {**said, "buttons": [_write_button(button) for button in part.buttons]}
    elif part.text is not None:
        yield from ({"text": piece} for piece in split_text(part.text))
    if part.custom is not None:
        yield {"custom": part.custom}
    if part.image is not None:
        yield {"image": part.image}
    if part.attachment is not None:
        yield {"attachment": part.attachment}


def write_events(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts as payloads of `bot_uttered`, with exactly the keys by which rasa-webchat tells their kinds apart."""
    return [event for part in parts for event in _events(part)]


def _events(part: Part) -> Iterator[dict[str, Any]]:
    pieces = split_text(part.text or "")
    if part.buttons:
        *earlier, last = pieces or [""]
        yield from ({"text": piece, "quick_replies": []} for piece in earlier)
        replies = [{"content_type": "text", **_write_button(button)} for button in part.buttons]
        yield {"text": last, "quick_replies": replies}
    else:
        yield from ({"text": piece} for piece in pieces)
    if part.custom is not None:
        yield _unwrap_custom(part.custom)
    if part.image is not None:
        yield {"attachment": {"type": "image", "payload": {"src": part.image}}}
    if part.attachment is not None:
        yield {"attachment": part.attachment}


def _unwrap_custom(custom: Mapping[str, Any]) -> dict[str, Any]:
    """Rasa passes `custom` to emit() as keywords, so bots written for it wrap what they mean in `data`."""
    data = custom.get("data")
    return dict(data) if isinstance(data, Mapping) else dict(custom)


def _write_button(button: Button) -> dict[str, str]:
    return {"title": button.title, "payload": button.payload}


def write_parse(parse: Parse) -> dict[str, Any]:
    """A parse in Rasa's JSON; `intent` is the best guess whatever was decided, `decision` says what was."""
    candidates, decision = parse.detection.candidates, parse.decision
    likely = candidates and candidates[0].confidence > 0  # of a text that says nothing, none is
    guess = _write_candidate(candidates[0]) if likely else {"name": None, "confidence": 0.0}
    return {
        "text": parse.text,
        "intent": guess,
        "entities": [_write_entity(entity) for entity in parse.detection.entities],
        "intent_ranking": [_write_candidate(candidate) for candidate in candidates[:RANKING_LENGTH]],
        "sentiment": _write_sentiment(parse.detection.sentiment),
        "decision": {
            "kind": decision.kind,
            "reason": decision.reason,
            "alternatives": [_write_candidate(candidate) for candidate in decision.alternatives],
            "wishes": [{"text": wish.text, **_write_candidate(wish.candidate)} for wish in decision.wishes],
        },
        "timings": dict(parse.timings),
    }


def _write_candidate(candidate: Candidate) -> dict[str, Any]:
    return {"name": candidate.intent, "confidence": candidate.confidence}


def _write_sentiment(sentiment: Sentiment) -> dict[str, Any]:
    return {"label": sentiment.label, "valence": sentiment.valence}


def _write_entity(entity: Entity) -> dict[str, Any]:
    return {"entity": entity.slot, "value": entity.value, "start": entity.start, "end": entity.end}


def explain(reply: Reply) -> dict[str, Any]:
    """Why a reply was given, for clients that ask (`?explain=true`)."""
    why: dict[str, Any] = {"repeated": reply.repeated, "timings": dict(reply.timings)}
    if reply.decision:
        why |= {"decision": reply.decision.kind, "intent": reply.decision.intent, "reason": reply.decision.reason}
        why |= {"confidence": reply.decision.confidence}
    if reply.detection:
        why |= {"sentiment": _write_sentiment(reply.detection.sentiment)}
    return why


def write_status(status: Status) -> dict[str, Any]:
    """Rasa's three keys, then ours."""
    return {
        "model_file": status.bundle,
        "model_id": status.bundle,
        "num_active_training_jobs": 0,
        "version": status.version,
        "intents": status.intents,
        "catalog_error": status.catalog_error,
        "ready": not status.not_ready,
        "not_ready": list(status.not_ready),
    }
