"""Who drops what the bot asks for, and who answers in words that only sound like it."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Intent, Slot
from bot.language.calling_off import CALLING_OFF
from bot.language.phrases import PHRASES
from bot.language.short_answers import calls_off, dismisses
from tests.builders import intent

ASKED: dict[str, tuple[Slot, Intent]] = {
    "en": (
        Slot("address", "What is the new address?"),
        intent("change_address", description="The customer wants an order delivered to a different address."),
    ),
    "de": (
        Slot("adresse", "Wie lautet die neue Adresse?"),
        intent("adresse_aendern", description="Der Kunde möchte die Lieferadresse ändern."),
    ),
    "fr": (
        Slot("adresse", "Quelle est la nouvelle adresse ?"),
        intent("changer_adresse", description="Le client veut changer l'adresse de livraison."),
    ),
    "es": (
        Slot("direccion", "¿Cuál es la nueva dirección?"),
        intent("cambiar_direccion", description="El cliente quiere cambiar la dirección de entrega."),
    ),
}

DROPS = {
    "en": [
        "actually no, leave the address", "never mind", "stop", "STOP!!", "forget it", "nvm", "leave it as it is",
        "I changed my mind, don't", "please stop", "oh wait, forget about the address", "don't change it",
        "I don't want to change the address any more", "I don't want it anymore", "no wait, keep the old address",
        "keep it as it is", "never mind, forget it", "let's not", "ok forget it, I found it myself",
        "it's fine, leave it",
        "I don’t need that any more, thanks", "abort", "drop it", "you know what, I changed my mind", "stop asking me",
        "no longer needed", "don't bother", "please don't do it", "leave my address alone",
    ],
    "de": [
        "Stopp", "vergiss es", "Vergessen Sie es bitte", "lassen Sie es", "ach lass mal", "hat sich erledigt",
        "nein doch nicht", "ich habe es mir anders überlegt", "abbrechen", "lassen wir das", "schon gut",
        "lassen Sie die Adresse so", "ich will die Adresse doch nicht ändern", "brauche ich nicht mehr",
    ],
    "fr": [
        "stop", "laissez tomber", "laisse tomber l'adresse", "non finalement, j'ai changé d'avis", "oubliez ça",
        "tant pis", "je n'en ai plus besoin", "laissez l'adresse comme elle est", "je ne veux plus changer l'adresse",
        "arrêtez", "ce n'est plus la peine",
    ],
    "es": [
        "para", "olvídalo", "olvídelo, gracias", "déjalo", "déjelo así", "no, mejor no", "he cambiado de opinión",
        "ya no hace falta", "deje la dirección como está", "ya no quiero cambiar la dirección", "basta",
    ],
}  # fmt: skip
ENDS = {
    "en": ["cancel", "cancel that", "no, cancel it please"],
    "de": ["stornieren"],
    "fr": ["annulez"],
    "es": ["anular"],
}
ANSWERS = {
    "en": [
        "Stop Street 5", "Never Mind Ltd, 5 Hill Road", "Forget-me-not Lane 3, Leeds", "5 Leave Road",
        "don't ring the bell", "leave it at the door", "doesn't matter", "no need", "later", "no", "none",
        "keep the dog away", "stop at the gate",
        "leave the milk", "I don't want onions", "I don't want to wait", "don't deliver on Sunday", "I don't want it",
        "cancel my order", "12 Abort Street", "leave the parcel with Ann", "Mind the gap",
    ],
    "de": ["Stoppstraße 5", "Halt Bahnhof 3", "egal", "später", "nein", "lassen Sie es vor der Tür", "nicht klingeln",
           "ich will nicht warten", "Lassallestraße 4"],
    "fr": ["5 rue de l'Arrêt", "peu importe", "plus tard", "non", "laissez le colis chez le voisin", "ne sonnez pas"],
    "es": ["calle Parada 5", "da igual", "luego", "no", "déjelo en la puerta", "para mañana", "no toque el timbre"],
}  # fmt: skip


def _each(said: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in said.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), _each(DROPS))
def test_hears_who_drops_it(language: str, text: str) -> None:
    assert calls_off(text, *ASKED[language], language) == "plainly"


@pytest.mark.parametrize(("language", "text"), _each(ENDS))
def test_what_may_be_a_wish_of_its_own_is_told_apart(language: str, text: str) -> None:
    assert calls_off(text, *ASKED[language], language) == "perhaps"


@pytest.mark.parametrize(("language", "text"), _each(ANSWERS))
def test_hears_nobody_who_answers(language: str, text: str) -> None:
    assert calls_off(text, *ASKED[language], language) is None


@pytest.mark.parametrize(
    ("text", "language", "dropped"),
    [
        ("never mind", "en", True), ("oh forget it then", "en", True), ("Vergiss es!", "de", True),
        ("hat sich erledigt, danke", "de", True), ("non, laissez tomber", "fr", True), ("olvídalo", "es", True),
        ("stop", "en", False), ("forget my account", "en", False), ("never mind the gap", "en", False),
        ("never mind", "pl", False), ("", "en", False),
    ],
)  # fmt: skip
def test_hears_who_drops_whatever_there_is(text: str, language: str, dropped: bool) -> None:
    assert dismisses(text, language) is dropped


def test_what_is_dropped_must_be_what_is_asked_for() -> None:
    _, moving = ASKED["en"]
    note = Slot("note", "Anything that the driver should know?")
    assert calls_off("forget the note", note, moving, "en") == "plainly"
    assert calls_off("forget the dog", note, moving, "en") is None
    assert calls_off("don't tell my wife", note, replace(moving, description="A move."), "en") is None


@given(st.text(max_size=60), st.sampled_from(sorted(CALLING_OFF)))
def test_survives_any_text(text: str, language: str) -> None:
    calls_off(text, *ASKED[language], language)


def test_every_language_has_a_table_and_no_message_takes_long() -> None:
    assert PHRASES.keys() == CALLING_OFF.keys()
    assert calls_off("stop", *ASKED["en"], "pl") is None
    start = time.process_time()
    slow = ("stop " * 13, "leave the now then " * 3, "non laisse la comme ca " * 2, "no deja la mejor asi " * 2)
    for text in (*slow, "ich will das lassen die so " * 2, "no just don't want the it " * 2, "a " * 20_000):
        for language, asked in ASKED.items():
            calls_off(f"{text} zzz", *asked, language)
    assert time.process_time() - start < 1


def test_a_question_is_found_in_a_pattern_too() -> None:
    number = Slot("order_id", "Which order is it?", re.compile(r"[A-Z]-\d{4}"))
    assert calls_off("leave my order", number, intent("order_status"), "en") == "plainly"
