"""Pretrain the adapter and judge it on validation data: python -m training.pretrain --data DIR [--out FOLDER].

Every run prints a table: accuracy on the validation splits, at each of --scales; scale 0 is the base alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from bot.errors import RipenError
from training.export.build import ASSETS
from training.export.weights import DEFAULT_BASE, find_base
from training.pretrain.corpus import DATA_SETS, read_corpus
from training.pretrain.figures import JUDGED, judge
from training.pretrain.tune import Progress, TuningRecipe, tune

SCALES = (0.0, 0.3, 0.5, 0.7, 1.0)
TOLD_EVERY = 20
DEFAULTS = TuningRecipe()


def main() -> None:
    """Train unless told not to, then print what the adapter is worth."""
    asked = _read_arguments()
    torch.set_num_threads(asked.threads)
    try:
        if not asked.judge_only:
            _train(asked)
        _report(asked)
    except RipenError as error:
        raise SystemExit(f"error: {error}") from None
    except FileNotFoundError as error:
        raise SystemExit(f"error: {error.filename} is missing; --data names the folder that holds intents/.") from None


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.pretrain", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with intents/NAME/SPLIT.csv")
    parser.add_argument("--out", type=Path, default=ASSETS / "adapter", help="folder for the adapter")
    parser.add_argument("--base", default=DEFAULT_BASE, help="a folder of weights, or a name on the Hugging Face hub")
    parser.add_argument("--without", nargs="*", default=[], choices=DATA_SETS, help="sets to leave out, to judge on")
    parser.add_argument("--steps", type=int, default=DEFAULTS.steps)
    parser.add_argument("--stay", type=float, default=DEFAULTS.stay, help="weight of 1 - cosine to the base")
    parser.add_argument("--seed", type=int, default=DEFAULTS.seed)
    parser.add_argument("--threads", type=int, default=1, help="of torch; the figures were made with one")
    parser.add_argument("--judge", nargs="*", default=list(JUDGED), choices=JUDGED, help="sets to judge it on")
    parser.add_argument("--judge-only", action="store_true", help="do not train: judge the adapter in --out")
    parser.add_argument("--scales", type=float, nargs="*", default=list(SCALES), help="scales to judge it at")
    return parser.parse_args()


def _train(asked: argparse.Namespace) -> None:
    names = [name for name in DATA_SETS if name not in asked.without]
    corpus = read_corpus(asked.data, names, np.random.default_rng(asked.seed))
    rows = sum(len(intent.utterances) for intents in corpus.values() for intent in intents)
    _say(f"{sum(map(len, corpus.values()))} intents and {rows} utterances of {', '.join(corpus)}")
    recipe = TuningRecipe(steps=asked.steps, stay=asked.stay, seed=asked.seed)
    start = perf_counter()
    recent: list[Progress] = []

    def tell(progress: Progress) -> None:
        recent.append(progress)
        if progress.step % TOLD_EVERY == 0 or progress.step == recipe.steps:
            contrast, moved = (np.mean([getattr(one, key) for one in recent]) for key in ("contrast", "moved"))
            seconds = perf_counter() - start
            _say(f"step {progress.step} of {recipe.steps}: {contrast:.3f}, moved {moved:.3f} ({seconds:.0f} s)")
            recent.clear()

    tune(find_base(asked.base), corpus, recipe, tell).save(asked.out)
    _say(f"{asked.out} is written")


def _report(asked: argparse.Namespace) -> None:
    if not asked.judge:
        return
    print("| scale | set | accuracy, names only | accuracy, 5-shot head |\n|---|---|---|---|")
    for scale in asked.scales:
        figures = judge(asked.base, asked.out if scale else None, scale, asked.data, asked.judge)
        for name in asked.judge:
            row = (f"{figures[f'{name} {kind}']:.4f}" for kind in ("zero-shot", "5-shot"))
            print(f"| {scale:g} | {name} | {' | '.join(row)} |", flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
