from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment
from bot.detectors.speller import MOST, SILENT, Speller, correct
from tests.bot.detectors.test_learner import FRUIT, PRIOR, VERBS, ripe
from tests.builders import catalog, intent
from tests.standins.encoder import WordEncoder

SHOP = catalog(
    intent(
        "cancel_order",
        description="The customer wants to cancel an order.",
        examples=["cancel my order", "cancell it", "I want to stop my order"],
    ),
    intent("refund", description="The customer asks about a refund for the wombatix."),
)
ENGLISH = frozenset(
    [
        "the",
        "customer",
        "wants",
        "want",
        "cancel",
        "order",
        "asks",
        "about",
        "refund",
        "stop",
        "with",
        "boarder",
        "oder",
    ]
)
SPELLER = Speller.of(SHOP, ENGLISH, "en")


def read(text: str, speller: Speller = SPELLER) -> str:
    return correct(text, speller.find_slips(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("canel my ordr", "cancel my order"),
        ("CANCLE it, i wnat my refudn!", "cancel it, i want my refund!"),
        ("canceel", "cancel"),
        ("stpo it", "stop it"),
        ("my wombatixx", "my wombatix"),  # a word of the bot alone
        ("cancell my order", "cancell my order"),  # as written in an example
        ("cancelk", "cancel"),  # nearer to what the encoder knows than to the slip in an example
    ],
)
def test_a_strange_word_is_read_as_the_bots_own_that_is_one_slip_away(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "my oder",  # the encoder knows it
        "a boarder",
        "the cnaecl",  # three slips
        "odr",  # too short
        "don't order's x-order1 ordr2",  # parts of something
        "dont want it",  # words that refuse are the language's own
        "",
    ],
)
def test_everything_else_is_left_alone(text: str) -> None:
    assert read(text) == text


def test_what_is_corrected_is_told_in_lower_case_and_once() -> None:
    assert SPELLER.find_slips("Canel, canel CANEL my order") == (("canel", "cancel"),)


def test_an_encoder_of_another_language_corrects_nothing() -> None:
    german = catalog(intent("storno", description="Der Kunde möchte eine Bestellung stornieren."))
    assert Speller.of(german, ENGLISH, "de") is SILENT
    assert Speller.of(SHOP, frozenset(), "en") is SILENT
    assert Speller.of(catalog(), ENGLISH, "en") is SILENT
    assert read("canel my ordr", SILENT) == "canel my ordr"


def test_letters_are_those_of_the_bot() -> None:
    german = catalog(intent("storno", description="möchte bestellung stornieren prüfen"))
    speller = Speller.of(german, frozenset(["möchte", "bestellung", "stornieren", "prüfen"]), "de")
    assert read("bstellung prüfn mchte", speller) == "bestellung prüfen möchte"


def test_a_message_of_strange_words_is_not_looked_into_for_long() -> None:
    strange = " ".join(f"ordr{first}{second}x" for first in string.ascii_lowercase for second in "qxz")
    assert read(f"{strange} canel") == f"{strange} canel"
    assert len(SPELLER.find_slips(" ".join(f"canc{letter}el" for letter in string.ascii_lowercase))) <= MOST


@given(st.text(max_size=80))
def test_survives_any_text(text: str) -> None:
    assert read(read(text)) == read(text)


def test_a_detector_reads_slips_and_tells_which() -> None:
    fruit = catalog(*(ripe(name) for name in FRUIT))
    words = WordEncoder()
    *_, deaf = Learner(words, words, NeutralSentiment(), PRIOR, 8).learn(fruit)
    hearing = replace(deaf, speller=Speller.of(fruit, frozenset({*FRUIT, *VERBS, "customer", "wants"}), "en"))
    slipped = hearing.detect("bring the cherrry")
    assert slipped.corrections == (("cherrry", "cherry"),)
    assert slipped.candidates == deaf.detect("bring the cherry").candidates
    assert hearing.measure("bring the cherrry").chances == pytest.approx(deaf.measure("bring the cherry").chances)
    assert hearing.read("bring the cherrry") == "bring the cherry"
    assert hearing.detect("bring the cherry") == deaf.detect("bring the cherry")
