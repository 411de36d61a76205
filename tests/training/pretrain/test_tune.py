from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bot.detectors.encoder import OnnxEncoder  # noqa: E402 - after torch is known to be there
from tests.training.tiny_bert import write_base  # noqa: E402
from training.export.build import Recipe, build_bundle  # noqa: E402
from training.export.weights import find_base  # noqa: E402
from training.pretrain.batches import BatchShape  # noqa: E402
from training.pretrain.corpus import Corpus, TaughtIntent  # noqa: E402
from training.pretrain.tune import Progress, TuningRecipe, tune  # noqa: E402
from training.tuning.tuned_encoder import TunedEncoder  # noqa: E402

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # torch and transformers deprecate much

SMALL = TuningRecipe(steps=60, rank=4, alpha=8, dropout=0.0, learning_rate=3e-3, shape=BatchShape(6, 3))


@pytest.fixture
def corpus() -> Corpus:
    """Intents by their letters, which random weights tell apart badly."""
    letters = "abcdefgh"
    return {
        "letters": [
            TaughtIntent(f"{one} {one}", "", tuple(" ".join((one, *letters[n : n + 4])) for n in range(4)))
            for one in letters
        ]
    }


def train(folder: Path, corpus: Corpus, recipe: TuningRecipe = SMALL) -> tuple[TunedEncoder, list[Progress]]:
    told: list[Progress] = []
    base = find_base(str(folder if folder.is_dir() else write_base(folder)))
    return tune(base, corpus, recipe, told.append), told


def test_it_learns_to_tell_intents_apart(tmp_path: Path, corpus: Corpus) -> None:
    _, told = train(tmp_path / "base", corpus)
    losses = [progress.contrast for progress in told]
    assert len(losses) == 60
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:3])


def test_the_anchor_holds_it_near_the_base(tmp_path: Path, corpus: Corpus) -> None:
    _, free = train(tmp_path / "base", corpus, replace(SMALL, stay=0.3))
    _, held = train(tmp_path / "base", corpus, replace(SMALL, stay=50.0))
    assert held[-1].moved < 0.7 * free[-1].moved


def test_the_same_recipe_gives_the_same_file(tmp_path: Path, corpus: Corpus) -> None:
    files = []
    for name in ("first", "second"):
        encoder, _ = train(tmp_path / "base", corpus, replace(SMALL, steps=3))
        encoder.save(tmp_path / name)
        files.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    assert files[0] == files[1]


def test_what_is_saved_is_served(tmp_path: Path, corpus: Corpus) -> None:
    """Through the merge, which knows nothing of peft, into a bundle."""
    encoder, _ = train(tmp_path / "base", corpus)
    encoder.save(tmp_path / "adapter")
    recipe = Recipe(
        base=str(tmp_path / "base"),
        adapter=tmp_path / "adapter",
        quantization="none",
        without=("sentiment", "arbiter"),
    )
    texts = ["a b c", "h", "unknown 42"]
    served = OnnxEncoder.from_bundle(build_bundle(recipe, tmp_path / "models")).encode(texts)
    with torch.no_grad():
        tuned = encoder.embed(texts).numpy()
    np.testing.assert_allclose(served, tuned, atol=2e-3)  # float16 on the disk
    assert np.abs(tuned - encoder.embed_as_base(texts)).max() > 0.05
