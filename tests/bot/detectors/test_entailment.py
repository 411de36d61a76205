"""How pairs are cut and padded; the model itself is held to transformers in tests/training/export."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers.processors import TemplateProcessing

from bot.detectors.entailment import Feed, OnnxEntailment, PairTokenizer
from bot.errors import BundleMissing
from bot.models.registry import active
from tests.training.tiny_bert import make_tokenizer

MOST, PAD = 16, 0


def make_pairs() -> PairTokenizer:
    tokenizer = make_tokenizer()
    special = [("[CLS]", 2), ("[SEP]", 3)]
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=special
    )
    return PairTokenizer(tokenizer, MOST, PAD)


PAIRS = make_pairs()


def lengths(feed: Feed) -> list[int]:
    return [int(row.sum()) for row in feed["attention_mask"]]


def test_pairs_of_several_lengths_stand_in_one_batch() -> None:
    feed = PAIRS.encode("a b", ("c", "c d e"))
    assert lengths(feed) == [6, 8]
    assert feed["input_ids"][0, 6:].tolist() == [PAD, PAD]
    assert feed["token_type_ids"].tolist() == [[0, 0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]]


def test_of_a_long_pair_the_message_is_cut() -> None:
    long, short = PAIRS.encode("a " * 40, ("c d e",)), PAIRS.encode("a " * 10, ("c d e",))
    assert lengths(long) == [MOST]
    assert long["input_ids"].tolist() == short["input_ids"].tolist()
    assert long["token_type_ids"].sum() == 4


@pytest.mark.parametrize("message", ["", "a", "a " * 40])
def test_a_hypothesis_that_leaves_no_room_is_cut_itself(message: str) -> None:
    feed = PAIRS.encode(message, ("c " * 40, "c"))
    assert lengths(feed)[0] == MOST
    assert lengths(feed)[1] <= MOST


@settings(max_examples=60)
@given(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(st.text(st.characters(exclude_categories=()), max_size=60), min_size=1, max_size=4),
)
def test_no_text_breaks_it(message: str, hypotheses: list[str]) -> None:
    feed = PAIRS.encode(message, hypotheses)
    assert {array.shape for array in feed.values()} == {(len(hypotheses), max(lengths(feed)))}
    assert max(lengths(feed)) <= MOST


def test_a_bundle_without_a_model_says_how_to_get_one(models: Path) -> None:
    with pytest.raises(BundleMissing, match=r"some/nli \(zero_shot\.model\).*no NLI model.*ripen bundle build") as said:
        OnnxEntailment.from_bundle(active(models), "some/nli")
    assert "pip install 'ripen-bot[train]'" in str(said.value)
    assert "\n" not in str(said.value)
