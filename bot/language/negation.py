"""Whether a message says NOT to do what its intent does: "don't cancel my order" is no wish to cancel it.

Sentence encoders hardly hear a "not", so a rule listens beside them. It works on words alone and in two steps: the
message must refuse something in so many words (refusals.py), and what it refuses must be what the intent's own
words ask for. So "I don't want the lamp any more" does not speak against cancelling, nor "my parcel did not arrive"
against asking where it is; and an intent whose examples refuse the same thing themselves, as one that unsubscribes,
means it that way. docs/research.md has what it catches and what it costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.catalog.catalog import Intent, read_name
from bot.language.grammars import Grammar
from bot.language.refusals import Refusal, Speech, are_akin, find_words, grammar_of, listen


@dataclass(frozen=True, slots=True)
class OwnWords:
    """How an intent is spoken of: by name, by name and description (`card`), what its examples ask for and refuse."""

    name: tuple[str, ...]
    card: tuple[str, ...]
    asked: tuple[str, ...]
    refused: tuple[str, ...]


def says_not_to(text: str, intent: Intent, language: str) -> str | None:
    """The words by which `text` refuses what `intent` does, as "don't cancel"; None when it does not.

    `language` as in config.yml; in one without a grammar nothing is heard. Never raises, however odd the text.
    """
    grammar = grammar_of(language)
    speech = listen(text, grammar) if grammar else None
    if grammar is None or speech is None or not speech.refusals:
        return None
    own = _own_words(intent.name, intent.description, tuple(each.text for each in intent.examples), grammar)
    for refusal in speech.refusals:
        word = _what_is_refused(refusal, own, grammar)
        if word is not None and not _asked_for_all_the_same(speech, refusal, word, own, grammar):
            return f"{refusal.cue} {'' if word == refusal.words[0] else '... '}{word}"
    return None


@lru_cache(maxsize=256)
def _own_words(name: str, description: str, examples: tuple[str, ...], grammar: Grammar) -> OwnWords:
    """Kept, because 500 examples take 30 ms."""
    named = find_words(read_name(name), grammar)
    speeches = [listen(each, grammar) for each in examples]
    return OwnWords(
        named,
        _once((*named, *find_words(description, grammar))),
        _once(word for speech in speeches for word in speech.rest),
        _once(word for speech in speeches for refusal in speech.refusals for word in refusal.words),
    )


def _what_is_refused(refusal: Refusal, own: OwnWords, grammar: Grammar) -> str | None:
    """The word of `refusal` that is the intent's own.

    Of an intent that is there against something it must be the doing that is refused, not the something.
    """
    if _akin(refusal.core, own.refused):
        return None
    against = grammar.endings | grammar.troubles
    if not own.refused and not _akin(own.card, against):
        return _first(_akin(refusal.words, own.card + own.asked))
    verb = refusal.core if refusal.deed else ()
    named = () if _akin(own.name, against) else _akin(verb, own.name)
    return _first(named or _akin(refusal.words, _akin(own.card + own.asked, grammar.endings)))


def _asked_for_all_the_same(speech: Speech, refusal: Refusal, word: str, own: OwnWords, grammar: Grammar) -> bool:
    """ "I don't want this song, play the next" asks for the next one, "don't cancel it all, cancel one" to cancel."""
    if refusal.deed and word == refusal.words[0] and _akin((word,), (*own.card, *grammar.endings)):
        return bool(_akin((word,), speech.rest))
    others = [each for each in own.card if not _akin((each,), refusal.words)]
    return bool(_akin(speech.rest, others))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _akin(words: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Those of `words` that are akin to one that is known."""
    known = tuple(known)
    return tuple(word for word in words if any(are_akin(word, other) for other in known))


def _first(words: tuple[str, ...]) -> str | None:
    return words[0] if words else None
