"""Sentences that stand twice, under one intent or under two."""

from __future__ import annotations

from collections.abc import Iterator

from bot.catalog.catalog import Catalog, Example, Intent
from bot.checks.finding import Finding, find


def check_sentences(catalog: Catalog) -> Iterator[Finding]:
    """Repeated examples; letter case, spaces and a full stop make no difference."""
    first: dict[str, tuple[Intent, Example]] = {}
    for intent in catalog.intents.values():
        for example in intent.examples:
            owner, earlier = first.setdefault(fold(example.text), (intent, example))
            if earlier is example:
                continue
            if owner.name == intent.name:
                message = f'"{example.text}" is already at {earlier.source}.'
                problem = find("duplicate-example", example.source, message, "Remove one of the two.", example.text)
            else:
                message = f'"{example.text}" is also an example of `{owner.name}`, at {earlier.source}.'
                remedy = "One sentence can mean one thing: keep it where it belongs."
                problem = find("conflicting-example", example.source, message, remedy, example.text)
            yield Finding(problem, also=earlier.source)


def fold(text: str) -> str:
    """What two writings of one sentence have in common."""
    return " ".join(text.casefold().split()).rstrip(".!?")
