"""All examples in two dimensions: near means alike. Sole user of scikit-learn's manifolds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from bot.catalog.catalog import Catalog
from bot.detectors.base import Embeddings, Encoder
from bot.slots import delexicalise_examples

MOST_BY_NEIGHBOURS = 2500
"""Examples that t-SNE lays out, in some ten seconds; of more, the two main axes are shown (PCA)."""

FEWEST_BY_NEIGHBOURS = 12
PERPLEXITY = 20.0
SEED = 5
NEAREST = 3

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """An example at `x` and `y`, each in [0, 1]. `other` is the intent that it stands nearer to than to its own, in the
    full space, by `excess` in cosines; None when there is none."""

    intent: str
    text: str
    where: str
    x: float
    y: float
    other: str | None = None
    excess: float = 0.0
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """The examples of one catalog as one model sees them; `way` is how they were laid out."""

    spots: tuple[Spot, ...]
    intents: tuple[str, ...]
    way: str

    @property
    def outliers(self) -> tuple[Spot, ...]:
        """Those that stand among another intent's, the worst first."""
        return tuple(sorted((each for each in self.spots if each.other), key=lambda each: -each.excess))


@dataclass(slots=True)
class Landscape:
    """Remembers the last one. Laying out takes seconds, in a thread; who asks meanwhile waits for the same."""

    encoder: Callable[[], Encoder]
    _known: tuple[Catalog, str, Laid] | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self, catalog: Catalog) -> Laid:
        """The examples of `catalog` laid out."""
        async with self._one:
            encoder = await asyncio.to_thread(self.encoder)
            known = self._known
            if known is None or known[0] != catalog or known[1] != encoder.fingerprint:
                laid = await asyncio.to_thread(lay_out, catalog, encoder)
                known = self._known = (catalog, encoder.fingerprint, laid)
            return known[2]


def lay_out(catalog: Catalog, encoder: Encoder) -> Laid:
    """The same for the same catalog and encoder."""
    read = delexicalise_examples(catalog).intents
    pairs = [
        (intent.name, example, seen.text)
        for intent in catalog.intents.values()
        for example, seen in zip(intent.examples, read[intent.name].examples, strict=True)
    ]
    names = tuple(name for name in catalog.intents if catalog.intents[name].examples)
    if not pairs:
        return Laid((), names, "")
    rows = encoder.encode([text for _, _, text in pairs])
    places, way = _flatten(rows)
    order = {name: index for index, name in enumerate(names)}
    strays = _find_strays(rows, np.array([order[name] for name, _, _ in pairs]))
    spots = []
    for (name, example, _), (nearest, excess), place in zip(pairs, strays, places, strict=True):
        where = f"{example.source.file.name}:{example.source.line}"
        spot = Spot(name, example.text, where, float(place[0]), float(place[1]))
        if nearest is not None:
            spot = replace(spot, other=pairs[nearest][0], excess=excess, alike=pairs[nearest][1].text)
        spots.append(spot)
    return Laid(tuple(spots), names, way)


def _flatten(rows: Embeddings) -> tuple[Points, str]:
    """(n, d) -> (n, 2), each axis in [0, 1], and the way in words."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    main = PCA(min(50, *rows.shape), random_state=SEED).fit_transform(rows) if len(rows) > 1 else rows[:, :2]
    if FEWEST_BY_NEIGHBOURS <= len(rows) <= MOST_BY_NEIGHBOURS:
        perplexity = min(PERPLEXITY, (len(rows) - 1) / 3)
        flat = TSNE(2, perplexity=perplexity, init="pca", random_state=SEED).fit_transform(main)
        way = "t-SNE: who is near whom is right, distances between groups mean little"
    else:
        flat = np.pad(main, ((0, 0), (0, max(0, 2 - main.shape[1]))))[:, :2]
        way = "PCA: the two axes along which the examples differ most"
    span = flat.max(axis=0) - flat.min(axis=0)
    placed: Points = (flat - flat.min(axis=0)) / np.where(span > 0, span, 1)
    return placed.astype(np.float64), way


def _find_strays(rows: Embeddings, owners: npt.NDArray[np.int_]) -> Sequence[tuple[int | None, float]]:
    """For each row the nearest one of another intent, if the nearest three there are nearer than the nearest three of
    its own, and by how much. Rows of one intent stand together."""
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ends = [*starts[1:].tolist(), len(rows)]
    found: list[tuple[int | None, float]] = []
    for index, row in enumerate(rows):
        cosines = rows @ row
        cosines[index] = -np.inf
        best = np.maximum.reduceat(cosines, starts)
        best[owners[index]] = -np.inf
        rival = int(best.argmax())
        own = _near(cosines[starts[owners[index]] : ends[owners[index]]])
        theirs = _near(cosines[starts[rival] : ends[rival]])
        if rival != owners[index] and own is not None and theirs is not None and theirs > own:
            nearest = int(starts[rival] + cosines[starts[rival] : ends[rival]].argmax())
            found.append((nearest, theirs - own))
        else:
            found.append((None, 0.0))
    return found


def _near(cosines: Embeddings) -> float | None:
    """The mean of the nearest three; None when there is none."""
    there = np.sort(cosines[np.isfinite(cosines)])[-NEAREST:]
    return float(there.mean()) if len(there) else None
