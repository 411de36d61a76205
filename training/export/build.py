"""Base weights -> bundle, in seconds and without torch for the BERT family."""

from __future__ import annotations

import hashlib
import importlib.metadata
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import onnx
from tokenizers import Tokenizer

from bot.detectors.sentiment import SentimentHead
from bot.errors import BundleError
from bot.models.bundle import (
    ARBITER,
    ENCODER,
    MANIFEST,
    SENTIMENT,
    TOKENIZER,
    AdapterRecord,
    BaseRecord,
    BranchRecord,
    Bundle,
    Manifest,
    TrainingRecord,
)
from bot.models.registry import activate
from training.export.adapter import CONFIG as ADAPTER_CONFIG
from training.export.adapter import WEIGHTS as ADAPTER_WEIGHTS
from training.export.branch import Branch, find_branch
from training.export.emoticons import read_emoji
from training.export.encoder import export_encoder
from training.export.entailment import write_entailment
from training.export.quantize import as_feed, quantize
from training.export.weights import DEFAULT_BASE, KNOWN_SUMS, Base, checksum, find_base

ASSETS = Path(__file__).parent / "assets"
SHIPPED_HEAD = ASSETS / SENTIMENT
CALIBRATION = ASSETS / "calibration.txt"
SHIPPED_ADAPTER = ASSETS / "adapter"
SHIPPED_SCALE = 0.6
"""Of the shipped adapter; chosen on validation data by `python -m training.pretrain`."""

TOOLS = ("ripen-bot", "onnx", "onnxruntime", "tokenizers")

