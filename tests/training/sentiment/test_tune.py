"""On the tiny base: sentences of some letters are good, of others bad."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import LABELS, SentimentHead
from bot.errors import RipenError
from bot.models.registry import active
from tests.training.tiny_bert import HIDDEN
from tests.training.tiny_bot import write_telling_base
from training.export.build import Recipe as BundleRecipe
from training.export.build import build_bundle

pytest.importorskip("peft")

from training.sentiment.forked import Fork, Remembered
from training.sentiment.making import Order, make_branch
from training.sentiment.tune import Progress, Recipe

pytestmark = pytest.mark.training

SIDES = {"negative": "abcd", "neutral": "klmn", "positive": "wxyz"}


def sentences(label: str, count: int, seed: int) -> list[str]:
    """Words of the letters of that side; all different, mostly."""
    chance = np.random.default_rng([seed, *label.encode()])
    words = ["".join(chance.choice(list(SIDES[label]), 4)) for _ in range(4 * count)]
    return [" ".join(words[at : at + chance.integers(1, 5)]) for at in range(0, 4 * count, 4)]


def write_rows(path: Path, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def write_data(folder: Path) -> Path:
    """All the sets, small."""
    sided = ("negative", "positive")
    for name, seed in (("train", 1), ("dev", 2), ("test", 3)):
        rows = [(text, label) for label in sided for text in sentences(label, 60, seed)]
        write_rows(folder / f"sentiment/sst2/{name}.csv", ("text", "sentiment"), list(rows))
    for name, seed in (("val", 4), ("test", 5)):
        rows = [(text, label) for label in LABELS for text in sentences(label, 60, seed)]
        write_rows(folder / f"sentiment/tweeteval/{name}.csv", ("text", "sentiment"), list(rows))
    rows = [(text, "joy") for text in sentences("positive", 10, 6)]
    write_rows(folder / "sentiment/tweeteval_emotion/train.csv", ("text", "emotion"), list(rows))
    means = {"negative": -2.4, "neutral": 0.1, "positive": 2.7}
    rated = [("tweets", text, means[label]) for label in LABELS for text in sentences(label, 60, 7)]
    write_rows(folder / "sentiment/human_rated/snippets.csv", ("source", "text", "mean_rating"), list(rated))
    requests = [(text, "ask") for text in sentences("neutral", 10, 8)]
    write_rows(folder / "intents/clinc150/train_10.csv", ("text", "intent"), list(requests))
    return folder


def order(tmp_path: Path, out: str, *, seed: int = 7, epochs: int = 12, test: bool = False) -> Order:
    recipe = Recipe(Fork(after=2, rank=4), epochs=epochs, batch=16, rate=1e-2, head_rate=1e-2, seed=seed)
    return Order(tmp_path / "data", recipe, tmp_path / out, str(tmp_path / "base"), held_tweets=0.3, test=test)


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    write_telling_base(tmp_path / "base")
    write_data(tmp_path / "data")
    return tmp_path


@pytest.mark.filterwarnings("ignore::FutureWarning")  # what peft and transformers say to each other
def test_a_branch_is_tuned_calibrated_measured_and_served(prepared: Path) -> None:
    told: list[Progress] = []
    figures = make_branch(order(prepared, "made", test=True), told.append)
    assert told[-1].done == told[-1].total
    assert told[-1].loss < told[0].loss
    assert figures["sst2_dev_accuracy"] > 0.9
    assert figures["sst2_test_accuracy"] > 0.9
    assert figures["tweeteval_val_macro_recall"] > 0.8
    assert figures["tweeteval_test_macro_recall"] > 0.8
    assert figures["human_rated_correlation"] > 0.9
    assert figures["human_rated_calibration_error"] < 0.2
    head = SentimentHead.load(prepared / "made" / "sentiment.safetensors")
    assert head.made_of["data_sets"].startswith("sst2, tweeteval")
    recipe = BundleRecipe(
        base=str(prepared / "base"), sentiment=prepared / "made" / "sentiment.safetensors", without=("arbiter",)
    )
    build_bundle(recipe, prepared / "models")
    encoder = OnnxEncoder.from_bundle(active(prepared / "models"))
    assert encoder.widths.feeling == HIDDEN
    bad, good = encoder.encode_fully(["dcba abcd cabd", "wxyz zyxw wwzz"]).feeling
    assert head.read(bad).valence < -0.2 < 0.2 < head.read(good).valence


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_equal_seeds_give_equal_files(prepared: Path) -> None:
    for name, seed in (("one", 7), ("same", 7), ("other", 8)):
        make_branch(order(prepared, name, seed=seed, epochs=2), lambda _: None)
    one, same, other = (
        (prepared / name / "feeling/adapter_model.safetensors").read_bytes() for name in ("one", "same", "other")
    )
    assert one == same
    assert one != other


def test_nothing_is_written_when_a_set_is_missing(tmp_path: Path) -> None:
    write_telling_base(tmp_path / "base")
    with pytest.raises(RipenError, match="--data names the folder"):
        make_branch(order(tmp_path, "made"), lambda _: None)
    assert not (tmp_path / "made").exists()


def test_states_are_kept_without_padding_and_come_back_with_it() -> None:
    import torch

    kept = Remembered(np.array([2, 5, 1, 3]), 8)
    states = torch.arange(4 * 5 * 8).reshape(4, 5, 8).remainder(100).float()
    kept.put(np.arange(4), states)
    taken, mask = kept.take(np.array([3, 0]))
    assert taken.shape == (2, 3, 8)
    assert mask.tolist() == [[True, True, True], [True, True, False]]
    assert torch.equal(taken[0], states[3, :3])
    assert torch.equal(taken[1, :2], states[0, :2])
    assert not taken[1, 2].any()
    assert [rows.tolist() for rows in kept.alike(np.arange(4), 3)] == [[2, 0, 3], [1]]
