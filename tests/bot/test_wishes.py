"""One message about several things of a kind: each is answered, none is dropped in silence."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.actions.base import ActionResult
from bot.catalog.catalog import Slot
from bot.config import Settings
from bot.conversations.conversation import Conversation
from bot.decision import decide
from bot.detectors.scripted import SURE
from bot.dispatcher import AT_ONCE
from bot.messages import Candidate, Decision, Detection, Requested, Segment
from bot.payload import read_payload
from bot.situation import Situation
from bot.slots import find_entities, find_listed
from tests.bot.dispatching import SHOP, TEXTS, Actions, occasion, outcome_of, texts
from tests.builders import ORDER_ID, catalog, conversation, detection, intent

STATUS = SHOP.intents["order_status"]


def decided(text: str, found: Detection | None = None, talk: Conversation | None = None) -> Decision:
    found = replace(found or detection(("order_status", SURE)), entities=find_entities(text, SHOP))
    return decide(Situation(text, found, SHOP, Settings(), talk or conversation()))


def numbers(decision: Decision) -> list[str]:
    return [entity.value for wish in decision.wishes for entity in wish.entities if entity.slot == "order_id"]


@pytest.mark.parametrize(
    ("text", "language", "codes"),
    [
        ("where are A-1042 and B-2077", "en", ["A-1042", "B-2077"]),
        ("A-1042, A-1043 & order B-2077?", "en", ["A-1042", "A-1043", "B-2077"]),
        ("wo sind A-1042 und B-2077", "de", ["A-1042", "B-2077"]),
        ("où sont A-1042 et B-2077", "fr", ["A-1042", "B-2077"]),
        ("dónde están A-1042 y B-2077", "es", ["A-1042", "B-2077"]),
        ("A-1042 B-2077", "pl", ["A-1042", "B-2077"]),
        ("A-1042 and A-1043, not B-2077", "en", ["A-1042", "A-1043"]),
        ("A-1042 and a-1042", "en", []),
        ("not A-1042 but A-1043", "en", []),
        ("A-1042, sorry, A-1043", "en", []),
        ("A-1042 or A-1043", "en", []),
        ("A-1042 is fine. A-1043", "en", []),
    ],
)
def test_hears_a_list_of_codes(text: str, language: str, codes: list[str]) -> None:
    assert [entity.value for entity in find_listed(text, ORDER_ID, STATUS, language)] == codes


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"\d+", "2, 3 kids"), (r"\d\d:\d\d", "19:00, 20:00"), (r"[\d-]{10}", "2026-05-01, 2026-05-02")],
)
def test_numbers_times_and_days_are_no_codes(pattern: str, text: str) -> None:
    slot = Slot("what", "What?", re.compile(pattern))
    assert find_listed(text, slot, intent("book", slots=[slot]), "en") == ()


def test_where_two_slots_look_the_same_a_list_is_none() -> None:
    way, back = (Slot(name, "Which?", re.compile(r"[A-Z]-\d{4}")) for name in ("way", "back"))
    assert find_listed("A-1042, B-2077", way, intent("fly", slots=[way, back]), "en") == ()


async def test_each_code_of_a_list_is_answered() -> None:
    decision = decided("where are A-1042 and B-2077")
    assert (decision.kind, decision.intent, numbers(decision)) == ("act", "order_status", ["A-1042", "B-2077"])
    assert decision.reason.endswith("; for each of 2")
    actions = Actions(action_order_status=ActionResult((), ({"text": "On its way."},)))
    outcome = await outcome_of(decision, occasion("where are A-1042 and B-2077"), actions)
    assert texts(outcome) == ["On its way."] * 2
    assert [tracker["slots"]["order_id"] for tracker in actions.trackers] == ["A-1042", "B-2077"]


def test_a_list_answers_a_question_too_but_not_in_a_note_or_behind_a_button() -> None:
    waiting = conversation(requested=Requested("order_status", "order_id"))
    assert numbers(decided("A-1042 and B-2077", detection(("order_status", 0.3)), waiting)) == ["A-1042", "B-2077"]
    noting = conversation(requested=Requested("change_address", "address"))
    assert not decided("A-1042, B-2077 Street", detection(("change_address", 0.3)), noting).wishes
    pressed = read_payload("/order_status", SHOP)
    assert pressed is not None
    assert not decide(Situation("/order_status A-1042, A-1043", pressed, SHOP, Settings(), conversation())).wishes


@pytest.mark.parametrize(
    ("pieces", "wishes"),
    [
        (["where is A-1042", "when does B-2077 come"], 2),
        (["where is A-1042", "it is a-1042"], 0),
        (["where is my order", "it is A-1042"], 0),
    ],
)
def test_two_pieces_of_one_intent_are_two_wishes_when_they_are_about_two_things(pieces: list[str], wishes: int) -> None:
    segments = tuple(
        Segment(text, Candidate("order_status", SURE, "mature"), find_entities(text, SHOP), 0.01) for text in pieces
    )
    found = replace(detection(("order_status", SURE)), segments=segments)
    assert len(decided(", and ".join(pieces), found).wishes) == wishes


def test_a_piece_that_is_no_more_than_a_code_goes_on_with_the_wish_before_it() -> None:
    said = (("where is A-1042", "order_status"), ("and B-2077", "refund_policy"))
    segments = tuple(
        Segment(text, Candidate(name, SURE, "mature"), find_entities(text, SHOP), 0.01) for text, name in said
    )
    decision = decided("where is A-1042? and B-2077", replace(detection(("order_status", SURE)), segments=segments))
    assert [wish.candidate.intent for wish in decision.wishes] == ["order_status"] * 2


def test_a_list_is_answered_to_its_end_beside_another_wish_too() -> None:
    text = "refunds please and where are A-1042 and B-2077"
    said = (("refunds please", "refund_policy"), ("where are A-1042", "order_status"))
    segments = tuple(
        Segment(each, Candidate(name, SURE, "mature"), find_entities(each, SHOP), 0.01) for each, name in said
    )
    decision = decided(text, replace(detection(("refund_policy", SURE)), segments=segments))
    assert [wish.candidate.intent for wish in decision.wishes] == ["refund_policy", "order_status", "order_status"]
    assert numbers(decision) == ["A-1042", "B-2077"]


def test_a_piece_that_is_taken_back_in_the_same_breath_is_no_wish() -> None:
    said, text = ("where is A-1042", "I mean A-1043"), "where is A-1042? Sorry, I mean A-1043"
    segments = tuple(
        Segment(each, Candidate("order_status", SURE, "mature"), find_entities(each, SHOP, "en"), 0.01) for each in said
    )
    found = replace(detection(("order_status", SURE)), segments=segments, entities=find_entities(text, SHOP, "en"))
    decision = decide(Situation(text, found, SHOP, Settings(), conversation()))
    assert (decision.intent, decision.wishes) == ("order_status", ())


async def test_a_word_that_turns_up_twice_is_offered_and_not_acted_on_twice() -> None:
    pizza = Slot("pizza", "Which?", values=frozenset({"diavola", "funghi"}))
    shop = catalog(intent("order_pizza", "One {pizza}.", slots=[pizza]))
    said = ("I want a funghi", "the last time I ordered a diavola it was cold")
    segments = tuple(
        Segment(each, Candidate("order_pizza", SURE, "mature"), find_entities(each, shop), 0.01) for each in said
    )
    found = replace(detection(("order_pizza", SURE)), segments=segments)
    decision = decide(Situation(". ".join(said), found, shop, Settings(), conversation()))
    outcome = await outcome_of(decision, occasion(". ".join(said), shop=shop))
    assert texts(outcome) == ["One funghi.", TEXTS.later]
    assert [button.payload for button in outcome.parts[-1].buttons] == ['/order_pizza{"pizza":"diavola"}']


async def test_more_than_can_be_done_at_once_waits_behind_buttons_that_are_told_apart() -> None:
    codes = [f"A-{1000 + number}" for number in range(AT_ONCE + 2)]
    text = ", ".join(codes)
    actions = Actions(action_order_status=ActionResult((), ({"text": "On its way."},)))
    outcome = await outcome_of(decided(text), occasion(text), actions)
    assert texts(outcome) == ["On its way."] * AT_ONCE + [TEXTS.later]
    title = "You ask for an order"
    assert [(button.title, button.payload) for button in outcome.parts[-1].buttons] == [
        (f"{title} ({code})", f'/order_status{{"order_id":"{code}"}}') for code in codes[AT_ONCE:]
    ]
