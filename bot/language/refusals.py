"""What a message refuses in so many words: "don't ...", "I no longer want ...", "no need to ...". By words alone.

A message is cut into clauses, and a clause must be a refusal from its beginning to its end: what stands after
"because", "if" or "that" refuses nothing of the bot, neither does "don't you ship to France?".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.grammars import GRAMMARS, Grammar
from bot.language.plain_text import read_plainly


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused: `cue` is how ("don't"), `words` what, in order; `deed`: it is something to do, not a thing."""

    cue: str
    words: tuple[str, ...]
    deed: bool

    @property
    def core(self) -> tuple[str, ...]:
        """The verb of a deed, all of a thing."""
        return self.words[:1] if self.deed else self.words


@dataclass(frozen=True, slots=True)
class Speech:
    """What a message refuses, and the words of what else it says."""

    refusals: tuple[Refusal, ...]
    rest: tuple[str, ...]


def grammar_of(language: str) -> Grammar | None:
    """The grammar of a language as config.yml names it ("en", "pt-BR"); None where there is none."""
    return GRAMMARS.get(language.partition("-")[0].lower())


def listen(text: str, grammar: Grammar) -> Speech:
    """What `text` refuses, clause by clause."""
    refusals, rest = list[Refusal](), list[str]()
    for clause in grammar.joint.split(" ".join(read_plainly(text).casefold().split())):
        refusal = _refusal(clause.strip(), grammar)
        if refusal is None:
            rest += find_words(clause, grammar)
        else:
            refusals.append(refusal)
    return Speech(tuple(refusals), tuple(rest))


def _refusal(clause: str, grammar: Grammar) -> Refusal | None:
    for form in grammar.forms:
        found = form.pattern.fullmatch(clause)
        if found is None:
            continue
        words = find_words(found["what"], grammar)
        suffered = form.deed and grammar.suffered.match(found["what"])
        return Refusal(form.cue, words, form.deed) if words and not suffered else None
    return None


def find_words(text: str, grammar: Grammar) -> tuple[str, ...]:
    """The words of `text` that carry meaning, in lower case."""
    return tuple(word for word in re.findall(r"[^\W\d_]+", text.casefold()) if word not in grammar.filler)


def are_akin(one: str, other: str) -> bool:
    """Whether two words differ by their ending only: cancel and cancelling, change and changing, annuler, annulez."""
    short, long = sorted((one, other), key=len)
    shared = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if shared == len(short):
        return short == long or (shared >= 3 and len(long) - shared <= (6 if shared >= 5 else 3))
    ending = 1 if short[-1] in "ey" else 2
    return shared >= max(len(short) - ending, 3 + ending) and len(long) - shared <= 4
