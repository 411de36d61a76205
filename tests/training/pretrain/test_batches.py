from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from bot.detectors.base import Embeddings
from training.pretrain.batches import Batch, BatchShape, draw_batches
from training.pretrain.corpus import PHRASINGS, WRITTEN, Corpus, TaughtIntent

DOMAINS, EACH = 5, 8
SHAPE = BatchShape(intents=8, utterances=3)


@pytest.fixture
def corpus() -> Corpus:
    """One set of five domains of eight intents, and one of four intents that share two names."""
    large = [
        TaughtIntent(f"domain {d} intent {i}", "", tuple(f"{d}/{i}/{n}" for n in range(6)))
        for d in range(DOMAINS)
        for i in range(EACH)
    ]
    small = [
        TaughtIntent(name, f"{name} of {service}", tuple(f"small/{name}/{service}/{n}" for n in range(6)))
        for name in ("find", "book")
        for service in ("bus", "taxi")
    ]
    return {"large": large, "small": small}


def embed(corpus: Corpus) -> dict[str, Embeddings]:
    """Texts of a domain lie close together."""
    chance = np.random.default_rng(3)
    vectors = {}
    for place, intents in enumerate(corpus.values()):
        for index, intent in enumerate(intents):
            centre = np.zeros(12, np.float32)
            centre[place * DOMAINS + index // EACH] = 1
            for text in (intent.name, *intent.utterances):
                vectors[text] = (centre + chance.normal(0, 0.1, 12)).astype(np.float32)
    return vectors


def draw(corpus: Corpus, count: int, seed: int = 1) -> list[Batch]:
    return list(islice(draw_batches(corpus, embed(corpus), SHAPE, np.random.default_rng(seed)), count))


def test_a_batch_holds_siblings_of_one_set(corpus: Corpus) -> None:
    for batch in draw(corpus, 40):
        assert len({text.startswith("small") for text in batch.utterances}) == 1
        assert np.bincount(batch.owners).tolist() == [3] * len(batch.cards)
        assert len(set(batch.utterances)) == len(batch.utterances)


def test_half_of_a_batch_is_of_one_neighbourhood(corpus: Corpus) -> None:
    large = [batch for batch in draw(corpus, 60) if not batch.utterances[0].startswith("small")]
    most = [max(np.bincount([int(text[0]) for text in batch.utterances])) / len(batch.utterances) for batch in large]
    assert np.mean(most) >= 0.5
    assert {text[0] for batch in large for text in batch.utterances} == set("01234")


def test_intents_that_read_alike_never_meet(corpus: Corpus) -> None:
    small = [batch for batch in draw(corpus, 60) if batch.utterances[0].startswith("small")]
    assert small
    for batch in small:
        assert sorted({text.split("/")[1] for text in batch.utterances}) == ["book", "find"]
        assert len(batch.cards) == 2


def test_cards_are_phrased_in_many_ways(corpus: Corpus) -> None:
    cards = {card for batch in draw(corpus, 200) if batch.utterances[0].startswith("small") for card in batch.cards}
    names, descriptions = {"find", "book"}, {"find of bus", "find of taxi", "book of bus", "book of taxi"}
    templates = {phrasing.format(name) for phrasing in PHRASINGS for name in names}
    assert cards <= names | descriptions | templates
    assert all(cards & some for some in (names, descriptions, templates))


def test_the_seed_decides(corpus: Corpus) -> None:
    first, again, other = draw(corpus, 5), draw(corpus, 5), draw(corpus, 5, seed=2)
    assert [batch.utterances for batch in first] == [batch.utterances for batch in again]
    assert [batch.utterances for batch in first] != [batch.utterances for batch in other]


def test_most_batches_are_of_our_own_intents_and_half_of_one_desk(corpus: Corpus) -> None:
    desks = [
        TaughtIntent(f"{desk} {i}", "", tuple(f"own/{desk}/{i}/{n}" for n in range(4)), desk)
        for desk in ("shop", "clinic", "airline")
        for i in range(6)
    ]
    vectors = {text: np.ones(12, np.float32) for intent in desks for text in (intent.name, *intent.utterances)}
    drawn = list(
        islice(
            draw_batches(
                {**corpus, WRITTEN: desks}, {**embed(corpus), **vectors}, BatchShape(6, 2), np.random.default_rng(4)
            ),
            300,
        )
    )
    own = [batch for batch in drawn if batch.utterances[0].startswith("own")]
    assert 0.5 < len(own) / len(drawn) < 0.7
    for batch in own:
        desks_met = [text.split("/")[1] for text in batch.utterances]
        assert max(desks_met.count(desk) for desk in set(desks_met)) * 2 >= len(desks_met)
