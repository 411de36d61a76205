from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.wording import in_users_words


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("The customer wants to stop paying for a subscription.", "You want to stop paying for a subscription"),
        (
            "The customer asks where an order is or when it will arrive.",
            "You ask where an order is or when it will arrive",
        ),
        ("A user has forgotten their password.", "You have forgotten your password"),
        ("The caller wishes to change their own address.", "You wish to change your own address"),
        ("The customer tries  to\n log in", "You try to log in"),
        ("The customer is angry.", "You are angry"),
        (
            "The customer asks when parcels leave and when they arrive.",
            "You ask when parcels leave and when they arrive",
        ),
        ("User asks for a refund", "You ask for a refund"),
        ("when someone wants to change their plan", "You want to change your plan"),
        ("If a customer can't log in", "You can't log in"),
        ("Users who want to cancel", "You want to cancel"),
        ("A customer who lost his card", "You lost your card"),
        ("Wants to talk to a human", "You want to talk to a human"),
        ("The user doesn't know how to log in", "You don't know how to log in"),
        ("The customer hasn’t received it", "You haven't received it"),
        ("The customer no longer wants an order", "You no longer want an order"),
        ("The customer accidentally ordered twice", "You accidentally ordered twice"),
        ("The customer lost a card or wants a new one.", "You lost a card or want a new one"),
        ("The customer says that she was charged twice", "You say that you were charged twice"),
        ("The user's account is locked", "Your account is locked"),
        ("The customer needs orders and requests sent on", "You need orders and requests sent on"),
        ("User interface questions", "User interface questions"),
        ("Student loans and employee benefits", "Student loans and employee benefits"),
        ("The customer service was bad", "The customer service was bad"),
        ("Someone's parcel is late", "Your parcel is late"),
        ("Customer's order is late", "Your order is late"),
        ("Users can't sign in", "You can't sign in"),
        ("Needs", "Needs"),
        ("Cancel a subscription.", "Cancel a subscription"),
        ("The customers' cards are lost.", "The customers' cards are lost"),
    ],
)
def test_descriptions_are_put_to_the_user(description: str, words: str) -> None:
    assert in_users_words(description) == words


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Der Kunde möchte kündigen.", "Sie möchten kündigen"),
        ("Der Patient fragt, wann die Praxis geöffnet hat.", "Sie fragen, wann die Praxis geöffnet hat"),
        (
            "Die Kundin hat ihre Karte verloren und braucht eine neue.",
            "Sie haben Ihre Karte verloren und brauchen eine neue",
        ),
        (
            "Der Kunde möchte seinen Vertrag und seine Adresse ändern.",
            "Sie möchten Ihren Vertrag und Ihre Adresse ändern",
        ),
        ("Ein Nutzer meldet eine Störung.", "Sie melden eine Störung"),
        ("Der Kunde beschwert sich.", "Sie beschweren sich"),
        ("Der Nutzer fordert Ersatz oder ändert etwas.", "Sie fordern Ersatz oder ändern etwas"),
        ("Der Gast reserviert einen Tisch.", "Sie reservieren einen Tisch"),
        ("Der Kunde will wissen, ob er zurückgeben kann.", "Der Kunde will wissen, ob er zurückgeben kann"),
        ("Der Kunde im Laden fragt etwas.", "Der Kunde im Laden fragt etwas"),
        ("Der Kunde läuft weg.", "Der Kunde läuft weg"),
        ("Die Kundin fragt, ob sie umtauschen kann.", "Die Kundin fragt, ob sie umtauschen kann"),
        ("Der Kundendienst war schlecht.", "Der Kundendienst war schlecht"),
        ("Le client veut louer un vélo.", "Vous voulez louer un vélo"),
        ("L'utilisateur a perdu son mot de passe.", "Vous avez perdu votre mot de passe"),
        ("La cliente demande ses factures et veut payer.", "Vous demandez vos factures et voulez payer"),
        ("Le client n'a pas reçu sa commande.", "Vous n'avez pas reçu votre commande"),
        ("Le client se plaint.", "Vous vous plaignez"),
        ("Le client ne trouve pas son numéro.", "Vous ne trouvez pas votre numéro"),
        ("Le patient préfère un autre jour.", "Vous préférez un autre jour"),
        ("Le client demande quand il sera livré.", "Le client demande quand il sera livré"),
        ("Le client du magasin est là.", "Le client du magasin est là"),
        ("El ciudadano quiere pagar su multa.", "Quiere pagar su multa"),
        ("La usuaria no puede entrar.", "No puede entrar"),
        ("El cliente de la tienda espera.", "El cliente de la tienda espera"),
        ("El cliente", "El cliente"),
    ],
)
def test_descriptions_are_put_to_the_user_politely_in_other_languages(description: str, words: str) -> None:
    assert in_users_words(description) == words


@given(st.text(max_size=80))
def test_no_description_breaks_it(description: str) -> None:
    for subject in ("", "Der Kunde ", "Le client ", "El cliente "):
        in_users_words(subject + description)
