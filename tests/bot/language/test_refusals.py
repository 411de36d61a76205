from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.grammars import ENGLISH, GRAMMARS
from bot.language.refusals import Refusal, are_akin, grammar_of, listen


@pytest.mark.parametrize(
    ("text", "words", "deed"),
    [
        ("don't cancel my order", ("cancel", "order"), True),
        ("Please DO NOT cancel it!", ("cancel",), True),
        ("dont send me a human", ("send", "human"), True),
        ("no, wait, please don’t send it back", ("send", "back"), True),
        ("I don't want to return it", ("return",), True),
        ("we no longer wish to return the vase", ("return", "vase"), True),
        ("I don't want you to call me", ("call",), True),
        ("I don't want it to be cancelled", ("cancelled",), True),
        ("I didn't ask to cancel", ("cancel",), True),
        ("I do not need a person", ("person",), False),
        ("I really don't want your newsletter anymore", ("newsletter",), False),
        ("no need to open a ticket", ("open", "ticket"), True),
        ("there's no need for a ticket", ("ticket",), False),
        ("I'm not trying to cancel", ("cancel",), True),
        ("I'd rather not talk to anyone", ("talk",), True),
        ("I have no wish to return it", ("return",), True),
        ("I don't think I want to cancel", ("cancel",), True),
        ("can you please not cancel it", ("cancel",), True),
        ("you shouldn't cancel it", ("cancel",), True),
        ("not a human please", ("human",), False),
        ("where is it? and don't cancel it", ("cancel",), True),
    ],
)
def test_a_refusal_is_heard(text: str, words: tuple[str, ...], deed: bool) -> None:
    (refusal,) = listen(text, ENGLISH).refusals
    assert (refusal.words, refusal.deed) == (words, deed)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "I don't know where my order is",
        "don't know my order number",
        "my parcel did not arrive",
        "I can't log in",
        "don't you ship to France?",
        "why don't I see my refund",
        "why don't you cancel it",
        "I do not see the refund",
        "if I don't want to keep it, what then",
        "cancel it because I don't want to pay that much",
        "I have a lamp that I don't want to keep",
        "don't forget to cancel it",
        "don't wait",
        "not working",
        "not what I expected",
        "not a clue",
        "I don't want it any more",
        "I never received my order",
        "I don't want to wait any longer",
        "translate I don't want to go",
    ],
)
def test_what_is_no_refusal_is_not(text: str) -> None:
    assert listen(text, ENGLISH).refusals == ()


@pytest.mark.parametrize(
    "text",
    [
        "I don't need my booking, cancel it",
        "I don't need my booking please cancel it",
        "I don't need my booking anymore cancel it",
        "I don't need my booking so cancel it",
    ],
)
def test_what_else_is_said_is_kept_apart(text: str) -> None:
    speech = listen(text, ENGLISH)
    assert speech.refusals == (Refusal("don't want", ("booking",), deed=False),)
    assert speech.rest == ("cancel",)


def test_a_wish_without_a_joint_ends_what_is_refused() -> None:
    assert listen("i dont need my booking cancel it", ENGLISH).refusals[0].words == ("booking",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cancel", "cancelling"), ("change", "changing"), ("return", "returns"), ("talk", "talking"),
        ("delivery", "deliveries"), ("annuler", "annulez"), ("cancelar", "canceles"), ("pay", "pays"),
    ],
)  # fmt: skip
def test_words_that_differ_by_their_ending_are_akin(one: str, other: str) -> None:
    assert are_akin(one, other)
    assert are_akin(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("card", "care"), ("clean", "clear"), ("person", "permit"), ("transfer", "transport"), ("an", "and"), ("a", "b")],
)
def test_other_words_are_not(one: str, other: str) -> None:
    assert not are_akin(one, other)


def test_a_language_is_known_with_and_without_its_country() -> None:
    assert grammar_of("en") is grammar_of("en-GB") is ENGLISH
    assert grammar_of("pl") is None


@pytest.mark.parametrize("language", sorted(GRAMMARS))
def test_all_that_a_grammar_looks_up_is_in_lower_case(language: str) -> None:
    grammar = GRAMMARS[language]
    for word in (*grammar.filler, *grammar.endings, *grammar.troubles):
        assert word == word.casefold()
    assert not grammar.filler & (grammar.endings | grammar.troubles)


@given(st.text(max_size=200), st.sampled_from(sorted(GRAMMARS)))
def test_any_text_can_be_listened_to(text: str, language: str) -> None:
    speech = listen(text, GRAMMARS[language])
    assert all(refusal.words and refusal.cue for refusal in speech.refusals)
