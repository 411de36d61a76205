"""What the sample bot, with the real encoder, makes of sentences that are in none of its files."""

from __future__ import annotations

import pytest

from bot.catalog.catalog import Catalog
from bot.config import DecisionSettings
from bot.detectors.detector import LearnedDetector
from bot.situation import is_sure

RULE = DecisionSettings()


@pytest.fixture(scope="module")
def sample_detectors(learnt: tuple[Catalog, list[LearnedDetector]]) -> list[LearnedDetector]:
    return learnt[1]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("where is my parcel", "order_status"),
        ("my plate arrived smashed", "open_ticket"),
        ("i want a human", "talk_to_person"),
        ("hi there", "greet"),
        ("please change the address on my order", "change_address"),
        ("how long do i have to send something back", "return_item"),
    ],
)
def test_a_paraphrase_of_a_mature_intent_is_sure(
    sample_detectors: list[LearnedDetector], text: str, intent: str
) -> None:
    for detector in sample_detectors:
        best = detector.detect(text).candidates[0]
        assert (best.intent, best.detector) == (intent, "mature")
        assert best.confidence >= 0.8


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("please stop the monthly box", "cancel_subscription"),
        ("i want my account erased", "delete_account"),
        ("my voucher code does not work", "discount_code"),
        ("how do refunds work", "refund_policy"),
    ],
)
def test_a_description_is_enough_to_be_acted_on(
    sample_detectors: list[LearnedDetector], text: str, intent: str
) -> None:
    for detector in sample_detectors:
        detection = detector.detect(text)
        best = detection.candidates[0]
        assert (best.intent, best.detector) == (intent, "zero_shot")
        assert is_sure(best.confidence, detection.risk, RULE)


@pytest.mark.parametrize(
    "text", ["asdkjh qwe", "what is the capital of France", "book me a flight to Rome", "wo ist mein Paket", "123456"]
)
def test_what_no_intent_means_is_neither_acted_on_nor_asked_back(
    sample_detectors: list[LearnedDetector], text: str
) -> None:
    for detector in sample_detectors:
        detection = detector.detect(text)
        assert sum(candidate.confidence for candidate in detection.candidates[:3]) < RULE.clarify
        assert detection.out_of_scope > detection.candidates[0].confidence
