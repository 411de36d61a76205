"""Who asks about a question of the bot is heard, in four languages, and helped where the slot has help."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Slot
from bot.config import Settings
from bot.conversations.conversation import Conversation
from bot.decision import decide
from bot.language.asking_back import ASKING_BACK, ASKING_WHAT_THERE_IS
from bot.language.phrases import PHRASES
from bot.language.short_answers import asks_about, asks_what_there_is
from bot.messages import Decision, Detection, Requested
from bot.open_question import ASKS
from bot.situation import Situation
from bot.slots import find_entities
from tests.bot.dispatching import TEXTS, occasion, outcome_of, texts
from tests.builders import ADDRESS, ORDER_ID, catalog, conversation, detection, intent, turn

CODE = re.compile(r"[A-Z]-\d{4}")
ORDERS = {
    "en": Slot("order_id", "Which order is it? The number looks like A-1042.", CODE),
    "de": Slot("bestellung", "Welche ist es? Die Bestellnummer steht in der Bestätigung.", CODE),
    "fr": Slot("commande", "Quel est le numéro de commande ?", CODE),
    "es": Slot("pedido", "¿Cuál es el número de pedido?", CODE),
}
BACK = {
    "en": [
        *("how do I find the number?", "where is that written?", "what is that?", "which number?", "What do you mean?"),
        *(
            "where can I find it",
            "where do I find my order number",
            "what's an order number?",
            "where exactly?",
            "what?",
        ),
        *("why do you need that", "I don't understand the question", "I don't know where to find it", "which one?"),
        *("what does it look like", "ok, and where would I find that?", "where's that printed", "what should I enter"),
        *("why do you want to know that?", "what do you need it for?"),
    ],
    "de": [
        *("wo finde ich die Nummer?", "Wo steht das?", "was ist das", "Welche Nummer?", "was meinen Sie", "wie bitte?"),
        *("wo finde ich die", "wozu brauchen Sie das", "verstehe nicht"),
        "warum wollen Sie das wissen?",
    ],
    "fr": [
        "où est le numéro ?",
        "c'est quoi ?",
        "quel numéro ?",
        "comment trouver le numéro",
        "je ne comprends pas",
        "pourquoi voulez-vous savoir ça ?",
    ],
    "es": [
        "¿dónde está el número?",
        "¿qué es eso?",
        "¿qué número?",
        "¿dónde lo encuentro?",
        "no entiendo",
        "¿para qué quiere saberlo?",
    ],
}
NOT_BACK = {
    "en": [
        *(
            "A-1042",
            "where is my parcel",
            "how do I cancel",
            "what does delivery cost",
            "which card can I use",
            "no idea",
        ),
        *(
            "I don't have it",
            "what about my refund",
            "how long does it take",
            "why is my parcel late",
            "where are you",
            "",
        ),
    ],
    "de": ["wo ist mein Paket", "wie kann ich stornieren", "was kostet der Versand", "A-1042"],
    "fr": ["où est mon colis", "comment annuler", "quel est le prix"],
    "es": ["dónde está mi paquete", "cómo cancelo", "cuánto cuesta el envío"],
}
HELPED = replace(ORDER_ID, help="It is in your confirmation email.")
NOTE = Slot("note", ask="Anything for the driver?", help="He reads it at the door.")
SHOP = catalog(
    intent("order_status", action="action_order_status", slots=[HELPED]),
    intent("change_address", action="action_change_address", slots=[ORDER_ID, ADDRESS]),
    intent("deliver", slots=[NOTE]),
    intent("other", "Yes?", examples=["What is that?"]),
)
WAITING = Requested("order_status", "order_id")
EXPLAINED = Decision("act", "order_status", 1.0, "the user asks", explains="order_id")


def each(said: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, all_said in said.items() for text in all_said]


@pytest.mark.parametrize(("language", "text"), each(BACK))
def test_who_asks_about_the_question_is_heard(language: str, text: str) -> None:
    assert asks_about(text, ORDERS[language], language)


@pytest.mark.parametrize(("language", "text"), each(NOT_BACK))
def test_who_asks_about_something_else_does_not_ask_about_the_question(language: str, text: str) -> None:
    assert not asks_about(text, ORDERS[language], language)


@given(st.text(max_size=60), st.sampled_from(sorted(ASKING_BACK)))
def test_survives_any_text(text: str, language: str) -> None:
    asks_about(text, ADDRESS, language)


def test_every_language_has_a_table_and_no_message_takes_long() -> None:
    assert PHRASES.keys() == ASKING_BACK.keys()
    assert not asks_about("what?", ADDRESS, "pl")
    start = time.process_time()
    for text in ("sorry " * 14, "where is the" + " my" * 10, "what is the " * 4, "a " * 20_000):
        for language in ASKING_BACK:
            asks_about(text, ORDERS[language], language)
    assert time.process_time() - start < 1


def decided(text: str, *before: Decision | None, on: Requested = WAITING, found: Detection | None = None) -> Decision:
    found = replace(found or detection(("other", 0.2)), entities=find_entities(text, SHOP))
    return decide(Situation(text, found, SHOP, Settings(), waiting(*before, on=on)))


def waiting(*before: Decision | None, on: Requested = WAITING) -> Conversation:
    return conversation(*(turn(decision=each, requested=on) for each in before), requested=on)


def test_a_question_back_is_no_answer_whether_there_is_help_or_not() -> None:
    decision = decided("how do I find it?", None)
    assert (decision.kind, decision.intent, decision.explains) == ("act", "order_status", "order_id")
    helpless = Requested("change_address", "order_id")
    assert decided("how do I find it?", None, on=helpless).explains == "order_id"
    assert decided("I don't know where to find it", None, on=helpless).without == "order_id"
    assert decided("what is that?", None, on=Requested("deliver", "note")).explains == "note"


def test_the_value_beside_a_question_back_is_the_answer() -> None:
    assert decided("which number? A-1042", None).explains is None


def test_the_wish_said_again_and_the_example_of_another_intent_are_no_questions_back() -> None:
    assert decided("which order", None, found=detection(("order_status", 0.9))).explains is None
    assert decided("what is that", None, found=detection(("other", 0.9))).intent == "other"
    assert decided("where is that", None, found=detection(("other", 0.9))).explains == "order_id"


def test_who_was_helped_in_vain_cannot_answer() -> None:
    lost = "I don't know where to find it"
    assert decided(lost, None).explains == "order_id"
    assert decided(lost, None, EXPLAINED).without == "order_id"
    assert decided("what is that", *[None] * ASKS).explains is None


async def test_help_is_said_before_the_question() -> None:
    outcome = await outcome_of(EXPLAINED, occasion("where is it", waiting(None), shop=SHOP))
    assert texts(outcome) == [HELPED.help, HELPED.ask]
    assert outcome.requested == WAITING


async def test_a_free_text_slot_does_not_take_the_question_back_for_its_value() -> None:
    on = Requested("deliver", "note")
    decision = decided("what is that?", None, on=on)
    outcome = await outcome_of(decision, occasion("what is that?", waiting(None, on=on), shop=SHOP))
    assert (texts(outcome), outcome.events, outcome.requested) == ([NOTE.help, NOTE.ask], (), on)


async def test_without_help_the_bot_says_so_and_asks_again() -> None:
    less = catalog(intent("order_status", slots=[ORDER_ID]))
    outcome = await outcome_of(EXPLAINED, occasion("where is it", waiting(None), shop=less))
    assert texts(outcome) == [TEXTS.no_help, ORDER_ID.ask]
    assert outcome.requested == WAITING
    gone = catalog(intent("order_status", "It is on its way."))
    answered = await outcome_of(EXPLAINED, occasion("where is it", waiting(None), shop=gone))
    assert texts(answered) == ["It is on its way."]


async def test_a_free_text_slot_without_help_does_not_take_the_question_back_either() -> None:
    shop = catalog(intent("deliver", slots=[replace(NOTE, help=None)]))
    on = Requested("deliver", "note")
    found = replace(detection(("deliver", 0.2)), entities=())
    decision = decide(Situation("why do you need that?", found, shop, Settings(), waiting(None, on=on)))
    outcome = await outcome_of(decision, occasion("why do you need that?", waiting(None, on=on), shop=shop))
    assert (texts(outcome), outcome.events, outcome.requested) == ([TEXTS.no_help, NOTE.ask], (), on)


async def test_help_comes_unasked_after_two_answers_that_were_none() -> None:
    missing = Decision("act", "order_status", 0.2, "order_id is still missing")
    said = list[list[str | None]]()
    for talk in (waiting(None), waiting(None, missing), waiting(None, EXPLAINED)):
        said.append(texts(await outcome_of(missing, occasion("the blue one", talk, shop=SHOP))))
    assert said == [
        [f"{TEXTS.not_an_answer} {HELPED.ask}"],
        [f"{TEXTS.not_an_answer} {HELPED.help}", HELPED.ask],
        [f"{TEXTS.not_an_answer} {HELPED.ask}"],
    ]


ROLES = {
    "en": Slot("role", "Which role?"),
    "de": Slot("rolle", "Welche Rolle?"),
    "fr": Slot("role", "Quel rôle ?"),
    "es": Slot("categoria", "¿Qué categoría?"),
}
WHAT_THERE_IS = {
    "en": [
        "what roles are there?", "hmm what do you recommend", "what are my options", "which role do you have",
        "what else?", "what can I choose from", "what's the difference?", "which one is best", "any recommendations?",
    ],
    "de": ["welche Rollen gibt es?", "was gibt es denn da", "was können Sie empfehlen", "was empfehlen Sie mir?",
           "was ist der Unterschied", "und was kann ich wählen?"],
    "fr": ["quels rôles avez-vous ?", "vous avez quoi", "vous me conseillez quoi ?", "quelle est la différence",
           "qu'est-ce que vous recommandez"],
    "es": ["¿qué categorías hay?", "qué me recomienda", "¿cuál es la diferencia?", "qué opciones hay", "¿y qué hay?"],
}  # fmt: skip
NO_SUCH_QUESTION = {
    "en": ["what refunds are there?", "what about my order", "editor, what else", "admin"],
    "de": ["welche Zimmer gibt es?", "was gibt es Neues", "Redakteur"],
    "fr": ["quels vélos avez-vous ?", "éditeur"],
    "es": ["¿qué pizzas hay?", "editor"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), each(WHAT_THERE_IS))
def test_who_asks_what_there_is_to_choose_from_is_heard(language: str, text: str) -> None:
    assert asks_what_there_is(text, ROLES[language], language)


@pytest.mark.parametrize(("language", "text"), each(NO_SUCH_QUESTION))
def test_who_asks_what_else_there_is_asks_for_something_else(language: str, text: str) -> None:
    assert not asks_what_there_is(text, ROLES[language], language)


def test_what_there_is_to_choose_from_is_no_answer_unless_another_intent_is_sure_of_it() -> None:
    on = Requested("deliver", "note")
    assert decided("what do you recommend?", None, on=on).explains == "note"
    menu = replace(detection(("other", 0.95)), entities=())
    asked = decide(Situation("what do you recommend?", menu, SHOP, Settings(), waiting(None, on=on)))
    assert (asked.intent, asked.explains) == ("other", None)
    assert PHRASES.keys() == ASKING_WHAT_THERE_IS.keys()
