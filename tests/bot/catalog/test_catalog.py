from __future__ import annotations

from dataclasses import replace

import pytest

from bot.catalog.catalog import read_name
from tests.builders import intent


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cancel_order", "cancel order"),
        ("cancelOrder", "cancel order"),
        ("CancelOrder", "cancel order"),
        ("GetPDFInvoice", "get pdf invoice"),
        ("faq/opening-hours", "faq opening hours"),
        ("order2", "order2"),
        ("__", ""),
    ],
)
def test_a_name_reads_as_it_is_said(name: str, words: str) -> None:
    assert read_name(name) == words


@pytest.mark.parametrize("description", ["", "cancel order", "Cancel order.", "cancel_order"])
def test_a_description_that_repeats_the_name_says_nothing(description: str) -> None:
    assert not replace(intent("cancel_order"), description=description).is_described


def test_a_description_that_says_more_is_one() -> None:
    assert intent("cancel_order", description="The user wants to stop an order.").is_described
