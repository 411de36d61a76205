"""Fit the sentiment head on the embeddings of a bundle, print its figures and write it.

python -m training.sentiment --data FOLDER
python -m training.sentiment --data FOLDER --bundle models --out my-head.safetensors
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from safetensors.numpy import save_file

from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.sentiment import FORMAT, SentimentHead
from bot.errors import RipenError
from bot.models.bundle import Bundle
from bot.models.registry import active
from training.export.build import SHIPPED_HEAD, describe_encoder
from training.sentiment.data import WEIGHTS, read_training
from training.sentiment.figures import cross_validate, measure_classes
from training.sentiment.fit import fit_head

SEED = 7  # of the cross-validation; the fit itself has no chance in it


def fit(
    data: Annotated[Path, typer.Option(help="Folder with sentiment/ and intents/, laid out as data.py reads them.")],
    bundle: Annotated[Path, typer.Option(help="Folder of bundles; the active one's encoder is used.")] = Path("models"),
    out: Annotated[Path, typer.Option(help="Where the head is written.")] = SHIPPED_HEAD,
    test: Annotated[bool, typer.Option("--test", help="Read the test files too, for the reported figures.")] = False,
) -> None:
    """Fit the sentiment head. Every choice was made on validation rows; --test only reports."""
    opened = active(bundle)
    encoder = CachedEncoder(OnnxEncoder.from_bundle(opened), bundle / "training-embeddings.db", max_rows=200_000)
    rated = read_training(data)
    typer.echo(f"{len(rated)} rated sentences; encoding takes a minute or two, the first time")
    embeddings = encoder.encode([row.text for row in rated])
    head = fit_head(embeddings, rated, {})
    figures = cross_validate(embeddings, rated, SEED) | measure_classes(head, encoder, data, test=False)
    if test:
        figures |= measure_classes(head, encoder, data, test=True)
    for name, value in figures.items():
        typer.echo(f"{name:45} {value:.3f}")
    write_head(head, out, describe(opened, figures))
    typer.echo(f"{out} is written; ripen bundle build puts it into a bundle")


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


def write_head(head: SentimentHead, path: Path, made_of: dict[str, str]) -> None:
    """Write a head as safetensors that `SentimentHead.load` reads."""
    tensors = {
        "label.weights": np.ascontiguousarray(
            head.label_weights
        ),  # safetensors would write a transposed one as it lies
        "label.bias": head.label_bias,
        "valence.weights": head.valence_weights,
        "valence.bias": np.array([head.valence_bias], dtype=np.float32),
    }
    save_file(tensors, path, {"format": FORMAT, **made_of})


def main() -> None:
    """Run, with Ripen's own errors as one line."""
    try:
        typer.run(fit)
    except RipenError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
