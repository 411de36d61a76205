from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.check import CheckSettings
from bot.personal.precise import find_personal_data
from tests.bot.checks.findings import report_on


@pytest.mark.parametrize(
    ("text", "kind", "written"),
    [
        ("write to anna.smith@gmail.com please", "an e-mail address", "anna.smith@gmail.com"),
        ("call me on 07911 123456", "a phone number", "07911 123456"),
        ("my mobile is +49 170 1234567", "a phone number", "+49 170 1234567"),
        ("it's 212-736-5000", "a phone number", "212-736-5000"),
        ("card 4539 1488 0343 6467 was declined", "a card number", "4539 1488 0343 6467"),
        ("card 4539148803436467", "a card number", "4539148803436467"),
        ("pay back to de12500105170648489890", "a bank account", "de12500105170648489890"),
        ("IBAN GB33 BUKB 2020 1555 5555 55 please", "a bank account", "GB33 BUKB 2020 1555 5555 55"),
    ],
)
def test_personal_data_is_found(text: str, kind: str, written: str) -> None:
    assert list(find_personal_data(text, "en")) == [(kind, written)]


@pytest.mark.parametrize(
    "text",
    [
        "where is my order A-1042",
        "order 2127365000 please",
        "tracking 1Z9999999999999999",
        "i paid 1.299,00 on 2024-11-05 at 14:30",
        "anna@example.com, bob@shop.test or info@willow-wren.com",
        "call (212) 555-0123 or 020 7946 0958",  # nobody's
        "0800 123 4567 is free",
        "4111 1111 1111 1111 is a test card",
        "4539 1488 0343 6468",  # one digit off
        "GB33 BUKB 2020 1555 5555 56",
        "GB82 WEST 1234 5698 7654 32",
        "0000 0000 0000 0000",
        "version 10.15.7.1234567890",
        "@anna and me@home",
    ],
)
def test_what_is_nobodys_is_left_alone(text: str) -> None:
    assert list(find_personal_data(text, "en")) == []


def test_numbers_of_the_bots_own_country_are_known() -> None:
    assert list(find_personal_data("0170 1234567", "de")) == [("a phone number", "0170 1234567")]
    assert list(find_personal_data("(11) 96123-4567", "pt-BR")) == [("a phone number", "(11) 96123-4567")]
    assert list(find_personal_data("0170 1234567", "xx")) == []


BOT = """\
a:
  description: x
  responses:
    - Write to bob.jones@shop.com or call +44 7911 123456.
    - Our line is 020 7925 0918.
  examples:
    - I am carla@gmail.com and +44 7400 654321
"""


def test_a_finding_does_not_repeat_what_leaked(tmp_path: Path) -> None:
    answer, example = report_on(tmp_path, BOT).problems
    assert (answer.line, example.line) == (4, 7)
    assert "holds an e-mail address and a phone number" in example.message
    for problem in (answer, example):
        told = problem.message + problem.sentence + problem.remedy
        assert not any(leak in told for leak in ("bob.jones", "carla", "7911", "7400"))
    assert "check.contacts" in answer.remedy


def test_the_bots_own_contacts_may_be_named(tmp_path: Path) -> None:
    own = CheckSettings(contacts=("Bob.Jones@shop.com", "+447911123456"))
    [example] = report_on(tmp_path, BOT, check=own).problems
    assert example.line == 7


@pytest.mark.parametrize("letter", ["\u212a", "\u017f", "\u0130", "\u0131"])
def test_letters_that_ignore_case_too_much_break_nothing(letter: str) -> None:
    assert list(find_personal_data(f"to NL91{letter}BNA0417164300", "en")) == []
