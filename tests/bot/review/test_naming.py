from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.schema import INTENT_NAME
from bot.review.naming import count_words, describe, propose


@pytest.mark.parametrize(
    ("said", "described"),
    [
        ("can I pay in instalments?", "The customer asks whether they can pay in instalments."),
        ("hi, how do i rent a bike for my son", "The customer asks how to rent a bike for their son."),
        ("I'd like to book a visit to your shop", "The customer wants to book a visit to our shop."),
        ("do you ship to Norway", "The customer asks whether we ship to Norway."),
        ("where are your shops", 'The customer says something like "where are your shops".'),
        ("Hello", 'The customer says something like "Hello".'),
        ("???", 'The customer says something like "???".'),
    ],
)
def test_the_first_person_becomes_the_customer(said: str, described: str) -> None:
    assert describe(said) == described


def test_another_language_is_left_as_it_is() -> None:
    assert describe("liefern Sie nach Oslo?", "de") == "liefern Sie nach Oslo"


def test_the_name_is_made_of_words_that_set_the_sentences_apart() -> None:
    own = ["do you sell gift cards", "gift card for my mum", "are gift cards refundable"]
    everywhere = count_words([*own, "do you sell lamps", "a lamp for my mum", "are lamps refundable"])
    assert propose(own, everywhere, (), "en").name.startswith("gift_card")


def test_names_in_use_are_not_proposed() -> None:
    own = ["gift voucher"]
    assert propose(own, count_words(own), {"gift_voucher", "gift_voucher_2"}, "en").name == "gift_voucher_3"


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_sentences_give_a_name_that_a_file_may_hold(sentences: list[str]) -> None:
    proposal = propose(sentences, count_words(sentences), (), "en")
    assert INTENT_NAME.fullmatch(proposal.name)
    assert proposal.description
