"""Make a sentiment head: a branch of the encoder tuned with it, or a head alone on a bundle's embeddings.

python -m training.sentiment tune --data FOLDER
python -m training.sentiment fit --data FOLDER --bundle models --out my-head.safetensors
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.errors import RipenError
from bot.models.bundle import Bundle
from bot.models.registry import active
from training.export.build import ASSETS, SHIPPED_HEAD, describe_encoder
from training.export.weights import DEFAULT_BASE
from training.sentiment.data import WEIGHTS, read_training
from training.sentiment.figures import cross_validate, measure_classes
from training.sentiment.fit import fit_head
from training.sentiment.head_file import write_head

SEED = 7  # of the cross-validation; the fit itself has no chance in it

Data = Annotated[Path, typer.Option(help="Folder with sentiment/ and intents/, laid out as data.py reads them.")]
Test = Annotated[bool, typer.Option("--test", help="Read the test files too, for the reported figures.")]

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def tune(  # noqa: PLR0913 - a parameter for each option
    data: Data,
    base: Annotated[str, typer.Option(help="A plain BERT; the default one gets the shipped adapter.")] = DEFAULT_BASE,
    fork: Annotated[int, typer.Option(min=0, help="Layers that the branch shares with the intents.")] = 3,
    rank: Annotated[int, typer.Option(min=1, help="Of the branch's adapter.")] = 32,
    epochs: Annotated[float, typer.Option(min=0.01)] = 6.0,
    rate: Annotated[float, typer.Option(help="Learning rate of the branch.")] = 5e-4,
    held_tweets: Annotated[
        float, typer.Option(min=0.02, max=0.9, help="Share of tweeteval/val to judge on, not to train on.")
    ] = 0.1,
    seed: Annotated[int, typer.Option()] = SEED,
    threads: Annotated[int, typer.Option(min=1)] = 1,
    out: Annotated[Path, typer.Option(help="Folder for the head and, in feeling/, its branch.")] = ASSETS,
    test: Test = False,
) -> None:
    """Tune a branch of the encoder's upper layers, and its head. Choose without --test."""
    import torch  # needs the training extra

    from training.sentiment.forked import Fork
    from training.sentiment.making import Order, make_branch
    from training.sentiment.tune import Progress, Recipe

    def tell(progress: Progress) -> None:
        typer.echo(f"step {progress.done} of {progress.total}, loss {progress.loss:.4f}")

    torch.set_num_threads(threads)
    recipe = Recipe(Fork(fork, rank), epochs=epochs, rate=rate, seed=seed)
    print_figures(make_branch(Order(data, recipe, out, base, held_tweets, test), tell))
    typer.echo(f"{out} holds the head and its branch; ripen bundle build puts them into a bundle")


@app.command()
def fit(
    data: Data,
    bundle: Annotated[Path, typer.Option(help="Folder of bundles; the active one's encoder is used.")] = Path("models"),
    out: Annotated[Path, typer.Option(help="Where the head is written.")] = SHIPPED_HEAD,
    test: Test = False,
) -> None:
    """Fit a head alone, on the embeddings of a bundle with any encoder. Choose without --test."""
    opened = active(bundle)
    encoder = CachedEncoder(OnnxEncoder.from_bundle(opened), bundle / "training-embeddings.db", max_rows=200_000)
    rated = read_training(data)
    typer.echo(f"{len(rated)} rated sentences; encoding takes a minute or two, the first time")
    embeddings = encoder.encode([row.text for row in rated])
    head = fit_head(embeddings, rated, {})
    figures = cross_validate(embeddings, rated, SEED) | measure_classes(head, encoder.encode, data, test=False)
    if test:
        figures |= measure_classes(head, encoder.encode, data, test=True)
    print_figures(figures)
    write_head(head, out, describe(opened, figures))
    typer.echo(f"{out} is written; ripen bundle build puts it into a bundle")


def print_figures(figures: Mapping[str, float]) -> None:
    """A figure a line."""
    for name, value in figures.items():
        typer.echo(f"{name:45} {value:.3f}")


def describe(bundle: Bundle, figures: dict[str, float]) -> dict[str, str]:
    """The header of a head: what it fits, what it was made of, how good it is."""
    manifest = bundle.manifest
    return {
        "encoder": describe_encoder(manifest.base.sha256, manifest.adapter),
        "base": manifest.base.name,
        "quantization": manifest.quantization,
        "data_sets": ", ".join(WEIGHTS),
        "seed": str(SEED),
        "figures": json.dumps({name: round(value, 4) for name, value in figures.items()}),
    }


def main() -> None:
    """Run, with Ripen's own errors as one line."""
    try:
        app()
    except RipenError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
