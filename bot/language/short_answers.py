"""How people answer a question of the bot in a few words: "I don't know", "one moment", "the second one".

By whole messages: "I don't know where my parcel is" is a wish, and no answer to "Which order?". What people do not have
or know must be what was asked for, in the words of the question or of the slot's name. The words, by language, are in
phrases.py, asking_back.py, asking_who.py, objecting.py, pausing.py, calling_off.py and choosing.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from bot.catalog.catalog import Intent, Slot, read_name
from bot.language.asking_back import ASKING_BACK, ASKING_WHAT_THERE_IS, CHOICES
from bot.language.asking_who import ASKING_WHO
from bot.language.calling_off import CALLING_OFF
from bot.language.choosing import CHOOSING, Choosing
from bot.language.objecting import OBJECTING
from bot.language.pausing import PAUSING
from bot.language.phrases import PHRASES, Phrases
from bot.language.plain_text import read_plainly
from bot.language.refusals import are_akin, find_words, grammar_of

MOST_WORDS = 14
"""A longer message is a story."""

MOST_NAMING = 3
"""Words that name a choice, beside those that only point; who says more is telling something new."""

QUESTION_MARKS = ("?", "？", "؟")

THUMBS_UP, THUMBS_DOWN, LAUGHING = "👍👌✅🆗", "👎❌🚫", "😂🤣😅😆😄😁🙂😊😉"
_SKINS = "\ufe0f\u200d🏻🏼🏽🏾🏿"
_LAUGHTER = re.compile(r"\b(?:l+o+l+|lmao|rofl|xd+|mdr+|ptdr|a?(?:ha){2,}h?|(?:he){2,}h?|(?:hi){2,}|(?:ja){3,})\b")

SHORTEST_STEM = 4
"""Letters of a word that may have another ending in a title."""


def shrugs(text: str, slot: Slot, language: str) -> bool:
    """Whether `text` says that the user cannot answer, or will not, when the bot has asked for `slot`.

    `language` as in config.yml; in one that is not known here nobody does. Never raises.
    """
    answers, said = _answers_in(language), _read(text)
    if answers is None or not said or len(said.split()) > MOST_WORDS:
        return False
    if slot.pattern is not None and not slot.any_text and answers.nothing.fullmatch(said):
        return True
    found = answers.unable.fullmatch(said)
    if found is None:
        return False
    return _is_about(found, slot, answers)


def asks_about(text: str, slot: Slot, language: str) -> bool:
    """Whether `text` is a question about the question that the bot has asked for `slot`: "where do I find it?"."""
    answers, said = _answers_in(language), _read(text)
    if answers is None or len(said.split()) > MOST_WORDS:
        return False
    found = ASKING_BACK[_code(language)].fullmatch(said)
    return found is not None and _is_about(found, slot, answers)


def asks_what_there_is(text: str, slot: Slot, language: str) -> bool:
    """Whether `text` asks what there is to choose from when the bot has asked for `slot`: "what do you recommend?"."""
    answers, said = _answers_in(language), _read(text)
    if answers is None or len(said.split()) > MOST_WORDS:
        return False
    found = ASKING_WHAT_THERE_IS[_code(language)].fullmatch(said)
    asked = [*_read(words_of(slot)).split(), *CHOICES]
    return found is not None and all(_has_all((part or "").split(), asked) for part in found.groups())


def asks_who(text: str, language: str) -> bool:
    """Whether `text` asks whether it is a machine that answers, or who else."""
    asking, said = ASKING_WHO.get(_code(language)), _read(text)
    return asking is not None and len(said.split()) <= MOST_WORDS and asking.fullmatch(said) is not None


def pauses(text: str, slot: Slot | None, language: str) -> bool:
    """Whether `text` asks for a moment, as "hold on, let me check", and says nothing else; `slot` was asked for."""
    answers, said = _answers_in(language), _read(text)
    if answers is None or len(said.split()) > MOST_WORDS:
        return False
    found = PAUSING[_code(language)].fullmatch(said)
    return found is not None and _is_about(found, slot, answers)


def calls_off(text: str, slot: Slot, intent: Intent, language: str) -> Literal["plainly", "perhaps"] | None:
    """Whether `text` drops what the bot, which has asked for `slot`, would do: "actually no, leave the address".

    What is dropped must be named by the slot, its question or the `intent`. What is said "perhaps" may be, or hold,
    another wish: "cancel it", "never mind, I'll ask my boss".
    """
    answers, said = CALLING_OFF.get(_code(language)), _read(text)
    if answers is None or len(said.split()) > MOST_WORDS:
        return None
    found, done = answers.plain.fullmatch(said), _read(f"{read_name(intent.name)} {intent.description}").split()
    asked = [*done, *_read(words_of(slot)).split(), *answers.little]
    if found and _drops(found, done, asked):
        return "plainly"
    return "perhaps" if answers.unclear.fullmatch(said) else None


def dismisses(text: str, language: str) -> bool:
    """Whether `text` drops whatever there is, and says nothing else: "never mind"."""
    answers, said = CALLING_OFF.get(_code(language)), _read(text)
    return answers is not None and len(said.split()) <= MOST_WORDS and answers.dismissal.fullmatch(said) is not None


def _drops(found: re.Match[str], done: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether what `found` names are `asked` for, and each deed, by its first word, is what would be `done`."""
    named = {name: part.split() for name, part in found.groupdict().items() if part}
    deeds = [words[:1] for name, words in named.items() if "deed" in name]
    return all(_has_all(words, done) for words in deeds) and all(_has_all(words, asked) for words in named.values())


