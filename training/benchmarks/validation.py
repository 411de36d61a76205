"""What refusals.py, risks.py and typos.py share: one mechanism each, judged on the validation splits of public sets.

Nothing is read of a test split, so what is chosen by these figures may still be reported on one.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.encoder import OnnxEncoder
from bot.live import Snapshot
from bot.models.registry import active
from training.benchmarks.bots import learn, make_catalog
from training.benchmarks.command import read_names
from training.benchmarks.judges import choose_prior
from training.benchmarks.remembering import RememberingEncoder
from training.evaluation.data_sets import DataSet, open_data_sets

SETS = ("banking77", "hwu64", "clinc150")
SPLIT = "valid"

DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class Subject:
    """A set, the other sets of SETS, and what a bot of it is learnt with; `encoder` remembers what it encoded."""

    data: DataSet
    others: tuple[DataSet, ...]
    encoder: RememberingEncoder
    prior: ArbiterPrior

    def learn(self, examples: Mapping[str, Sequence[str]]) -> Snapshot:
        """A bot of intents known by name and `examples`."""
        return learn(make_catalog(examples), self.encoder, self.prior)


def make_parser(module: str, description: str | None) -> argparse.ArgumentParser:
    """The arguments that `open_subjects` needs, for `python -m training.benchmarks.MODULE`; it may have more."""
    parser = argparse.ArgumentParser(prog=f"python -m training.benchmarks.{module}", description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder with intents/NAME/SPLIT.csv")
    parser.add_argument("--bundle", type=Path, default=Path("models"), help="folder of bundles; its active one judges")
    parser.add_argument("--cache", type=Path, help="file to keep embeddings in between runs")
    parser.add_argument("--sets", type=read_names, default=SETS, help="which sets, with commas between")
    parser.add_argument("--bots", type=int, default=20, help="simulated bots a set, where a prior is fitted without it")
    return parser


def open_subjects(asked: argparse.Namespace) -> Iterator[Subject]:
    """Each of the sets that were `asked` for, with a prior that was fitted without it.

    Raises DataError or BundleError: what of the data or the bundle cannot be used.
    """
    bundle = active(asked.bundle)
    opened = open_data_sets(asked.data, SPLIT, tuple(dict.fromkeys((*asked.sets, *SETS))))
    with tempfile.TemporaryDirectory() as scratch:
        encoder = RememberingEncoder(OnnxEncoder.from_bundle(bundle), asked.cache or Path(scratch) / "embeddings.db")
        for name in asked.sets:
            prior, _ = choose_prior(name, asked.data, bundle, encoder, asked.bots)
            others = tuple(opened[other] for other in SETS if other != name)
            yield Subject(opened[name], others, encoder, prior)


def print_head(*columns: str) -> None:
    """The head of a Markdown table."""
    print(f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", sep="\n", flush=True)
