"""What trying an edit out remembers, in this process only: half-typed sentences are never written to disk."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from bot.checks.memory import Memory
from bot.detectors.base import Embeddings, Encoded, Encoder, Widths

MOST_ROWS = 60_000
"""Sentences that are remembered, about 3 kB each."""


class DraftEncoder:
    """An Encoder that encodes each sentence once. Those of the saved files come from `saved`, which keeps them on disk;
    what is being typed goes to `fresh`, which keeps nothing."""

    def __init__(self, saved: Encoder, fresh: Encoder, known: Callable[[], Collection[str]]) -> None:
        self._saved = saved
        self._fresh = fresh
        self._known = known
        self._rows: OrderedDict[str, Embeddings] = OrderedDict()

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
        found = {text: row for text in texts if (row := self._rows.get(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            known = self._known()
            for encoder, part in (
                (self._saved, [text for text in missing if text in known]),
                (self._fresh, [text for text in missing if text not in known]),
            ):
                if part:
                    found |= dict(zip(part, encoder.encode_fully(part).pack(), strict=True))
        self._remember(found)
        rows = np.stack([found[text] for text in texts]) if texts else np.empty((0, self.widths.packed), np.float32)
        return Encoded.unpack(rows, self.widths)

    def _remember(self, rows: Mapping[str, Embeddings]) -> None:
        self._rows.update(rows)
        while len(self._rows) > MOST_ROWS:
            self._rows.popitem(last=False)


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
