from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bot.detectors.base import Embeddings, Encoded, Widths
from bot.detectors.recent import RecentEncoder


class Numbers:
    """Texts that are numbers, as rows of them."""

    fingerprint = "numbers"
    widths = Widths(2, 3, 1)

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str]) -> Embeddings:
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        self.seen += texts
        rows = np.array([[float(text)] for text in texts], np.float32).reshape(-1, 1)
        return Encoded(*(np.repeat(rows + part, width, axis=1) for part, width in ((0, 2), (0.25, 3), (0.5, 1))))


def told(encoded: Encoded) -> list[tuple[float, float, float]]:
    assert encoded.own_feeling is not None
    assert (encoded.meaning.shape[1], encoded.wording.shape[1], encoded.own_feeling.shape[1]) == (2, 3, 1)
    parts = (encoded.meaning, encoded.wording, encoded.own_feeling)
    return list(zip(*(part[:, 0].tolist() for part in parts), strict=True))


def test_each_text_is_encoded_once_and_told_in_full() -> None:
    behind = Numbers()
    recent = RecentEncoder(behind, 100)
    assert told(recent.encode_fully([])) == []
    assert recent.encode([]).shape == (0, 2)
    assert told(recent.encode_fully(["3", "1", "3"])) == [(3, 3.25, 3.5), (1, 1.25, 1.5), (3, 3.25, 3.5)]
    assert recent.encode(["1", "2"]).tolist() == [[1, 1], [2, 2]]
    assert behind.seen == ["3", "1", "2"]
    assert (recent.fingerprint, recent.widths) == ("numbers", Numbers.widths)


def test_what_is_told_is_nobody_elses() -> None:
    recent = RecentEncoder(Numbers(), 100)
    recent.encode(["1"])[:] = 0
    recent.encode_fully(["1"]).wording[:] = 0
    assert told(recent.encode_fully(["1"])) == [(1, 1.25, 1.5)]


def test_with_too_many_only_what_is_asked_for_now_stays() -> None:
    behind = Numbers()
    recent = RecentEncoder(behind, 3)
    recent.encode(["1", "2", "3"])
    assert recent.encode(["4", "2"])[:, 0].tolist() == [4, 2]
    assert recent.encode(["2", "4"])[:, 0].tolist() == [2, 4]
    assert behind.seen == ["1", "2", "3", "4"]
    assert recent.encode([str(number) for number in range(9)])[:, 0].tolist() == list(range(9))
    assert sorted(behind.seen) == sorted([*"1234", *"0135678"])


def test_threads_share_it() -> None:
    behind = Numbers()
    recent = RecentEncoder(behind, 10_000)

    def ask(start: int) -> list[float]:
        rows: list[float] = recent.encode([str(number) for number in range(start, start + 300)])[:, 0].tolist()
        return rows

    with ThreadPoolExecutor(4) as threads:
        for start, rows in zip(range(0, 600, 100), threads.map(ask, range(0, 600, 100)), strict=True):
            assert rows == list(range(start, start + 300))
    assert len(behind.seen) == 800
