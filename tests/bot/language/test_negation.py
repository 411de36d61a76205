"""What is refused, and whether it is what the intent does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.catalog import Intent
from bot.language.grammars import GRAMMARS
from bot.language.negation import says_not_to
from tests.builders import intent

CANCEL = intent(
    "cancel_order",
    description="The customer wants to cancel an order that was just placed.",
    examples=["stop my order", "please don't send it", "I don't want the lamp any more"],
)
RETURN = intent("return_item", description="The customer wants to return something or send it back.")
PERSON = intent("talk_to_person", description="The customer wants to talk to a person.", examples=["get me an agent"])
TICKET = intent("open_ticket", description="The customer complains, or something arrived broken.")
NEXT_SONG = intent("next_song", description="The user wants to hear the next song.")
ADDRESS = intent("change_address", description="The customer wants an order delivered to a different address.")
PIZZA = intent("order_pizza", description="The customer wants a pizza.", examples=["one with onions"])


@pytest.mark.parametrize(
    ("text", "meant", "words"),
    [
        ("don't cancel my order", CANCEL, "don't cancel"),
        ("please don't stop it", CANCEL, "don't stop"),
        ("I don't want my order cancelled", CANCEL, "don't want ... cancelled"),
        ("please don't cancel my order, I need my order", CANCEL, "don't cancel"),
        ("I don't want to return it", RETURN, "don't want to return"),
        ("no, don't send it back", RETURN, "don't ... back"),
        ("I do not need a person", PERSON, "don't want person"),
        ("please do not hand me to an agent", PERSON, "don't ... agent"),
        ("no need to open a ticket", TICKET, "no need to open"),
        ("don't change the address", ADDRESS, "don't change"),
        ("I don’t want to return it", RETURN, "don't want to return"),
        ("ｄｏｎ＇ｔ　ｃａｎｃｅｌ　ｍｙ　ｏｒｄｅｒ", CANCEL, "don't cancel"),
    ],
)
def test_refuses_what_the_intent_does(text: str, meant: Intent, words: str) -> None:
    assert says_not_to(text, meant, "en") == words


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cancel my order", CANCEL),
        ("I don't want the order any more", CANCEL),  # of an intent that ends something, the thing may be refused
        ("I don't need my order please cancel it", CANCEL),
        ("I don't want to cancel everything, just cancel the lamp", CANCEL),
        ("please don't send the lamp", CANCEL),  # as in its examples
        ("I don't want it any more, send it back", RETURN),
        ("I don't want a broken plate", TICKET),
        ("I don't want this song, play the next", NEXT_SONG),
        ("please don't deliver it to my old address", ADDRESS),
        ("a pizza, I don't want onions", PIZZA),  # a detail of what is asked for
        ("a pizza, and don't put onions on it", PIZZA),
        ("don't sing", PERSON),  # refuses something else
    ],
)
def test_does_not_refuse_what_the_intent_does(text: str, meant: Intent) -> None:
    assert says_not_to(text, meant, "en") is None


def test_an_author_who_writes_the_refusal_as_an_example_means_it() -> None:
    described = intent("mails", description="The customer has a question about our newsletter.")
    assert says_not_to("I don't want your newsletter", described, "en") == "don't want newsletter"
    taught = intent(
        "mails", description=described.description, examples=["I don't want your newsletter", "a newsletter?"]
    )
    assert says_not_to("we really do not want your newsletter", taught, "en") is None
    unsubscribe = intent("unsubscribe", description="The customer wants to unsubscribe from the newsletter.")
    assert says_not_to("I don't want your newsletter", unsubscribe, "en") is None
    assert says_not_to("I don't want to unsubscribe", unsubscribe, "en") == "don't want to unsubscribe"


STORNIEREN = intent("bestellung_stornieren", description="Der Kunde möchte eine Bestellung stornieren.")
MENSCH = intent("mensch", description="Der Kunde möchte mit einem Menschen sprechen.")
ZAHLUNG = intent("zahlung", description="Der Kunde konnte seine Zahlung nicht machen.")
ANNULER = intent("annuler_commande", description="Le client veut annuler une commande.")
CONSEILLER = intent("conseiller", description="Le client veut parler à un conseiller.")
CANCELAR = intent("cancelar_pedido", description="El cliente quiere cancelar un pedido.")
PERSONA = intent("persona", description="El cliente quiere hablar con una persona.")


@pytest.mark.parametrize(
    ("language", "text", "meant", "refused"),
    [
        ("de", "Ich möchte meine Bestellung nicht stornieren", STORNIEREN, True),
        ("de-AT", "bitte nicht stornieren", STORNIEREN, True),
        ("de", "ich brauche die Bestellung nicht mehr", STORNIEREN, False),
        ("de", "ich will nicht länger warten, bitte stornieren", STORNIEREN, False),
        ("de", "Ich brauche keinen Menschen", MENSCH, True),
        ("de", "meine Zahlung funktioniert nicht", ZAHLUNG, False),
        ("fr", "N’annulez pas ma commande", ANNULER, True),
        ("fr", "je ne veux pas annuler", ANNULER, True),
        ("fr", "je ne veux plus de cette commande", ANNULER, False),
        ("fr", "je n'ai pas besoin d'un conseiller", CONSEILLER, True),
        ("es", "no quiero cancelar mi pedido", CANCELAR, True),
        ("es", "no hace falta que cancelen el pedido", CANCELAR, True),
        ("es", "ya no quiero el pedido", CANCELAR, False),
        ("es", "no necesito una persona", PERSONA, True),
        ("es", "no llega mi pedido", CANCELAR, False),
        ("pl", "don't cancel my order", CANCEL, False),  # a language without a grammar is not guessed at
    ],
)
def test_other_languages(language: str, text: str, meant: Intent, refused: bool) -> None:
    assert (says_not_to(text, meant, language) is not None) == refused


@given(st.text(max_size=100), st.text(max_size=30), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_will_do(text: str, description: str, examples: list[str]) -> None:
    for language in GRAMMARS:
        assert says_not_to(text, intent("a", description=description, examples=examples), language) != ""
