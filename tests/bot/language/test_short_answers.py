"""Who cannot answer, and who takes none of the choices, is heard in so many words, in four languages."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Slot
from bot.language.phrases import PHRASES
from bot.language.short_answers import are_the_same, rejects, shrugs

CODE = re.compile(r"[A-Z]-\d{4}")
ADDRESS = Slot("address", ask="What is the new address in one line, with the postcode?")
ORDERS = {
    "en": Slot("order_id", "Which order is it? The number looks like A-1042 and is in your confirmation email.", CODE),
    "de": Slot("bestellung", "Welche ist es? Die Bestellnummer steht in der Bestätigung.", CODE),
    "fr": Slot("commande", "Quel est le numéro de commande ?", CODE),
    "es": Slot("pedido", "¿Cuál es el número de pedido?", CODE),
}

UNABLE = {
    "en": [
        *("I don't know", "I don't have it", "no idea", "skip", "dunno", "idk", "Sorry, I don't know.", "I’m not sure"),
        *(
            "I don't have the number",
            "I don't have my confirmation email with me",
            "I lost the number",
            "can't find it",
        ),
        *("I can't remember", "I forgot the number", "I have no idea what it is", "I don't know which order it is"),
        *("can we skip this?", "I'd rather not say", "hmm, no clue, sorry", "none", "no", "n/a", "haven't got one"),
        *("I never received a confirmation email", "ｉ　ｄｏｎ’ｔ　ｋｎｏｗ", "I cannot find the order number"),
    ],
    "de": [
        *("Weiß ich nicht", "weiss nicht", "Keine Ahnung", "Hab ich nicht", "Die habe ich gerade nicht zur Hand"),
        *("Ich habe die Bestellnummer nicht", "ich habe keine Nummer", "überspringen", "habe ich vergessen", "nein"),
        *("Das weiß ich leider nicht", "ich finde die Bestellnummer nicht mehr", "möchte ich nicht sagen", "weiter"),
    ],
    "fr": [
        *("je ne sais pas", "Je sais pas", "aucune idée", "je ne l'ai pas", "je n'ai pas le numéro", "j’en sais rien"),
        *("je ne trouve pas le numéro de commande", "je l'ai perdu", "passer", "je préfère ne pas le dire", "aucun"),
    ],
    "es": [
        *("no sé", "no lo se", "ni idea", "no lo tengo", "no tengo el número de pedido a mano", "saltar", "ninguno"),
        *("no encuentro el número", "lo he perdido", "no me acuerdo", "prefiero no decirlo", "se me olvidó"),
    ],
}
ABLE = {
    "en": [
        *("A-1042", "the blue one", "where is it", "never mind", "I don't have the parcel", "I can't find my parcel"),
        *("I don't know where my parcel is", "I don't know when it will arrive", "I forgot my password", "I can't pay"),
        *("how do I find the number?", "I don't want it", "I don't have time", "skip the queue", "I lost my card", ""),
    ],
    "de": ["ich weiß nicht wo mein Paket ist", "ich finde mein Paket nicht", "ich habe mein Passwort vergessen"],
    "fr": ["je ne sais pas où est mon colis", "j'ai perdu ma carte", "je ne trouve pas mon colis", "laisse tomber"],
    "es": ["no sé dónde está mi paquete", "no tengo el paquete", "he perdido mi tarjeta", "olvídalo"],
}
REJECTIONS = {
    "en": [
        *("None of these", "neither", "no", "Nope.", "none of them", "no, neither of those", "none of the above"),
        *(
            "something else",
            "that's not it",
            "I meant something else",
            "that's not what I meant",
            "not that",
            "no thanks",
        ),
    ],
    "de": [
        "nein",
        "keins davon",
        "Keines von beiden",
        "nichts davon",
        "weder noch",
        "etwas anderes",
        "das meine ich nicht",
    ],
    "fr": ["non", "aucun des deux", "aucune de ces réponses", "ni l'un ni l'autre", "autre chose", "rien de tout ça"],
    "es": ["no", "ninguno de estos", "ninguna de las dos", "ni uno ni otro", "nada de eso", "no, otra cosa"],
}
CHOSEN = [
    "no problem",
    "no, cancel it",
    "yes",
    "both",
    "the first one",
    "nothing arrived",
    "something else is broken",
    "",
]


def each(said: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in said.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), each(UNABLE))
def test_who_cannot_answer_is_heard(language: str, text: str) -> None:
    assert shrugs(text, ORDERS[language], language)


@pytest.mark.parametrize(("language", "text"), each(ABLE))
def test_who_says_something_else_has_not_said_so(language: str, text: str) -> None:
    assert not shrugs(text, ORDERS[language], language)


@pytest.mark.parametrize("text", ["I don't know", "skip", "I don't have it yet", "I don't know the new postcode yet"])
def test_a_shrug_is_no_address(text: str) -> None:
    assert shrugs(text, ADDRESS, "en")


@pytest.mark.parametrize("text", ["no", "none", "nothing", "Pass Road 4", "I don't know any more than 4 Elm Street"])
def test_where_any_text_answers_a_none_is_an_answer(text: str) -> None:
    assert not shrugs(text, ADDRESS, "en")


@pytest.mark.parametrize(("language", "text"), each(REJECTIONS))
def test_who_takes_none_of_the_choices_is_heard(language: str, text: str) -> None:
    assert rejects(text, language)


@pytest.mark.parametrize("text", CHOSEN)
def test_who_chooses_or_tells_more_rejects_nothing(text: str) -> None:
    assert not rejects(text, "en")


def test_the_language_is_that_of_the_bot() -> None:
    assert rejects("keins davon", "de-CH")
    assert not rejects("keins davon", "en")
    assert not rejects("no", "pl")
    assert not shrugs("I don't know", ADDRESS, "pl")


def test_the_same_words_are_the_same_whatever_their_case_and_punctuation() -> None:
    assert are_the_same("I don’t know!", "i don't know")
    assert not are_the_same("I don't know", "I don't know it")


@given(st.text(max_size=60), st.sampled_from(sorted(PHRASES)))
def test_survives_any_text(text: str, language: str) -> None:
    shrugs(text, ADDRESS, language)
    rejects(text, language)


def test_no_message_takes_long() -> None:
    start = time.process_time()
    for text in (
        "sorry " * 14,
        "i don't know the" + " my" * 10,
        "no " * 14,
        "i really just still also x",
        "a " * 20_000,
    ):
        for language in PHRASES:
            shrugs(text, ORDERS[language], language)
            rejects(text, language)
    assert time.process_time() - start < 1
