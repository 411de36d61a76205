"""The seams of this room: text -> unit vectors, message and hypotheses -> entailment, and text -> Detection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from bot.messages import Detection

Embeddings = npt.NDArray[np.float32]
"""Rows are texts, columns are dimensions; each row has length 1."""


ALL_ROWS = slice(None)
Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Widths:
    """How long the rows of an `Encoded` are; `feeling` is None for an encoder whose meaning is its feeling too."""

    meaning: int
    wording: int
    feeling: int | None = None

    @property
    def packed(self) -> int:
        """All of them together."""
        return self.meaning + self.wording + (self.feeling or 0)


@dataclass(frozen=True, slots=True)
class Encoded:
    """What one pass of an encoder tells of n texts: unit vectors from different depths of it.

    `meaning` (n, d) is of the last layer; `wording` (n, w) of the middle one, which knows words better than sense, and
    so errs where the meaning does not; `own_feeling` (n, f), where the encoder has such an output.
    """

    meaning: Embeddings
    wording: Embeddings
    own_feeling: Embeddings | None = None

    @property
    def feeling(self) -> Embeddings:
        """What the sentiment head reads, (n, f): an output of its own, or else the meaning."""
        return self.meaning if self.own_feeling is None else self.own_feeling

    def __len__(self) -> int:
        return len(self.meaning)

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """Some of the texts, by number, by mask or by slice."""
        return self.change(lambda part: part[rows])

    def change(self, how: Callable[[Embeddings], Embeddings]) -> Self:
        """The same done to every part."""
        feeling = None if self.own_feeling is None else how(self.own_feeling)
        return type(self)(how(self.meaning), how(self.wording), feeling)

    def pack(self) -> Embeddings:
        """All parts side by side, (n, widths.packed)."""
        return np.hstack([part for part in (self.meaning, self.wording, self.own_feeling) if part is not None])

    @classmethod
    def unpack(cls, packed: Embeddings, widths: Widths, rows: npt.NDArray[np.intp] | slice = ALL_ROWS) -> Self:
        """What `pack` put side by side, or some `rows` of it."""
        parts = np.split(packed, [widths.meaning, widths.meaning + widths.wording], axis=1)
        meaning, wording, feeling = (np.ascontiguousarray(part[rows]) for part in parts)
        return cls(meaning, wording) if widths.feeling is None else cls(meaning, wording, feeling)

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """All texts of `parts`, at least one, which come from the same encoder."""
        feelings = [part.own_feeling for part in parts if part.own_feeling is not None]
        meaning, wording = (np.vstack([getattr(part, name) for part in parts]) for name in ("meaning", "wording"))
        return cls(meaning, wording, np.vstack(feelings) if feelings else None)


class Encoder(Protocol):
    """Text to unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Names the exact weights: equal fingerprints give equal embeddings, so caches are keyed by it."""

    @property
    def widths(self) -> Widths:
        """How long the rows are."""

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`: float32, shape (len(texts), d), rows of length 1. Never fails on any text."""

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """All that one pass tells of `texts`, their meaning included. Never fails on any text."""


class Entailment(Protocol):
    """Natural language inference: does a message entail a sentence about it? Thread-safe."""

    def judge(self, message: str, hypotheses: Sequence[str]) -> Probabilities:
        """How likely `message` entails each hypothesis, rather than contradicting it: shape (len(hypotheses),).

        Never fails on any text.
        """


class Detector(Protocol):
    """What the pipeline asks. Pure, thread-safe, and never raises for a text, however odd."""

    def detect(self, text: str) -> Detection:
        """Rank the intents for `text`, each with a calibrated confidence, and read its sentiment."""

    def detect_all(self, texts: Sequence[str]) -> Sequence[Detection]:
        """`detect` of each of `texts`, for a detector that is faster at many of them: but for rounding the same."""
        return [self.detect(text) for text in texts]
