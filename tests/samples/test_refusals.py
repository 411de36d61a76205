"""The sample bot, with the real encoder, hears a "don't": the encoder itself takes both sides of these for the same."""

from __future__ import annotations

import pytest

from bot.catalog.catalog import Catalog
from bot.config import Settings
from bot.detectors.detector import LearnedDetector
from bot.live import Snapshot
from bot.running import parse


@pytest.fixture(scope="module")
def sample(learnt: tuple[Catalog, list[LearnedDetector]]) -> Snapshot:
    catalog, detectors = learnt
    return Snapshot(catalog, detectors[-1])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("don't cancel my order", "cancel_order"),
        ("please do not cancel my order", "cancel_order"),
        ("I'm not trying to cancel my order", "cancel_order"),
        ("I didn't ask to cancel my order", "cancel_order"),
        ("don't cancel my order, where is it", "cancel_order"),
        ("I don't want to return it", "return_item"),
        ("I do not need a person", "talk_to_person"),
        ("I don't want to talk to a person", "talk_to_person"),
        ("not a human please", "talk_to_person"),
        ("please don't delete my account", "delete_account"),
        ("don't change the address of my order", "change_address"),
        ("I don't want gift wrapping", "gift_wrapping"),
    ],
)
def test_what_is_refused_is_asked_about(sample: Snapshot, text: str, intent: str) -> None:
    parsed = parse(text, sample, Settings())
    assert (parsed.detection.candidates[0].intent, parsed.decision.kind) == (intent, "clarify")
    assert [choice.intent for choice in parsed.decision.alternatives] == [intent]
    assert "the message says not to" in parsed.decision.reason


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I don't know where my order is", "order_status"),
        ("my parcel did not arrive", "order_status"),
        ("where is A-1042? please don't cancel it", "order_status"),
        ("I don't want an agent, just tell me where my parcel is", "order_status"),
        ("I can't log in", "reset_password"),
        ("don't you ship to France?", "shipping_options"),
        ("why don't I see my refund", "refund_status"),
        ("I don't want your newsletter", "cancel_subscription"),
        ("I don't need my order please cancel it", "cancel_order"),
        ("I don't want my order any more, cancel it", "cancel_order"),
        ("I don't want the mug any more, I want to return it", "return_item"),
        ("don't forget to cancel my order", "cancel_order"),
        ("if I don't want to keep it can I return it", "return_item"),
        ("please don't send it to my old address", "change_address"),
        ("no longer needed", "never_mind"),
    ],
)
def test_a_not_that_belongs_to_the_intent_is_acted_on(sample: Snapshot, text: str, intent: str) -> None:
    decision = parse(text, sample, Settings()).decision
    assert (decision.kind, decision.intent) == ("act", intent)
