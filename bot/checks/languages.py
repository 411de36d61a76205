"""Sentences in another language than the bot's, as when one file is pasted into another bot. Sole user of py3langid."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from bot.catalog.catalog import Catalog, Source
from bot.checks.finding import Finding, find
from bot.checks.memory import Memory
from bot.detectors.abandonment import go_on

KIND = "language"
FEWEST_WORDS = 3
FEWEST_LETTERS = 12

# A sentence is in another language when that is this likely, and the bot's own this unlikely. Of the 22,000 sentences
# in training/pretrain/intents, all English, none is; `python -m training.evaluation.checks` counts them.
LIKELY = 0.5
UNLIKELY = 0.02

NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nb": "Norwegian", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak",
    "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""Those that are told apart. With rare ones among the choices, every tenth odd sentence of English is Pidgin."""
ALIKE = ({"nb", "no", "da"}, {"hr", "sr"}, {"es", "ca"}, {"id", "ms"})
"""Not told from each other by a sentence."""

_WORD = re.compile(r"[^\W\d_]+")
_NO_WORDS = re.compile(r"\{\w+\}|https?://\S+|\S+@\S+|\S*\d\S*")
_MAY_BE_NO_WORD = re.compile(r"[{:@\d]")


def check_languages(catalog: Catalog, language: str, memory: Memory) -> Iterator[Finding]:
    """Examples and responses that are not in `language` (as en or pt-BR), by intent and language."""
    own = language.partition("-")[0]
    if own not in NAMES:
        return
    for rule_group, text, source, other in _strangers(list(_sentences(catalog)), own, memory):
        message = f'"{text}" reads as {NAMES[other]}; config.yml says `language: {language}`.'
        remedy = "Move it to a bot of that language. If this bot speaks several: check: {ignore: [other-language]}."
        yield Finding(find("other-language", source, message, remedy, text), ("other-language", rule_group, other))


def _sentences(catalog: Catalog) -> Iterator[tuple[str, str, Source]]:
    for intent in catalog.intents.values():
        for example in intent.examples:
            yield intent.name, example.text, example.source
        for template in intent.responses:
            if template.text and template.source:
                yield intent.name, template.text, template.source
    for name, templates in catalog.responses.items():
        for template in templates:
            if template.text and template.source:
                yield name, template.text, template.source


def _strangers(
    sentences: Sequence[tuple[str, str, Source]], own: str, memory: Memory
) -> Iterator[tuple[str, str, Source, str]]:
    """Of the sentences those in another language, with that language. Verdicts of an earlier check are believed."""
    key = own.encode()
    before = memory.recall(KIND)
    verdicts: dict[str, str] = json.loads(before.get(key, b"{}"))
    told: dict[str, str] = {}
    listener = _Listener(own)
    for name, text, source in sentences:
        go_on()
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        told[digest] = verdicts[digest] if digest in verdicts else listener.tell(text)
        if told[digest]:
            yield name, text, source, told[digest]
    memory.keep(KIND, {key: json.dumps(told).encode()}, before)


class _Listener:
    """Knows the bot's language better with each sentence: one whose every word stood in two others of that language is
    in it, too. Most sentences of a large bot are, and to look words up takes a twentieth of the time."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._heard: set[str] = set()
        self._known: set[str] = set()

    def tell(self, text: str) -> str:
        """The language of `text` if it is surely another, else nothing."""
        words = set(_WORD.findall(_without_no_words(text).lower()))
        if words <= self._known:
            return ""
        language = language_of(text, self._own)
        if language == self._own:
            self._known |= words & self._heard
            self._heard |= words
        return "" if language == self._own else language


def language_of(text: str, own: str) -> str:
    """`own` where `text` reads as that, another language if it is surely in that one, nothing if nobody can tell."""
    text = _without_no_words(text)
    letters = sum(map(str.isalpha, text))
    foreign_script = letters >= 4 and own in _LATIN and _share_of_latin(text) < 0.5
    if not foreign_script and (len(text.split()) < FEWEST_WORDS or letters < FEWEST_LETTERS):
        return ""
    text = text.lower()
    best, likelihood = _identifier().classify(text)
    if best == own:
        return own
    if any({best, own} <= group for group in ALIKE):
        return ""
    if foreign_script:
        return str(best)
    return best if likelihood >= LIKELY and dict(_identifier().rank(text)).get(own, 0.0) <= UNLIKELY else ""


def _without_no_words(text: str) -> str:
    return _NO_WORDS.sub(" ", text) if _MAY_BE_NO_WORD.search(text) else text  # ten times as quick for most


_LATIN = frozenset(NAMES) - {"ar", "bg", "el", "fa", "he", "hi", "ja", "ko", "ru", "sr", "th", "uk", "zh"}


def _share_of_latin(text: str) -> float:
    if text.isascii():
        return 1.0
    letters = [character for character in text if character.isalpha()]
    return sum(character < "ɐ" for character in letters) / max(len(letters), 1)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # Imported when the first sentence comes that is not known: the model takes half a second to load.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in NAMES if code in identifier.labels])
    return identifier
