"""What trying an edit out remembers, in this process only: half-typed sentences are never written to disk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from bot.checks.memory import Memory
from bot.detectors.base import Embeddings, Encoded, Encoder, Widths


class DraftEncoder:
    """An Encoder that asks two: sentences of the saved files come from `saved`, which keeps them on disk; what is being
    typed goes to `fresh`, which keeps nothing. `known` gives the saved ones."""

    def __init__(self, saved: Encoder, fresh: Encoder, known: Callable[[], Collection[str]]) -> None:
        self._saved = saved
        self._fresh = fresh
        self._known = known

    @property
    def fingerprint(self) -> str:
        """That of the encoders behind."""
        return self._fresh.fingerprint

    @property
    def widths(self) -> Widths:
        """Those of the encoders behind."""
        return self._fresh.widths

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`."""
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """All that a pass tells of `texts`."""
        known = self._known()
        saved = np.array([text in known for text in texts], bool)
        rows = np.empty((len(texts), self.widths.packed), np.float32)
        for encoder, mask in ((self._saved, saved), (self._fresh, ~saved)):
            if mask.any():
                part = [text for text, asked in zip(texts, mask.tolist(), strict=True) if asked]
                rows[mask] = encoder.encode_fully(part).pack()
        return Encoded.unpack(rows, self.widths)


class LateEncoder:
    """An Encoder that is made when it is first used, and then stays the same."""

    def __init__(self, make: Callable[[], Encoder]) -> None:
        self._make = make
        self._made: Encoder | None = None

    @property
    def fingerprint(self) -> str:
        """That of the encoder behind."""
        return self._get().fingerprint

    @property
    def widths(self) -> Widths:
        """Those of the encoder behind."""
        return self._get().widths

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`."""
        return self._get().encode(texts)

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """All that a pass tells of `texts`."""
        return self._get().encode_fully(texts)

    def _get(self) -> Encoder:
        if self._made is None:
            self._made = self._make()
        return self._made


class DraftMemory(Memory):
    """What the last look at a draft found out, for the next one."""

    def __init__(self) -> None:
        super().__init__(None)
        self._found: dict[str, dict[bytes, bytes]] = {}

    def recall(self, kind: str) -> dict[bytes, bytes]:
        """All that is known of this kind."""
        return dict(self._found.get(kind, {}))

    def keep(self, kind: str, told: Mapping[bytes, bytes], before: Mapping[bytes, bytes]) -> None:  # noqa: ARG002
        """From now on `told` is known, and nothing else of this kind."""
        self._found[kind] = dict(told)
