from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.detectors.exemplars import Exemplars
from bot.detectors.mature import Mature
from bot.detectors.zero_shot import ZeroShot
from tests.standins.encoder import WordEncoder
from training.arbiter.prior import fit_prior
from training.arbiter.public import nonsense, read_public
from training.arbiter.simulation import simulate

VERBS = (
    "find",
    "send",
    "show",
    "bring",
    "check",
    "fetch",
    "seek",
    "need",
    "want",
    "get",
    "hide",
    "lift",
    "keep",
    "lend",
)
SETS = {
    "hwu64": ("red", "blue", "green", "black", "white", "brown", "grey", "pink"),
    "snips": ("oak", "ash", "elm", "yew", "fir", "pine", "lime", "beech"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, intents in SETS.items():
        folder = tmp_path / "intents" / name
        folder.mkdir(parents=True)
        rows = [f"{verb} the {intent},{intent}" for intent in intents for verb in VERBS]
        (folder / "train.csv").write_text("\n".join(["text,intent", *rows]), encoding="utf-8")
        (folder / "valid.csv").write_text("text,intent\n", encoding="utf-8")
        (folder / "test.csv").write_text("this file, must not be read\n", encoding="utf-8")
    return tmp_path


def test_a_prior_fitted_on_public_sets_tells_known_from_unknown(data: Path) -> None:
    encoder = WordEncoder()
    prior = fit_prior(data, encoder, list(SETS), bots=12)
    known = read_public(data, encoder, ["snips"], np.random.default_rng(0)).sets["snips"]
    head = Mature.train(Exemplars.gather(known[:6], encoder.widths))
    cards = ZeroShot.beside(head, Exemplars.gather([], encoder.widths))
    messages = encoder.encode_fully([f"do {VERBS[0]} the {known[0].name}", "qwe asd yxc"])
    familiar, strange = prior.arbiter.decide(head.read(messages), cards.read(messages.meaning))
    assert familiar[0] > 0.8
    assert strange[-1] > 0.5


def test_the_same_seed_gives_the_same_prior(data: Path) -> None:
    first, second = (fit_prior(data, WordEncoder(), list(SETS), bots=3) for _ in range(2))
    assert np.array_equal(first.arbiter.weights, second.arbiter.weights)
    assert first.made_of == second.made_of
    assert first.data_sets == tuple(SETS)


def test_bots_come_in_all_sizes_and_mixtures(data: Path) -> None:
    generator = np.random.default_rng(3)
    public = read_public(data, WordEncoder(), list(SETS), generator)
    every = list(simulate(public, 30, generator))
    assert {frozenset(part.sides.tolist()) for part in every} >= {
        frozenset({0, 2}),
        frozenset({1, 2}),
        frozenset({0, 1, 2}),
    }
    sizes = {round(float(np.exp(part.context[0, 1]))) for part in every if part.context[0, 0]}
    assert min(sizes) == 1
    assert max(sizes) >= 5


def test_nonsense_is_never_empty() -> None:
    assert all(text.strip() for text in nonsense(100, np.random.default_rng(0)))
