from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.annotations import parse_example
from bot.personal.mask import mask


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("mail  me at anne.b+x@shop.example.com now", "mail me at email address now"),
        ("it's O'Hara@example.org.", "it's email address."),
        ("call +44 20 7946 0958 or (030) 1234567", "call phone number or phone number"),
        ("0664/1234567, 555-0199", "phone number, phone number"),
        ("my card 4111 1111 1111 1111 exp 12/28", "my card card number exp 12/28"),
        ("card 4111-1111-1111-1112", "card account number"),  # fails the check digit, is still no one's business
        ("to DE89 3704 0044 0532 0130 00 please", "to account number please"),
        ("GB82WEST12345698765432", "account number"),
    ],
)
def test_ways_to_reach_and_to_charge_people_are_masked(said: str, masked: str) -> None:
    assert mask(said) == masked


@pytest.mark.parametrize(
    "said",
    [
        "where is A-1042",
        "order 10423355 of 2026-11-25, or of 25.11.2026",
        "I paid 1.250,00 for 3 chairs, 20-30 cm",
        "ABCD 12 EF 34",
        "@anne says hi",
    ],
)
def test_what_a_shop_talks_about_stays(said: str) -> None:
    assert mask(said) == said


def test_what_no_file_may_hold_is_left_out() -> None:
    assert mask("a\x00b\x1b[2J\ud800c") == "a b [2J c"


def test_brackets_of_a_user_mark_no_slot() -> None:
    assert parse_example(mask('has [A](nothing) come [b]{"entity": "x"}'))[1] == ()


@given(st.text(max_size=80))
def test_masking_twice_changes_nothing_and_no_text_is_too_odd(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
    assert parse_example(once) == (once, ())


@pytest.mark.parametrize("letter", ["\u212a", "\u017f", "\u0130", "\u0131"])
def test_letters_that_ignore_case_too_much_break_nothing(letter: str) -> None:
    mask(f"NL91{letter}BNA0417164300, {letter}{letter}82WEST12345698765432")


def test_an_account_in_letters_that_look_the_same_is_masked() -> None:
    assert (
        mask("GB29 NWB\u212a 6016 1331 9268 19, gb82 we\u017ft 1234 5698 7654 32") == "account number, account number"
    )


def test_an_account_in_other_digits_is_masked() -> None:
    assert mask("GB\u0668\u0662 WEST 1234 5698 7654 32") == "account number"
