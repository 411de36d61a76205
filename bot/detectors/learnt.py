"""What was learnt, and a folder that keeps it: an unchanged catalog is served at the next start as it was left."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from bot.catalog.catalog import Intent
from bot.detectors.arbiter import Arbiter
from bot.detectors.mature import Head, WordingHead
from bot.detectors.risk import HeldOut

log = logging.getLogger(__name__)

VERSION = 6
"""Goes up when the same catalog would be learnt differently."""

KEPT = 8
"""Catalogs that are remembered: going back to an earlier edit costs nothing."""

TENSORS = (
    *("head.weights", "head.bias", "wording.weights", "wording.bias", "wording.centre"),
    *("arbiter.weights", "arbiter.centre", "arbiter.scale"),
    *("held_out.seen", "held_out.wrong"),
)


@dataclass(frozen=True, slots=True)
class Learnt:
    """Heads for the mature `intents` (their classes, in order), the bot's own arbiter, and cross-validated recall.

    `held_out` says how the messages of its own episodes went.
    """

    intents: tuple[str, ...]
    head: Head
    wording: WordingHead
    arbiter: Arbiter
    recall: Mapping[str, float]
    held_out: HeldOut


def key_of(intents: Iterable[Intent], made_with: Iterable[str]) -> str:
    """Equal for catalogs that are learnt alike; `made_with` names encoder, prior and settings."""
    seen = [
        [intent.name, intent.description, intent.stage, [example.text for example in intent.examples]]
        for intent in intents
    ]
    return hashlib.sha256(json.dumps([VERSION, *made_with, seen]).encode()).hexdigest()[:32]


class LearntFolder:
    """One safetensors file for each catalog. A file that cannot be read or written is worth a line, never a failure."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """With `read_only`, nothing is kept."""
        self._folder = folder
        self._read_only = read_only

    def read(self, key: str) -> Learnt | None:
        """What was learnt under `key`; None when it is not there (any more)."""
        path = self._path(key)
        try:
            with safe_open(path, framework="np") as file:
                weights, bias, worded, worded_bias, centre, *rest = (file.get_tensor(name) for name in TENSORS)
                told = json.loads(file.metadata()["learnt"])
            with suppress(OSError):  # in an image or on a disk that is read-only, nothing is dropped either
                os.utime(path)
            wording = WordingHead(Head(worded, worded_bias), centre)
            arbiter, held_out = Arbiter(*rest[:3]), HeldOut(*rest[3:])
            return Learnt(tuple(told["intents"]), Head(weights, bias), wording, arbiter, told["recall"], held_out)
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be read, so it is learnt anew: %s", path, error)
            return None

    def write(self, key: str, learnt: Learnt) -> None:
        """Keep `learnt` under `key`, and drop what has not been used for longest."""
        if self._read_only:
            return
        path = self._path(key)
        draft = path.with_suffix(f".{os.getpid()}.tmp")
        arbiter, wording, held_out = learnt.arbiter, learnt.wording, learnt.held_out
        heads = (learnt.head.weights, learnt.head.bias, wording.head.weights, wording.head.bias, wording.centre)
        values = (*heads, arbiter.weights, arbiter.centre, arbiter.scale, held_out.seen, held_out.wrong)
        told = json.dumps({"intents": learnt.intents, "recall": dict(learnt.recall)})
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            save_file(dict(zip(TENSORS, values, strict=True)), draft, metadata={"learnt": told})
            draft.replace(path)
            self._forget_oldest()
        except (OSError, SafetensorError) as error:
            log.warning("%s cannot be written, so the next start learns again: %s", path, error)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.safetensors"

    def _forget_oldest(self) -> None:
        files = sorted(self._folder.glob("*.safetensors"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[KEPT:]:
            file.unlink(missing_ok=True)
