"""Messages that call the last answer wrong, and messages that only look like them."""

from __future__ import annotations

import pytest

from bot.language.short_answers import objects

OBJECTIONS = {
    "en": (
        "that's not what I meant",
        "No, that’s not what I asked for!",
        "you misunderstood me",
        "that's wrong",
        "this isn't what I was looking for",
        "wrong answer",
        "that doesn't answer my question",
        "sorry but you got me wrong",
        "I didn't ask that",
        "not what i wanted",
        "ugh no. that's not it",
        "I meant something else",
    ),
    "de": (
        "das meine ich nicht",
        "Nein, das habe ich nicht gefragt",
        "Sie haben mich falsch verstanden",
        "das ist falsch",
        "das ist nicht das, was ich wissen wollte",
        "falsche Antwort",
        "das beantwortet meine Frage nicht",
        "das hilft mir leider nicht weiter",
    ),
    "fr": (
        "ce n'est pas ce que je voulais dire",
        "Non, vous m'avez mal compris",
        "c'est faux",
        "ça ne répond pas à ma question",
        "je n'ai pas demandé ça",
        "c'est pas ça",
    ),
    "es": (
        "no es lo que quería decir",
        "No, me ha entendido mal",
        "eso está mal",
        "no pregunté eso",
        "eso no responde a mi pregunta",
        "no me sirve",
    ),
}
WISHES = (
    ("en", "the address is wrong"),
    ("en", "you sent me the wrong item"),
    ("en", "that's not what I ordered"),
    ("en", "something is wrong with my order"),
    ("en", "no"),
    ("en", "that's right"),
    ("en", "this is not a joke"),
    ("en", "that didn't arrive"),
    ("en", "I meant A-1043"),
    ("de", "die Adresse ist falsch"),
    ("de", "das habe ich nicht bestellt"),
    ("fr", "ce n'est pas ma commande"),
    ("es", "el pedido está mal"),
    ("xx", "that's wrong"),
)


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, texts in OBJECTIONS.items() for text in texts])
def test_an_answer_is_called_wrong(language: str, text: str) -> None:
    assert objects(text, language)


@pytest.mark.parametrize(("language", "text"), WISHES)
def test_a_wish_about_something_wrong_is_no_such_word(language: str, text: str) -> None:
    assert not objects(text, language)
