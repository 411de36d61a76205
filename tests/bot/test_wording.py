from __future__ import annotations

import pytest

from bot.wording import in_users_words


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
        ("Cancel a subscription.", "Cancel a subscription"),
        ("Der Kunde möchte kündigen.", "Der Kunde möchte kündigen"),
        ("The customers' cards are lost.", "The customers' cards are lost"),
    ],
)
def test_descriptions_are_put_to_the_user(description: str, words: str) -> None:
    assert in_users_words(description) == words