Part = Literal["sentiment", "arbiter"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to build a bundle from. `without` leaves parts out on purpose.

    The shipped adapter is for the default base's weights; another base takes none unless one is named. `adapter_scale`
    None means what was chosen for the shipped one, and 1 for others. `branch` is the one that the head reads, where it
    does not lie beside the head; for a head that reads none it is not built. `nli` is the weights of a model for
    zero-shot by entailment, or a bundle to take it over from.
    """

    base: str = DEFAULT_BASE
    adapter: Path | Literal["shipped"] | None = "shipped"
    adapter_scale: float | None = None
    quantization: Literal["int8", "none"] = "int8"
    sentiment: Path = SHIPPED_HEAD
    branch: Branch | None = None
    without: tuple[Part, ...] = ()
    training: TrainingRecord | None = None
    nli: Base | Bundle | None = None


def build_bundle(recipe: Recipe, folder: Path) -> Bundle:
    """Build a bundle into a new sub-folder of `folder`, and make it the active one.

    Everything is written to a hidden folder that is renamed at the end, so a crash leaves no half bundle. The same
    recipe gives the same files and the same name. Raises BundleError: what cannot be found, read or fitted.
    """
    bundle = stage_bundle(find_base(recipe.base), recipe, folder)
    with _writing_to(folder):
        return activate(folder, bundle.name)


def stage_bundle(base: Base, recipe: Recipe, folder: Path) -> Bundle:
    """Build a bundle into a new sub-folder of `folder`, from `base` whatever the recipe names, and activate nothing."""
    with _writing_to(folder):
        return _build(base, recipe, folder)


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BundleError(f"the bundle cannot be written to {folder}: {error.strerror or error}.") from error


def _build(base: Base, recipe: Recipe, folder: Path) -> Bundle:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as hidden:
        draft = Path(hidden) / "bundle"
        draft.mkdir()
        manifest = _write_parts(base, recipe, draft)
        (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
        name = name_bundle(manifest)
        _move_into_place(draft, folder / name)
    return Bundle.open(folder / name)


def _write_parts(base: Base, recipe: Recipe, draft: Path) -> Manifest:
    chosen = _choose_adapter(recipe, base)
    adapter = _record_adapter(*chosen) if chosen else None
    branch = None if "sentiment" in recipe.without else _check_head(recipe, base, adapter)
    merged, scale = chosen or (None, 1.0)
    exported = export_encoder(base, merged, scale, branch)
    tokenizer = read_emoji(_read_tokenizer(base.folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(exported.max_tokens)
    tokenizer.save(str(draft / TOKENIZER), pretty=False)
    model = exported.model
    sentences = CALIBRATION.read_text("utf-8").splitlines()
    if recipe.quantization == "int8":
        model = quantize(model, [as_feed(encoding.ids) for encoding in tokenizer.encode_batch(sentences)])
    onnx.save(model, draft / ENCODER)
    if "sentiment" not in recipe.without:
        shutil.copyfile(recipe.sentiment, draft / SENTIMENT)
    if "arbiter" not in recipe.without:
        shutil.copyfile(_existing(ASSETS / ARBITER), draft / ARBITER)
    entailment = write_entailment(recipe.nli, recipe.quantization, sentences, draft)
    return Manifest(
        base=BaseRecord(name=base.name, sha256=base.sha256),
        adapter=adapter,
        branch=BranchRecord(sha256=branch.sha256, after=branch.after) if branch else None,
        training=recipe.training,
        entailment=entailment,
        quantization=recipe.quantization,
        pooling=exported.pooling,
        dimensions=exported.dimensions,
        max_tokens=exported.max_tokens,
        files={path.name: checksum(path) for path in sorted(draft.iterdir())},
        tools={tool: importlib.metadata.version(tool) for tool in TOOLS},
        built=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _read_tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises nothing more special
        raise BundleError(f"{path} is not a tokenizer that the tokenizers library reads: {error}") from error


def shipped_adapter(base: Base) -> tuple[Path, float] | None:
    """The adapter that is shipped for these weights, and the scale it is merged at; None for any other base."""
    return (SHIPPED_ADAPTER, SHIPPED_SCALE) if base.sha256 == KNOWN_SUMS[DEFAULT_BASE] else None


def _choose_adapter(recipe: Recipe, base: Base) -> tuple[Path, float] | None:
    shipped = shipped_adapter(base) if recipe.adapter == "shipped" else None
    folder, scale = shipped or (recipe.adapter, 1.0)
    if not isinstance(folder, Path):
        return None
    return folder, scale if recipe.adapter_scale is None else recipe.adapter_scale


def _record_adapter(folder: Path, scale: float) -> AdapterRecord:
    if not (folder / ADAPTER_WEIGHTS).is_file():
        needed = f"{ADAPTER_CONFIG} and {ADAPTER_WEIGHTS}"
        raise BundleError(f"{folder} is no LoRA adapter: it needs {needed}, as peft saves them.")
    return AdapterRecord(name=folder.name, sha256=checksum(folder / ADAPTER_WEIGHTS), scale=scale)


def _check_head(recipe: Recipe, base: Base, adapter: AdapterRecord | None) -> Branch | None:
    """A head reads one encoder's embeddings; on another's it would answer nonsense, and sure of it. Its branch."""
    path = recipe.sentiment
    head = SentimentHead.load(_existing(path))
    fitted, wanted = head.made_of.get("encoder"), describe_encoder(base.sha256, adapter)
    if fitted != wanted:
        raise BundleError(
            f"the sentiment head {path} was fitted for another encoder ({fitted}, this one is {wanted}). Build with "
            "--without-sentiment, fit a head on that bundle (python -m training.sentiment fit --help), then build "
            "again with --sentiment FILE; or leave it at a bundle for which every message is neutral."
        )
    return find_branch(path, head, recipe.branch)


def describe_encoder(base_sha256: str, adapter: AdapterRecord | None) -> str:
    """What a head is fitted for: base and adapter. Not the quantization, which moves embeddings by next to nothing."""
    merged = f" + {adapter.sha256[:16]} x {adapter.scale:g}" if adapter else ""
    return f"{base_sha256[:16]}{merged}"


def _existing(path: Path) -> Path:
    if not path.is_file():
        hint = "install ripen-bot again" if path.parent == ASSETS else "check the path"
        raise BundleError(f"{path} is missing: {hint}.")
    return path


def name_bundle(manifest: Manifest) -> str:
    """Readable, and different for different content."""
    lines = [f"{name} {sha}" for name, sha in manifest.files.items()]
    if manifest.entailment:
        lines.append(manifest.entailment.name)  # config.yml asks for it by name
    content = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    rung = f"-{manifest.training.rung}" if manifest.training else ""
    return f"{Path(manifest.base.name).name}{rung}-{content[:8]}"


def _move_into_place(draft: Path, target: Path) -> None:
    if target.exists():
        try:
            Bundle.open(target)
        except BundleError:
            shutil.rmtree(target)  # same content, but damaged: the draft heals it
        else:
            return
    draft.replace(target)
