"""What an encoder told of late, in memory only: each text is encoded once, and thousands are looked up at once."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from bot.detectors.base import Embeddings, Encoded, Encoder, Widths


class RecentEncoder:
    """An Encoder that asks `encoder` only for texts that it has not seen. Thread-safe; nothing is written anywhere.

    One matrix holds all rows: to gather 25,000 of them takes a third of what it does with an array for each. With more
    than `most` texts, those that were not asked for at that moment are forgotten.
    """

    def __init__(self, encoder: Encoder, most: int) -> None:
        self._encoder = encoder
        self._most = most
        self._place: dict[str, int] = {}
        self._rows: Embeddings | None = None
        self._one = Lock()

    @property
    def fingerprint(self) -> str:
        """That of the encoder behind."""
        return self._encoder.fingerprint

    @property
    def widths(self) -> Widths:
        """Those of the encoder behind."""
        return self._encoder.widths

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`; what is remembered is all that the pass told."""
        with self._one:
            rows, places = self._find(texts)
            return rows[:, : self.widths.meaning][places]

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """All that a pass tells of `texts`."""
        with self._one:
            rows, places = self._find(texts)
            return Encoded.unpack(rows, self.widths, places)

    def _find(self, texts: Sequence[str]) -> tuple[Embeddings, npt.NDArray[np.intp]]:
        """All rows, and which of them is that of each text."""
        wanted = dict.fromkeys(texts)
        missing = [text for text in wanted if text not in self._place]
        rows = self._rows if self._rows is not None else np.empty((0, self.widths.packed), np.float32)
        if missing:
            fresh = self._encoder.encode_fully(missing).pack()
            if len(self._place) + len(missing) > self._most:
                kept = [text for text in wanted if text in self._place]
                rows = rows[[self._place[text] for text in kept]]
                self._place = {text: row for row, text in enumerate(kept)}
            used, end = len(self._place), len(self._place) + len(missing)
            if end > len(rows):
                known, rows = rows, np.empty((max(end, len(rows) + len(rows) // 4), self.widths.packed), np.float32)
                rows[:used] = known[:used]
            rows[used:end] = fresh
            self._place.update(zip(missing, range(used, end), strict=True))
        self._rows = rows
        return rows, np.fromiter((self._place[text] for text in texts), np.intp, len(texts))
