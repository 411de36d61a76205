"""Emoji in what users write: Slack's text has their names, `:wave:`, its blocks the characters. Pure functions.

Source: https://docs.slack.dev/reference/block-kit/block-elements/emoji-element
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_NAMED = re.compile(r":([\w+'-]+(?:::skin-tone-\d)?):")
_DEEPEST = 8
"""Levels of blocks that are looked at: a list in a list in a quote has five."""


def emoji_in(blocks: Any) -> Mapping[str, str]:
    """Name -> characters of each emoji in a message's `blocks`; a workspace's own have none, and are not in it."""
    return dict(_found(blocks, _DEEPEST))


def show_emoji(text: str, emoji: Mapping[str, str]) -> str:
    """`text` with characters in place of the names that `emoji` knows."""
    return _NAMED.sub(lambda name: emoji.get(name[1], name[0]), text) if emoji else text


def _found(node: Any, depth: int) -> Iterator[tuple[str, str]]:
    match node:
        case list() if depth:
            for each in node:
                yield from _found(each, depth - 1)
        case {"type": "emoji", "name": str(name), "unicode": str(code)}:
            tone = node.get("skin_tone")
            try:
                yield (f"{name}::skin-tone-{tone}" if tone else name, _characters(code))
            except (ValueError, OverflowError):
                return
        case {"elements": list(elements)}:
            yield from _found(elements, depth)


def _characters(code: str) -> str:
    return "".join(chr(int(point, 16)) for point in code.split("-"))
