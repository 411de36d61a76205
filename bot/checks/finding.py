"""What a rule says about one place, before it is known whether its author allows it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalog.catalog import Source
from bot.checks.rules import RULES
from bot.errors import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem, and the others of its kind that are told with it.

    Findings of equal `group` are told as one: the heaviest, with how many more there are. `also` is the other place of
    a pair; what is allowed there is allowed here.
    """

    problem: Problem
    group: tuple[str, ...] = ()
    weight: float = 0.0
    also: Source | None = None


def find(rule: str, source: Source, message: str, remedy: str, sentence: str = "") -> Problem:
    """A problem of `rule` at `source`, as severe as the rule is."""
    return Problem(RULES[rule].severity, source.file, source.line, message, remedy, rule, sentence)
