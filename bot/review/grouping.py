"""Sentences of one meaning, put together. Sole user of scikit-learn outside the detectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from bot.detectors.base import Embeddings, Encoder

APART = 0.60
"""Cosine distance at which two groups, on average over their sentences, are of different meanings. Chosen for groups
that hold little else at the price of more groups: putting two together takes a key more, taking one apart takes
reading. What it comes to on the sample's examples is in tests/samples/test_grouping.py."""


class Meanings:
    """Embeddings of what users said, in memory only. What one look did not ask for is gone after the next."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Embeddings] = {}
        self._before: dict[str, Embeddings] = {}

    def begin(self) -> None:
        """Another look begins."""
        self._before, self._known = self._known, {}

    def of(self, texts: Sequence[str]) -> Embeddings:
        """Unit vectors, shape (len(texts), d); each text is encoded once."""
        self._known |= {text: self._before[text] for text in texts if text in self._before}
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        if missing:
            self._known |= dict(zip(missing, self._encoder.encode(missing), strict=True))
        if not texts:
            return np.empty((0, self._encoder.widths.meaning), dtype=np.float32)
        return np.stack([self._known[text] for text in texts])

    def close(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Cosines of pairs of texts."""
        one, other = self.of([pair[0] for pair in pairs]), self.of([pair[1] for pair in pairs])
        cosines: list[float] = (one * other).sum(axis=1).tolist()
        return cosines


def group_rows(rows: Embeddings) -> list[list[int]]:
    """Indices of `rows` by meaning: agglomerative clustering by the average cosine distance between groups."""
    if len(rows) < 2:
        return [[index] for index in range(len(rows))]
    clustering = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=APART)
    labels = clustering.fit_predict(rows)
    return [np.flatnonzero(labels == label).tolist() for label in range(int(labels.max()) + 1)]


def middle(rows: Embeddings) -> Embeddings:
    """The direction between all `rows`, a unit vector; that of the first when they cancel out."""
    mean = rows.mean(axis=0)
    length = float(np.linalg.norm(mean))
    unit: Embeddings = mean / length if length > 1e-6 else rows[0]
    return unit


def pick_different(rows: Embeddings, most: int) -> list[int]:
    """Indices of at most `most` of `rows`: the most typical, then always the one that is furthest from those picked.

    Greedy k-centre, which picks a core set for a model to learn from (Sener and Savarese, "Active Learning for
    Convolutional Neural Networks: A Core-Set Approach", 2018). Rows that repeat a picked one are left out.
    """
    if not len(rows):
        return []
    picked = [int(np.argmax(rows @ middle(rows)))]
    nearest = rows @ rows[picked[0]]
    while len(picked) < most:
        furthest = int(np.argmin(nearest))
        if nearest[furthest] > 0.98:
            break
        picked.append(furthest)
        nearest = np.maximum(nearest, rows @ rows[furthest])
    return picked
