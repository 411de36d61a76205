"""A set of eight intents that any encoder tells apart, with every split and two strangers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.detectors.arbiter import ArbiterPrior
from training.evaluation.intent_sets import OUT_OF_SCOPE

PRIOR = ArbiterPrior.load(Path(__file__).parents[3] / "training" / "export" / "assets" / "arbiter.json")
COLOURS = ("red", "blue", "green", "black", "white", "brown", "grey", "pink")
VERBS = ("find", "send", "show", "bring", "check", "fetch", "seek", "need", "want", "get")


def write_colours(data: Path, name: str = "colours", colours: Sequence[str] = COLOURS) -> Path:
    """data/intents/NAME/SPLIT.csv; the test split has two messages an intent."""
    folder = data / "intents" / name
    folder.mkdir(parents=True)
    for split, verbs in {"train": VERBS, "train_10": VERBS, "train_5": VERBS[:5], "test": ("lend", "keep")}.items():
        rows = [f"{verb} the {colour},{colour}" for colour in colours for verb in verbs]
        (folder / f"{split}.csv").write_text("\n".join(["text,intent", *rows]), encoding="utf-8")
    strangers = f"text,intent\nqwe asd,{OUT_OF_SCOPE}\nzzz jjj,{OUT_OF_SCOPE}\n"
    (folder / "oos_test.csv").write_text(strangers, encoding="utf-8")
    return data
