"""The rules of `ripen check`: their names never change, for files and config.yml refer to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one rule finds. `fixable`: `ripen check --fix` mends it, or most of it.

    `needs_meaning`: it compares embeddings, so it rests without a bundle. `needs_all`: it tells what is nowhere, so it
    rests while a file cannot be read.
    """

    name: str
    severity: Severity
    finds: str
    fixable: bool = False
    needs_meaning: bool = False
    needs_all: bool = False


_ERRORS = {
    "unreadable": "a file that cannot be read: no permission, no UTF-8, over 1 MiB, a link out of the folder",
    "syntax": "what is not YAML: a quote or bracket left open, a tab, a file that was saved half-way",
    "schema": "a key that does not exist, or a value that it does not take",
    "config": "config.yml: the same, and modules or actions that it names in vain",
    "no-intents": "a folder without a single intent",
    "duplicate-name": "two intents, two named responses or two shared slots of one name",
    "unknown-action": "an action that nobody registered, or an `utter_...` that is nowhere",
    "unknown-slot": "a mark in an example for a slot that the intent does not declare, or one taken by a name that no "
    "file shares",
}
_WARNINGS = (
    Rule("comment-in-text", "warning", "text that YAML takes for a comment, because of a ` #` in it"),
    Rule("duplicate-example", "warning", "an example that its intent has already", fixable=True),
    Rule("conflicting-example", "warning", "one sentence as an example of two intents"),
    Rule("near-duplicate", "warning", "examples of one intent that say the same in the same words", needs_meaning=True),
    Rule("near-conflict", "warning", "examples of two intents that mean nearly the same", needs_meaning=True),
    Rule(
        "misplaced-example",
        "warning",
        "an example that is nearer to another intent's card and examples than to its own",
        needs_meaning=True,
    ),
    Rule(
        "similar-descriptions",
        "warning",
        "descriptions of two intents that the encoder cannot tell apart",
        needs_meaning=True,
    ),
    Rule(
        "contradiction",
        "warning",
        "an intent whose examples and description belong to different things",
        needs_meaning=True,
    ),
    Rule("nothing-to-do", "warning", "an intent with neither an action nor responses"),
    Rule("unused-slot", "warning", "a shared slot that no intent takes", needs_all=True),
    Rule("unfilled-slot", "warning", "a `{slot}` in a response that no intent fills", needs_all=True),
    Rule(
        "dead-button",
        "warning",
        "a button that leads to no intent, or sets a slot that the intent does not declare",
        needs_all=True,
    ),
    Rule("greedy-pattern", "warning", "a slot's pattern that ordinary words match"),
    Rule("early-stage", "warning", "an intent pinned as mature that has too few examples to learn from"),
    Rule("unbalanced", "warning", "an intent with many times more examples than the others have"),
    Rule("other-language", "warning", "examples and responses in another language than `language` in config.yml"),
    Rule(
        "personal-data", "warning", "an e-mail address, a phone number, a card number or an IBAN that may be somebody's"
    ),
    Rule(
        "outdated-schema", "warning", "a `$schema` line that leads nowhere or to another version's schema", fixable=True
    ),
    Rule("trailing-space", "warning", "spaces at the ends of lines", fixable=True),
    Rule("unknown-rule", "warning", "a `# ripen: allow` that names no rule"),
    Rule("unused-allow", "warning", "a `# ripen: allow` that allows nothing, or no longer"),
)

RULES: dict[str, Rule] = {
    rule.name: rule for rule in (*(Rule(name, "error", finds) for name, finds in _ERRORS.items()), *_WARNINGS)
}

WARNINGS = tuple(rule.name for rule in _WARNINGS)
"""Those that can be ignored, allowed, or raised to errors; the others keep a bot from starting."""
