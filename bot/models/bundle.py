"""A bundle: one folder with everything that is learnt and shipped, checked against its manifest before use.

manifest.json          what is in it, how it was made, a checksum for every file
encoder.onnx           token ids -> unit vectors
tokenizer.json         text -> token ids
sentiment.safetensors  the sentiment head; a bundle can be built without one, and says so
arbiter.json           the arbiter's public prior
entailment.onnx        pairs of token ids -> log-odds of entailment, and
entailment_tokenizer.json, both only where zero_shot.engine of config.yml is nli
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BundleAltered, BundleMissing, BundleVersion

FORMAT: Final = 2
MANIFEST = "manifest.json"
ENCODER = "encoder.onnx"
TOKENIZER = "tokenizer.json"
SENTIMENT = "sentiment.safetensors"
ARBITER = "arbiter.json"
ENTAILMENT = "entailment.onnx"
ENTAILMENT_TOKENIZER = "entailment_tokenizer.json"
FIRST = "Build one with: ripen bundle build"
REMEDY = "Build it again with: ripen bundle build"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BaseRecord(_Record):
    """The weights that the encoder was built from."""

    name: str
    sha256: str


class AdapterRecord(_Record):
    """The LoRA adapter that was merged into them."""

    name: str
    sha256: str
    scale: float

    def __str__(self) -> str:
        """In words; the one that ships is called "adapter", after its folder."""
        return f"{'' if self.name == 'adapter' else 'adapter '}{self.name} x {self.scale:g}"


class BranchRecord(_Record):
    """The adapter of the branch that sentiment is read from, and how many layers it shares with the intents."""

    sha256: str
    after: int = Field(ge=0)


class EntailmentRecord(_Record):
    """The model of natural language inference; `name` is what config.yml calls it, `sha256` that of its weights."""

    name: str
    sha256: str
    quantization: Literal["int8", "none"]
    max_tokens: int = Field(ge=8, description="Of message and hypothesis together, with the tokens between.")
    pad_id: int = Field(ge=0)


class TrainingRecord(_Record):
    """How `ripen train` tuned the encoder on the bot's own examples. `figures` were measured in cross-validation."""

    rung: str
    seed: int
    epochs: int
    folds: int
    parent: str = Field(description="The bundle that served when this one was trained.")
    figures: Mapping[str, float]


class Manifest(_Record):
    """manifest.json. `files` maps each file name to its sha256; `tools` names the versions that built it."""

    format: Literal[2] = FORMAT
    base: BaseRecord
    adapter: AdapterRecord | None = None
    branch: BranchRecord | None = None
    training: TrainingRecord | None = None
    entailment: EntailmentRecord | None = None
    quantization: Literal["int8", "none"]
    pooling: Literal["mean", "cls"]
    dimensions: int = Field(ge=1)
    max_tokens: int = Field(ge=3)
    files: Mapping[str, str]
    tools: Mapping[str, str]
    built: str = Field(description="When, ISO 8601.")

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints give equal embeddings: it covers the graph, the tokenizer and the truncation."""
        parts = (self.files[ENCODER], self.files[TOKENIZER], str(self.max_tokens))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle. Open it with `Bundle.open`."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> Bundle:
        """Read the manifest and hold every file to its checksum.

        Raises BundleMissing (no manifest, or a file that it names is gone), BundleVersion (another format) or
        BundleAltered (a file or the manifest itself is not what it was).
        """
        manifest = read_manifest(folder)
        for name, expected in manifest.files.items():
            path = folder / name
            if not path.is_file():
                raise BundleMissing(f"the bundle {folder} has lost its file {name}. {REMEDY}")
            if _checksum(path) != expected:
                raise BundleAltered(f"{path} is not the file that {MANIFEST} describes (checksum differs). {REMEDY}")
        return cls(folder, manifest)

    @property
    def name(self) -> str:
        """What the registry calls it."""
        return self.folder.name

    @property
    def encoder_path(self) -> Path:
        """The ONNX graph."""
        return self.folder / ENCODER

    @property
    def tokenizer_path(self) -> Path:
        """The tokenizer, in the tokenizers library's format."""
        return self.folder / TOKENIZER

    @property
    def sentiment_path(self) -> Path | None:
        """The sentiment head; None when the bundle was built without one."""
        return self.folder / SENTIMENT if SENTIMENT in self.manifest.files else None

    @property
    def arbiter_path(self) -> Path:
        """The arbiter's prior. Raises BundleMissing for a bundle made without one, as for fitting the prior itself."""
        if ARBITER not in self.manifest.files:
            raise BundleMissing(f"the bundle {self.folder} was made without {ARBITER}. {REMEDY}")
        return self.folder / ARBITER

    @property
    def entailment_paths(self) -> tuple[Path, Path] | None:
        """The graph of the NLI model and its tokenizer; None when the bundle was built without one."""
        return (self.folder / ENTAILMENT, self.folder / ENTAILMENT_TOKENIZER) if self.manifest.entailment else None

    @property
    def fingerprint(self) -> str:
        """Names the exact encoder."""
        return self.manifest.fingerprint

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum((self.folder / name).stat().st_size for name in (MANIFEST, *self.manifest.files))


def read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except OSError as error:
        raise BundleMissing(f"there is no model bundle in {folder} ({MANIFEST}: {error.strerror}). {FIRST}") from error
    try:
        version = _Format.model_validate_json(text).format
        if version != FORMAT:
            raise BundleVersion(f"{path} has format {version}, this version of Ripen reads format {FORMAT}. {REMEDY}")
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BundleAltered(f"{path} is not a bundle's manifest: {where}: {first['msg']}. {REMEDY}") from error
    _check_names(path, manifest)
    return manifest


def _check_names(path: Path, manifest: Manifest) -> None:
    known = {ENCODER, TOKENIZER, SENTIMENT, ARBITER, ENTAILMENT, ENTAILMENT_TOKENIZER}
    strangers = sorted(set(manifest.files) - known)
    if strangers:  # nor can a manifest make us read outside its folder
        raise BundleAltered(f"{path} names a file that no bundle has: {strangers[0]}. {REMEDY}")
    for name in (ENCODER, TOKENIZER, *((ENTAILMENT, ENTAILMENT_TOKENIZER) if manifest.entailment else ())):
        if name not in manifest.files:
            raise BundleMissing(f"{path} names no {name}. {REMEDY}")


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Format(BaseModel):
    format: int
