"""Who asks whether a machine answers is told."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.asking_who import ASKING_WHO
from bot.language.phrases import PHRASES
from bot.language.short_answers import agrees, asks_who, laughs, rejects

WHO = {
    "en": [
        "are you a bot?", "Are you human", "are you a real person or a bot?", "am I talking to a robot",
        "who are you", "is this a bot", "hi, what are you?", "r u a bot", "wait, am I chatting with a real person?",
        "you're a bot, right",
    ],
    "de": ["bist du ein roboter?", "Sind Sie ein Mensch?", "spreche ich mit einem Menschen oder einem Bot?",
           "wer bist du", "ist das hier ein Bot?", "bist du eigentlich ein Chatbot"],
    "fr": ["vous êtes un robot ?", "êtes-vous une vraie personne ?", "c'est un robot ?", "qui êtes-vous",
           "est-ce que je parle à un humain ?"],
    "es": ["¿eres un robot?", "¿es usted una persona?", "estoy hablando con una máquina?", "quién eres",
           "¿hablo con una persona de verdad?"],
}  # fmt: skip
OTHERS = {
    "en": ["are you open on sunday", "are you there", "who are you shipping with", "human", "a bot ate my homework",
           "can I talk to a person", "is this in stock", "are you robot vacuum experts"],
    "de": ["sind Sie morgen da", "wer liefert", "Mensch, ist das teuer", "ich will einen Menschen"],
    "fr": ["vous êtes ouverts ?", "c'est combien", "parler à une personne"],
    "es": ["¿es gratis?", "quiero hablar con una persona", "¿eres de Madrid?"],
}  # fmt: skip


def each(said: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, all_said in said.items() for text in all_said]


@pytest.mark.parametrize(("language", "text"), each(WHO))
def test_who_asks_is_heard(language: str, text: str) -> None:
    assert asks_who(text, language)


@pytest.mark.parametrize(("language", "text"), each(OTHERS))
def test_who_asks_something_else_is_not(language: str, text: str) -> None:
    assert not asks_who(text, language)


@given(st.text(max_size=60), st.sampled_from(sorted(ASKING_WHO)))
def test_survives_any_text(text: str, language: str) -> None:
    asks_who(text, language)
    laughs(text)


def test_every_language_has_a_table_and_no_message_takes_long() -> None:
    assert PHRASES.keys() == ASKING_WHO.keys()
    start = time.process_time()
    for text in (
        "are you a " * 4,
        "wait ok so hi " * 3,
        "bist du ein eine nur " * 3,
        "es un una solo " * 3,
        "a " * 20_000,
    ):
        for language in ASKING_WHO:
            asks_who(text + " zzz", language)
        laughs(text)
    assert time.process_time() - start < 1


def test_thumbs_are_a_yes_and_a_no_in_any_language_and_laughter_is_neither() -> None:
    for language in ("en", "de", "pl"):
        assert agrees("👍🏽", language)
        assert agrees("👌 ✅", language)
        assert rejects("👎", language)
        assert not agrees("👍 but not that one", language)
        assert not rejects("👍", language)
    assert agrees("lol ok", "en")
    assert agrees("haha ja", "de")
    assert not agrees("haha", "en")
    for text in ("haha", "LOL", "lol lol", "😂😂", "hahaha 😂", "jajaja", "mdr"):
        assert laughs(text), text
    for text in ("", "hi", "ha", "hahnemann", "😡", "lol no", "?"):
        assert not laughs(text), text
