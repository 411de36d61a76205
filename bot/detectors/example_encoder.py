"""Texts of the intent files -> what detectors learn from: meaning and wording. Nobody asks how an example feels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.detectors.base import Embeddings, Encoded, Widths
from bot.detectors.encoder import OnnxEncoder

MANY = 200
"""From as many texts on it pays to load the graph without the branch that feels, which takes a quarter of a second."""


class ExampleEncoder:
    """An Encoder without a feeling of its own, which says the same as `encoder` does of meaning and wording.

    For many texts at a time, as when a bot first learns, it takes half as long: they go through the encoder that `load`
    gives, which is let go afterwards, so that a bot that serves does not hold its weights twice.
    """

    def __init__(self, encoder: OnnxEncoder, load: Callable[[], OnnxEncoder]) -> None:
        self._encoder = encoder
        self._load = load

    @property
    def fingerprint(self) -> str:
        """That of the encoder behind: the embeddings are equal."""
        return self._encoder.fingerprint

    @property
    def widths(self) -> Widths:
        """Those of the encoder behind, but for feeling."""
        widths = self._encoder.widths
        return Widths(widths.meaning, widths.wording)

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`."""
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """Meaning and wording of `texts`."""
        encoder = self._encoder if len(texts) < MANY else self._load()
        read = encoder.encode_fully(texts)
        return Encoded(read.meaning, read.wording)
