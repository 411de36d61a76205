"""Who asks for a moment has not failed to answer."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Slot
from bot.language.pausing import PAUSING
from bot.language.phrases import PHRASES
from bot.language.short_answers import pauses, says_only
from tests.builders import ADDRESS

CODE = re.compile(r"[A-Z]-\d{4}")
NUMBER = {
    "en": Slot("order_id", "Which order is it? The number is in your confirmation email.", CODE),
    "de": Slot("nummer", "Wie ist die Nummer?", CODE),
    "fr": Slot("numero", "Quel est le numéro ?", CODE),
    "es": Slot("numero", "¿Cuál es el número?", CODE),
}

PAUSES = {
    "en": [
        "hold on, let me check", "wait", "Hmm...", "one sec", "just a moment please", "ok wait, let me look it up",
        "let me find my confirmation email", "I'm looking for it", "gimme a minute", "hang on a second", "I'll check",
        "I need to look for the number", "brb", "let me check my emails", "ok one moment, I have to find the number",
        "still looking", "um", "I need to find my order", "looking for it", "bear with me",
    ],
    "de": [
        "Moment", "Moment, ich schau kurz", "einen Moment bitte", "warte mal", "warten Sie kurz", "ähm",
        "ich muss kurz nachsehen", "ich suche die Nummer", "da muss ich erst nachsehen", "bin gleich wieder da",
    ],
    "fr": [
        "un instant", "attendez, je regarde", "je cherche le numéro", "laissez-moi vérifier", "une seconde svp", "euh",
    ],
    "es": ["un momento", "espere un segundo por favor", "voy a buscarlo", "déjame ver", "mmm", "busco el número"],
}  # fmt: skip
OTHERS = {
    "en": [
        "wait no", "wait for my parcel", "hold my order", "I'm looking for a lamp", "let me talk to someone",
        "I'm still waiting", "wait, I want to cancel", "one", "a bit", "I have to see the invoice", "let me cancel it",
        "search for beeswax candles", "checking", "where is it", "A-1042", "looking for an invoice", "",
    ],
    "de": ["ich suche eine Lampe", "ich warte auf mein Paket", "ich hole das Paket ab", "Moment mal, das stimmt nicht"],
    "fr": ["je cherche une lampe", "j'attends mon colis", "je vais annuler", "je veux voir un conseiller"],
    "es": ["busco una lámpara", "espero mi paquete", "voy a cancelar", "un"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in PAUSES.items() for text in texts])
def test_hears_who_asks_for_a_moment(language: str, text: str) -> None:
    assert pauses(text, NUMBER[language], language)


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in OTHERS.items() for text in texts])
def test_hears_nobody_who_says_more(language: str, text: str) -> None:
    assert not pauses(text, NUMBER[language], language)


def test_what_is_looked_for_must_have_been_asked_for() -> None:
    assert not pauses("let me find my confirmation email", ADDRESS, "en")
    assert not pauses("I need to find my order", None, "en")
    assert pauses("let me find it", None, "en")


@given(st.text(max_size=60), st.sampled_from(sorted(PAUSING)))
def test_survives_any_text(text: str, language: str) -> None:
    pauses(text, ADDRESS, language)
    says_only(text, 0, len(text), "order", language)


def test_every_language_has_a_table_and_no_message_takes_long() -> None:
    assert PHRASES.keys() == PAUSING.keys()
    assert not pauses("wait", ADDRESS, "pl")
    start = time.process_time()
    slow = "muss die suchen es kurz nach die gleich der ich muss mal"
    for text in ("just wait " * 7, "let me look for my " * 3, slow, "a " * 20_000):
        for language in PAUSING:
            pauses(text + " zzz", NUMBER[language], language)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("text", "language", "only"),
    [
        ("A-1001", "en", True),
        ("it's order A-1001", "en", True),
        ("no sorry, I meant A-1001", "en", True),
        ("my order number is A-1001, I think", "en", True),
        ("where is A-1001", "en", False),
        ("cancel A-1001", "en", False),
        ("A-1001 arrived broken", "en", False),
        ("nein, ich meinte die A-1001", "de", True),
        ("wo ist A-1001", "de", False),
        ("non, c'est la A-1001", "fr", True),
        ("annulez A-1001", "fr", False),
        ("no, quiero decir la A-1001", "es", False),  # "I want to say": it goes unheard, and the detector decides
        ("es la A-1001", "es", True),
        ("it's A-1001", "pl", False),
    ],
)
def test_hears_a_value_and_nothing_else(text: str, language: str, only: bool) -> None:
    at = text.index("A-1001")
    assert says_only(text, at, at + 6, "order id Which order is it? The number is", language) is only


def test_a_value_that_stands_nowhere_says_nothing() -> None:
    assert not says_only("A-1001", -1, -1, "", "en")
    assert not pauses("let me check the pile", replace(ADDRESS, ask=None), "en")
