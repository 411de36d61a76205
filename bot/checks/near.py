"""All pairs of sentences that mean nearly the same, among tens of thousands."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bot.checks.memory import Memory
from bot.detectors.base import Embeddings

KIND = "near"
BLOCK = 512
BESIDE = 1024
"""Rows and columns that are compared at once, 2 MB: what is nearest to a core holds larger products no more."""
DIRECTIONS = 48
"""Enough of the variance to rule most pairs out, and eight times less to multiply than 384 dimensions."""
ROUNDING = 1e-3
CANDIDATES = 16_384
"""How many pairs are looked at closely at once, 50 MB."""

Pairs = list[tuple[int, int, float]]


def near_pairs(texts: Sequence[str], vectors: Embeddings, least: float, memory: Memory, fingerprint: str) -> Pairs:
    """Pairs of rows, the first above the second, whose cosine is at least `least`, with that cosine.

    `texts` are all different, and have unit vectors (n, d). Pairs of sentences that an earlier check has compared are
    recalled, so that only what is new is multiplied with everything.
    """
    keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
    row = {key: index for index, key in enumerate(keys)}
    key_of_all = f"{fingerprint} {least}".encode()
    before = memory.recall(KIND)
    known_keys, known_pairs = _unpack(before.get(key_of_all))
    place = [row.get(key, -1) for key in known_keys]
    pairs = [
        (min(place[one], place[other]), max(place[one], place[other]), cosine)
        for one, other, cosine in known_pairs
        if place[one] >= 0 and place[other] >= 0
    ]
    fresh = np.ones(len(texts), bool)
    fresh[[index for index in place if index >= 0]] = False
    pairs += _new_pairs(vectors, np.flatnonzero(fresh), np.flatnonzero(~fresh), least)
    pairs.sort()
    if fresh.any() or len(known_keys) != len(keys):
        memory.keep(KIND, {key_of_all: _pack(keys, pairs)}, before)
    return pairs


def _new_pairs(
    vectors: Embeddings, fresh: npt.NDArray[np.intp], known: npt.NDArray[np.intp], least: float
) -> Iterator[tuple[int, int, float]]:
    """Pairs among `fresh` rows, and between them and `known` ones."""
    if not len(fresh):
        return
    order = np.concatenate([fresh, known])
    rows = vectors[order] if len(known) else vectors
    tiles = [(top, left) for top in range(0, len(fresh), BLOCK) for left in range(top, len(order), BESIDE)]
    # A tile a thread: within a product, threads of BLAS wait for each other, on busy cores for seconds.
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        sketch = _sketch(rows) if len(fresh) > BLOCK else rows
        look = partial(_look_at_tile, rows, sketch, len(fresh), least)
        for first, second, cosine in chain.from_iterable(pool.map(look, tiles)):
            one, other = int(order[first]), int(order[second])
            yield min(one, other), max(one, other), cosine


def _look_at_tile(rows: Embeddings, sketch: Embeddings, fresh: int, least: float, tile: tuple[int, int]) -> Pairs:
    """Of the rows from `top` on, of which the first `fresh` count, those near to one from `left` on."""
    top, left = tile
    block = sketch[top : min(top + BLOCK, fresh)]
    possible = block @ sketch[left : left + BESIDE].T >= least - ROUNDING
    if left == top:
        within = possible[:, : len(block)]
        within[:] = np.triu(within, k=1)  # each pair once, and nothing with itself
    found, pairs = np.flatnonzero(possible), Pairs()
    for part in range(0, len(found), CANDIDATES):
        above, beside = np.divmod(found[part : part + CANDIDATES], possible.shape[1])
        first, second = above + top, beside + left
        cosines = np.einsum("ij,ij->i", rows[first], rows[second])
        near = cosines >= least
        pairs += zip(first[near].tolist(), second[near].tolist(), cosines[near].tolist(), strict=True)
    return pairs


def _sketch(rows: Embeddings) -> Embeddings:
    """Short rows whose products are never below the cosines of the long ones (Cauchy-Schwarz).

    They are the parts along the directions in which sentences vary most, and the length of what is left over.
    """
    if rows.shape[1] <= DIRECTIONS + 1 or not len(rows):
        return rows
    sample = rows[:: max(1, len(rows) // 4096)].astype(np.float64)
    _, directions = np.linalg.eigh(sample.T @ sample)
    main = rows @ directions[:, -DIRECTIONS:].astype(np.float32)
    rest = np.sqrt(np.clip(1 - np.einsum("ij,ij->i", main, main), 0, None))
    sketch: Embeddings = np.hstack([main, rest[:, None]])
    return sketch


def _pack(keys: Sequence[bytes], pairs: Pairs) -> bytes:
    stream = io.BytesIO()
    places = np.array([pair[:2] for pair in pairs], np.int32).reshape(-1, 2)
    cosines = np.array([cosine for *_, cosine in pairs], np.float32)
    np.savez(stream, keys=np.frombuffer(b"".join(keys), np.uint8), places=places, cosines=cosines)
    return stream.getvalue()


def _unpack(told: bytes | None) -> tuple[list[bytes], Pairs]:
    if told is None:
        return [], []
    with np.load(io.BytesIO(told), allow_pickle=False) as arrays:
        joined, places, cosines = arrays["keys"].tobytes(), arrays["places"].tolist(), arrays["cosines"].tolist()
    keys = [joined[start : start + 16] for start in range(0, len(joined), 16)]
    return keys, [(one, other, cosine) for (one, other), cosine in zip(places, cosines, strict=True)]
