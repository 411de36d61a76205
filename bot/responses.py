"""Turns answers as authors and actions write them into the parts of a reply. Pure: chance comes in as `rng`.

A missing slot never shows as `{order_id}`, and never stops an answer. Variants whose slots are all known are
preferred. In one that is taken regardless, the sentence with the gap is left out; when nothing else would remain,
the gap shows as an ellipsis. A button, an image or a value of a custom payload with a gap is left out.

Only `{name}` is filled in, once, with no attributes, no indexes and no formats: a slot's value is data, not a template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from bot.catalog.catalog import ResponseTemplate
from bot.errors import ActionRubbish
from bot.messages import Button, Part, SentimentLabel

PLACEHOLDER = re.compile(r"\{([^\W\d][\w-]*)\}")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*|\n+")
GAP = "…"

_WORDS = frozenset({"text", "buttons", "elements", "custom", "template", "response", "image", "attachment"})

Slots = Mapping[str, Any]
Responses = Mapping[str, tuple[ResponseTemplate, ...]]


def render(
    templates: Sequence[ResponseTemplate], slots: Slots, sentiment: SentimentLabel | None, rng: Random
) -> Part | None:
    """Choose one of `templates` and fill it in; None when there is none to choose from."""
    return fill(choose(templates, slots, sentiment, rng), slots) if templates else None


def choose(
    templates: Sequence[ResponseTemplate], slots: Slots, sentiment: SentimentLabel | None, rng: Random
) -> ResponseTemplate:
    """One of the variants that fit best, at random.

    Best are those for the user's sentiment, then plain ones, then those for another; but one whose slots are all
    known is preferred to one with gaps, unless it was written for users who feel otherwise.
    `templates` must not be empty.
    """

    def fit(template: ResponseTemplate) -> tuple[bool, bool, bool]:
        felt = template.sentiment is not None and template.sentiment == sentiment
        return not (felt or template.sentiment is None), bool(_missing(template, slots)), not felt

    best = min(map(fit, templates))
    return rng.choice([template for template in templates if fit(template) == best])


def fill(template: ResponseTemplate, slots: Slots) -> Part:
    """The template with its slots filled in."""
    part = Part(
        text=None if template.text is None else fill_text(template.text, slots),
        buttons=tuple(_fill_button(button, slots) for button in template.buttons if _whole(button, slots)),
        image=template.image and _fill_value(template.image, slots),
        custom=None if template.custom is None else _fill_value(template.custom, slots),
    )
    return part if _says_something(part) else Part(text=GAP)


def fill_text(text: str, slots: Slots) -> str:
    """`text` with each `{slot}` filled in; a sentence with an unknown slot is left out, or shows an ellipsis."""
    if _gaps(text, slots):
        kept, start = [], 0
        for end in (*(match.end() for match in SENTENCE_END.finditer(text)), len(text)):
            if not _gaps(text[start:end], slots):
                kept.append(text[start:end])
            start = end
        text = "".join(kept).strip() or text
    return PLACEHOLDER.sub(lambda match: _said(slots.get(match[1])) or GAP, text)


def parts_of(
    responses: Sequence[Mapping[str, Any]],
    named: Responses,
    slots: Slots,
    sentiment: SentimentLabel | None,
    rng: Random,
) -> tuple[Part, ...]:
    """What an action said, in rasa-sdk's wire form, as parts of a reply.

    A response that names an `utter_...` is rendered from `named`, with the slots and the item's further keys; the
    item's own text, image, custom and attachment override, its buttons are appended, as Rasa does it. Each element
    of a carousel becomes a part. An item that says nothing gives no part.
    Raises ActionRubbish for an item of the wrong shape, or one that names a response which nobody defined.
    """
    return tuple(part for item in responses for part in _parts(item, named, slots, sentiment, rng))


def _parts(
    item: Mapping[str, Any],
    named: Responses,
    slots: Slots,
    sentiment: SentimentLabel | None,
    rng: Random,
) -> Iterator[Part]:
    if not isinstance(item, Mapping):
        raise ActionRubbish(f"a response is a {type(item).__name__}; it must be an object, as utter_message makes.")
    name = _text(item, "response") or _text(item, "template")
    base = Part()
    if name:
        extra = {key: value for key, value in item.items() if key not in _WORDS}
        base = fill(choose(_named(name, named), {**slots, **extra}, sentiment, rng), {**slots, **extra})
    buttons, links = _buttons(item)
    part = Part(
        text="\n".join(filter(None, (_text(item, "text") or base.text, *links))) or None,
        buttons=base.buttons + buttons,
        image=_text(item, "image") or base.image,
        attachment=item.get("attachment") or None,
        custom=_custom(item) or base.custom,
    )
    if _says_something(part):
        yield part
    for element in _list(item, "elements"):
        yield from _parts(_element(element), named, slots, sentiment, rng)


def _named(name: str, named: Responses) -> tuple[ResponseTemplate, ...]:
    templates = named.get(name)
    if not templates:
        raise ActionRubbish(f"a response names {name}, which no intent file defines. Add it to one: {name}: [a text].")
    return templates


def _element(element: Mapping[str, Any]) -> dict[str, Any]:
    """A card of a carousel in words that every channel knows."""
    words = [_text(element, "title"), _text(element, "subtitle")]
    return {
        "text": "\n".join(filter(None, words)),
        "image": _text(element, "image_url"),
        "buttons": element.get("buttons"),
    }


def _buttons(item: Mapping[str, Any]) -> tuple[tuple[Button, ...], list[str]]:
    """The buttons, and those that open a page as lines of text: a payload would send the address to the bot."""
    buttons: list[Button] = []
    links: list[str] = []
    for button in _list(item, "buttons"):
        title, payload, url = (_text(button, key) for key in ("title", "payload", "url"))
        if not title:
            raise ActionRubbish("a button has no title; write {'title': 'Yes', 'payload': '/affirm'}.")
        if url and not payload:
            links.append(f"{title}: {url}")
        else:
            buttons.append(Button(title, payload or title))
    return tuple(buttons), links


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise ActionRubbish(f"a response's {key} is a {type(value).__name__}; it must be text.")
    return value or None


def _list(item: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    values = item.get(key) or ()
    if not isinstance(values, list | tuple) or not all(isinstance(value, Mapping) for value in values):
        raise ActionRubbish(f"a response's {key} must be a list of objects.")
    return values


def _custom(item: Mapping[str, Any]) -> Mapping[str, Any] | None:
    custom = item.get("custom") or None
    if custom is not None and not isinstance(custom, Mapping):
        raise ActionRubbish(f"a response's custom (json_message) is a {type(custom).__name__}; it must be an object.")
    return custom


def _says_something(part: Part) -> bool:
    return any((part.text, part.buttons, part.image, part.attachment, part.custom))


def _missing(template: ResponseTemplate, slots: Slots) -> bool:
    whole = all(_whole(button, slots) for button in template.buttons)
    values = (template.text, template.image, template.custom)
    return not whole or any(_gaps(text, slots) for value in values for text in _texts(value))


def _whole(button: Button, slots: Slots) -> bool:
    return not _gaps(button.title, slots) and not _gaps(button.payload, slots)


def _gaps(text: str, slots: Slots) -> bool:
    return any(not _said(slots.get(name)) for name in PLACEHOLDER.findall(text))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _fill_button(button: Button, slots: Slots) -> Button:
    def quoted(match: re.Match[str]) -> str:
        # In /intent{"slot":"{value}"} a quote inside the value would end the payload early.
        said = _said(slots.get(match[1]))
        return json.dumps(said, ensure_ascii=False)[1:-1] if button.payload.startswith("/") else said

    return Button(fill_text(button.title, slots), PLACEHOLDER.sub(quoted, button.payload))


def _fill_value(value: Any, slots: Slots) -> Any:
    if isinstance(value, str):
        return None if _gaps(value, slots) else fill_text(value, slots)
    if isinstance(value, Mapping):
        return {key: _fill_value(item, slots) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fill_value(item, slots) for item in value]
    return value


def _said(value: Any) -> str:
    """A slot's value in words; empty when there is nothing to say."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_said, value)))
    return str(value)
