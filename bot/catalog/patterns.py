"""Slot patterns: which regular expressions are safe to search every message with.

Python's `re` backtracks, and nothing interrupts it in a worker thread, so what may run for minutes is refused when
the file is read: patterns over 200 characters, repeats of what itself varies (`(a+)+`, `(a|ab)*`, and, to be sure,
`(\\d+,)+`), and free repeats side by side that match the same characters (`\\d+\\d+`). Limits make them pass:
`(\\d{1,3},){1,5}`. This is a reading of the pattern, not a proof: it knows ASCII, and takes look-arounds and
back-references as they come. Messages are at most a few thousand characters long, which bounds what is left.
"""

from __future__ import annotations

import importlib
import re
import string
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import log2
from typing import Any

MAX_PATTERN = 200
MAX_WAYS = 10_000  # matching one text in more ways than this, inside a repeat, is refused
FREE = 10  # a repeat whose count may vary by this much is free

# re has no public parser; this module has kept its form from Python 3.11 to 3.13, and a test would tell.
_parser: Any = importlib.import_module("re._parser")

_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_WIDTHLESS = ("AT", "ASSERT", "ASSERT_NOT")
_ALL = frozenset(chr(code) for code in range(128))
_CATEGORIES = {
    "CATEGORY_DIGIT": frozenset(string.digits),
    "CATEGORY_SPACE": frozenset(string.whitespace),
    "CATEGORY_WORD": frozenset(string.ascii_letters + string.digits + "_"),
}

Node = tuple[Any, Any]


@lru_cache(maxsize=2048)
def compile_pattern(source: str) -> re.Pattern[str]:
    """Compile a slot's pattern, ignoring case. Raises ValueError with what is wrong, a line break, and what to do."""
    if len(source) > MAX_PATTERN:
        raise ValueError(f"the pattern has {len(source)} characters; at most {MAX_PATTERN} are allowed\nShorten it.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            pattern = re.compile(source, re.IGNORECASE)
            tree = _parser.parse(source, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise ValueError(f"this is not a regular expression: {error}\nTest it with Python's re module.") from None
    if pattern.search(""):
        raise ValueError("the pattern matches the empty text\nMake it require at least one character, as \\d+.")
    if reason := _backtracking(list(tree)):
        raise ValueError(
            f"the pattern could take minutes on some messages: {reason}\nGive repeats a limit, as {{1,9}}."
        )
    return pattern


def _backtracking(nodes: list[Node], before: frozenset[str] = frozenset()) -> str | None:
    """Why matching `nodes` may take long; `before` is what free repeats just before them may still give up."""
    for operator, argument in nodes:
        name = str(operator)
        inner = list(_inside(argument))
        if (
            name in _REPEATS
            and (ways := _ways(inner[0])) > 1
            and min(argument[1], MAX_WAYS) * log2(ways) > log2(MAX_WAYS)
        ):
            return "a repeat around something that can match the same text in several ways"
        for part in inner:
            if reason := _backtracking(part, before):
                return reason
        characters = _characters(name, argument)
        optional = name in _REPEATS and argument[0] == 0
        if name in _REPEATS and argument[1] - argument[0] >= FREE and characters & before:
            return "two repeats side by side that match the same characters"
        if name not in _WIDTHLESS and _ways([(operator, argument)]) > FREE:
            before = before | characters if optional else characters
        elif not optional and name not in _WIDTHLESS:
            before = before & characters
    return None


def _ways(nodes: list[Node]) -> int:
    """In how many ways `nodes` might match one text, at most; what follows a repeat is not looked at."""
    ways = 1
    for operator, argument in nodes:
        inner = [_ways(part) for part in _inside(argument)]
        if str(operator) in _REPEATS:
            ways *= min(argument[1] - argument[0], MAX_WAYS) + 1
        elif str(operator) == "BRANCH" and _start_alike(argument[1]):
            ways *= len(inner)
        ways = min(ways * max(inner, default=1), MAX_WAYS)
    return ways


def _start_alike(branches: Iterable[Any]) -> bool:
    seen: set[str] = set()
    for branch in branches:
        first = _characters(str(branch[0][0]), branch[0][1]) if len(branch) else _ALL
        if seen & first:
            return True
        seen |= first
    return False


def _inside(argument: Any) -> Iterator[list[Node]]:
    """The node lists nested in an argument, at any depth of tuples and lists."""
    if type(argument).__name__ == "SubPattern":
        yield list(argument)
    elif isinstance(argument, (tuple, list)):
        for part in argument:
            yield from _inside(part)


def _characters(name: str, argument: Any) -> frozenset[str]:
    """The ASCII characters that a node can match; all of them where that is not plain to see."""
    if name == "LITERAL":
        return _folded(chr(argument))
    if name == "NOT_LITERAL":
        return _ALL - {chr(argument)}
    if name == "IN":
        return _set(argument)
    if name in _REPEATS or name in ("SUBPATTERN", "ATOMIC_GROUP", "BRANCH"):
        nodes = [node for inner in _inside(argument) for node in inner]
        return frozenset().union(*(_characters(str(operator), value) for operator, value in nodes))
    return _ALL


def _set(items: Iterable[Node]) -> frozenset[str]:
    characters: frozenset[str] = frozenset()
    negated = False
    for operator, argument in items:
        name = str(operator)
        if name == "NEGATE":
            negated = True
        elif name == "RANGE":
            span = (chr(code) for code in range(argument[0], min(argument[1], 127) + 1))
            characters = characters.union(*(_folded(character) for character in span))
        elif name == "CATEGORY":
            characters |= _category(str(argument))
        else:
            characters |= _characters(name, argument)
    return _ALL - characters if negated else characters


def _category(name: str) -> frozenset[str]:
    if name in _CATEGORIES:
        return _CATEGORIES[name]
    positive = _CATEGORIES.get(name.replace("_NOT_", "_"))
    return _ALL - positive if positive is not None else _ALL


def _folded(character: str) -> frozenset[str]:
    return frozenset({character.lower(), character.upper()})
