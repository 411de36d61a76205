"""Base weights -> bundle, in seconds and without torch for the BERT family."""

from __future__ import annotations

import hashlib
import importlib.metadata
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import onnx
from tokenizers import Tokenizer

from bot.errors import BundleError
from bot.models.bundle import ARBITER, ENCODER, MANIFEST, SENTIMENT, TOKENIZER, BaseRecord, Bundle, Manifest
from bot.models.registry import activate
from training.export.encoder import export_encoder
from training.export.quantize import quantize
from training.export.weights import DEFAULT_BASE, Base, checksum, find_base

ASSETS = Path(__file__).parent / "assets"
CALIBRATION = ASSETS / "calibration.txt"
TOOLS = ("ripen-bot", "onnx", "onnxruntime", "tokenizers")

Part = Literal["sentiment", "arbiter"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to build a bundle from. `without` leaves parts out on purpose."""

    base: str = DEFAULT_BASE
    quantization: Literal["int8", "none"] = "int8"
    without: Collection[Part] = ()


def build_bundle(recipe: Recipe, folder: Path) -> Bundle:
    """Build a bundle into a new sub-folder of `folder`, and make it the active one.

    Everything is written to a hidden folder that is renamed at the end, so a crash leaves no half bundle. The same
    recipe gives the same files and the same name. Raises BundleError: what cannot be found, read or fitted.
    """
    base = find_base(recipe.base)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as hidden:
        draft = Path(hidden) / "bundle"
        draft.mkdir()
        manifest = _write_parts(base, recipe, draft)
        (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
        name = _name(manifest)
        _move_into_place(draft, folder / name)
    return activate(folder, name)


def _write_parts(base: Base, recipe: Recipe, draft: Path) -> Manifest:
    exported = export_encoder(base)
    tokenizer = Tokenizer.from_file(str(base.folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(exported.max_tokens)
    tokenizer.save(str(draft / TOKENIZER), pretty=False)
    model = exported.model
    if recipe.quantization == "int8":
        sentences = CALIBRATION.read_text("utf-8").splitlines()
        model = quantize(model, [encoding.ids for encoding in tokenizer.encode_batch(sentences)])
    onnx.save(model, draft / ENCODER)
    if "sentiment" not in recipe.without:
        _copy_asset(SENTIMENT, draft)
    if "arbiter" not in recipe.without:
        _copy_asset(ARBITER, draft)
    return Manifest(
        base=BaseRecord(name=base.name, sha256=base.sha256),
        quantization=recipe.quantization,
        pooling=exported.pooling,
        dimensions=exported.dimensions,
        max_tokens=exported.max_tokens,
        files={path.name: checksum(path) for path in sorted(draft.iterdir())},
        tools={tool: importlib.metadata.version(tool) for tool in TOOLS},
        built=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _copy_asset(name: str, draft: Path) -> None:
    try:
        shutil.copyfile(ASSETS / name, draft / name)
    except OSError as error:
        raise BundleError(f"{ASSETS / name} is missing ({error.strerror}): install ripen-bot again.") from error


def _name(manifest: Manifest) -> str:
    """Readable, and different for different content."""
    content = hashlib.sha256("\n".join(f"{name} {sha}" for name, sha in manifest.files.items()).encode()).hexdigest()
    return f"{Path(manifest.base.name).name}-{content[:8]}"


def _move_into_place(draft: Path, target: Path) -> None:
    if target.exists():
        try:
            Bundle.open(target)
        except BundleError:
            shutil.rmtree(target)  # same content, but damaged: the draft heals it
        else:
            return
    draft.replace(target)