def says_only(text: str, start: int, end: int, asked: str, language: str) -> bool:
    """Whether `text` says nothing but what stands from `start` to `end`: "it's order A-1043", "sorry, I meant A-1043".

    The words around it must say nothing by themselves, or stand in `asked`, which is what was asked for.
    """
    choosing = _choosing_in(language)
    if choosing is None or not 0 <= start < end:
        return False
    around = _read(f"{text[:start]} {text[end:]}").split()
    little = choosing.pointing | choosing.hedges | set(_read(asked).split())
    return all(word in little for word in around)


def rejects(text: str, language: str) -> bool:
    """Whether `text` says that none of the choices that the bot has offered is meant."""
    answers = _answers_in(language)
    return _is_made_of(text, THUMBS_DOWN) or (
        answers is not None and answers.rejection.fullmatch(_read(text)) is not None
    )


def declines(text: str, language: str) -> bool:
    """Whether `text` says no, and nothing else."""
    answers = _answers_in(language)
    return answers is not None and answers.nothing.fullmatch(_read(text)) is not None


def objects(text: str, language: str) -> bool:
    """Whether `text` says that the last answer was not what its author meant: "that's not what I asked"."""
    objecting, said = OBJECTING.get(_code(language)), _read(text)
    return objecting is not None and len(said.split()) <= MOST_WORDS and objecting.fullmatch(said) is not None


def agrees(text: str, language: str) -> bool:
    """Whether `text` says yes, and nothing else."""
    choosing, said = _choosing_in(language), _read(text)
    if choosing is None or len(said.split()) > MOST_WORDS:
        return _is_made_of(text, THUMBS_UP)
    return _is_made_of(text, THUMBS_UP) or choosing.assent.fullmatch(_LAUGHTER.sub("", said).strip()) is not None


def laughs(text: str) -> bool:
    """Whether `text` is laughter, and nothing else."""
    said = _read(text)
    return _is_made_of(text, LAUGHING) or (bool(said) and len(said) < 60 and not _LAUGHTER.sub("", said).strip())


def _is_made_of(text: str, signs: str) -> bool:
    """Whether `text` is nothing but `signs`, of any skin."""
    bare = [each for each in text if not each.isspace() and each not in _SKINS]
    return 0 < len(bare) <= MOST_WORDS and all(each in signs for each in bare)


def ends_with_question(text: str) -> bool:
    """Whether what the bot said asks something in the end."""
    return text.rstrip().endswith(QUESTION_MARKS)


def may_be_agreed_to(text: str, language: str) -> bool:
    """Whether what the bot said, `text`, ends with a question that yes answers: "Shall I?", and not "What else?"."""
    choosing = _choosing_in(language)
    if choosing is None or not ends_with_question(text):
        return False
    *_, last = re.split(r"[.!?:;¿]\s*(?=\S)|\n", text.strip())
    first, *_ = _read(last).split() or [""]
    return first not in choosing.open_questions


def find_place(text: str, language: str) -> int | None:
    """Which choice `text` takes by its place, as "the second one": from 1, or `LAST`; None when it is no such thing."""
    choosing, said = _choosing_in(language), _read(text)
    if choosing is None or len(said.split()) > MOST_WORDS:
        return None
    return next((place for place, pattern in choosing.places.items() if pattern.fullmatch(said)), None)


def find_named(text: str, titles: Sequence[str], language: str) -> int | None:
    """The index of the only one of `titles` that has all the words of `text`, as "the refund one"; None when unclear.

    Words that only point ("the", "one", "I meant") count for nothing, and one at least must carry meaning.
    """
    choosing, grammar, said = _choosing_in(language), grammar_of(language), _read(text).split()
    if choosing is None or grammar is None or len(said) > MOST_WORDS:
        return None
    naming = [word for word in said if word not in choosing.pointing]
    telling = {_read(word) for word in find_words(read_plainly(text), grammar)}
    if not 0 < len(naming) <= MOST_NAMING or telling.isdisjoint(naming):
        return None
    fitting = [index for index, title in enumerate(titles) if _has_all(naming, _read(title).split())]
    return fitting[0] if len(fitting) == 1 else None


def _is_about(found: re.Match[str], slot: Slot | None, answers: Phrases) -> bool:
    """Whether what `found` names is what was asked for, in the words of the question or of the slot's name."""
    asked = set(_read(words_of(slot)).split()) | answers.little if slot else answers.little
    return all(word in asked for part in found.groups() for word in (part or "").split())


def words_of(slot: Slot) -> str:
    """What is asked for, in the words of the slot's name and question."""
    return f"{read_name(slot.name)} {slot.ask or ''}"


def _has_all(words: Sequence[str], title: Sequence[str]) -> bool:
    """Whether each of `words` stands in `title`, with any ending; but "forget" is not akin to "for"."""
    endless = [other for other in title if len(other) >= SHORTEST_STEM]
    return all(
        word in title or (len(word) >= SHORTEST_STEM and any(are_akin(word, other) for other in endless))
        for word in words
    )


def are_the_same(one: str, other: str) -> bool:
    """Whether two messages say the same in the same words."""
    return _read(one) == _read(other)


def _answers_in(language: str) -> Phrases | None:
    return PHRASES.get(_code(language))


def _choosing_in(language: str) -> Choosing | None:
    return CHOOSING.get(_code(language))


def _code(language: str) -> str:
    return language.partition("-")[0].lower()


def _read(text: str) -> str:
    """The words of `text`, in lower case and without accents, which people in a hurry leave out."""
    parted = unicodedata.normalize("NFD", read_plainly(text).casefold())
    return " ".join(re.findall(r"[\w']+", "".join(each for each in parted if not unicodedata.combining(each))))
