"""All examples in two dimensions: near means alike. Sole user of scikit-learn's manifolds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from bot.catalog.catalog import Catalog, Source
from bot.detectors.base import Embeddings, Encoder
from bot.slots import delexicalise_examples

MOST_BY_NEIGHBOURS = 2500
"""Examples that t-SNE lays out, in some ten seconds; of more, the two main axes are shown (PCA), and those that stand
among another intent are looked for afterwards, which takes as long for 25,000."""

FEWEST_BY_NEIGHBOURS = 64
MOST_DRAWN = 4000
"""A browser takes a second for them; of more, some of each intent are drawn, and all of one that is chosen."""

ROWS_AT_ONCE = 512
PERPLEXITY, ITERATIONS = 20.0, 500
BY_NEIGHBOURS = "t-SNE: who is near whom is right, distances between groups mean little"
BY_AXES = "PCA: the two axes along which the examples differ most"
SEED = 5
NEAREST = 3
CLEARLY = 0.03
"""Cosines by which another intent must be nearer: less is chance among so few neighbours."""

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """An example at `x` and `y`, each in [0, 1]. `other` is the intent that it stands nearer to than to its own, in the
    full space, by `excess` in cosines; None when there is none."""

    intent: str
    text: str
    source: Source
    x: float
    y: float
    other: str | None = None
    excess: float = 0.0
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """The examples of one catalog as one model sees them; `way` is how they were laid out, `final` that no better way
    comes, `searched` that those were looked for that stand among another intent."""

    spots: tuple[Spot, ...]
    intents: tuple[str, ...]
    way: str
    final: bool
    searched: bool = True

    def drawn(self, chosen: str) -> tuple[tuple[int, Spot], ...]:
        """All of them, or so many that a page can hold them: the strays, those of the intent `chosen`, some of each;
        with each its place in `spots`."""
        every = -(-len(self.spots) // MOST_DRAWN)
        return tuple(
            (number, spot)
            for number, spot in enumerate(self.spots)
            if number % max(every, 1) == 0 or spot.other or spot.intent == chosen
        )

    def find(self, number: str, intent: str) -> Spot | None:
        """The spot at this place, if it is of this intent: the map of a browser may be of an older catalog."""
        if not (number.isdecimal() and len(number) < 8 and int(number) < len(self.spots)):
            return None
        spot = self.spots[int(number)]
        return spot if spot.intent == intent else None

    @property
    def outliers(self) -> tuple[Spot, ...]:
        """Those that stand among another intent's, the worst first."""
        return tuple(sorted((each for each in self.spots if each.other), key=lambda each: -each.excess))


@dataclass(slots=True)
class Landscape:
    """Remembers the last one. The main axes are there in a moment; what takes longer comes from a thread."""

    encoder: Callable[[], Encoder]
    _known: tuple[Catalog, str, Laid] | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)
    _better: asyncio.Task[None] | None = None

    async def look(self, catalog: Catalog) -> Laid:
        """The examples of `catalog` as well as they are laid out by now."""
        async with self._one:
            encoder = await asyncio.to_thread(self.encoder)
            known = self._known
            if known is None or known[0] != catalog or known[1] != encoder.fingerprint:
                laid = await asyncio.to_thread(lay_out, catalog, encoder)
                known = self._known = (catalog, encoder.fingerprint, laid)
                if not laid.final:
                    self._better = asyncio.create_task(self._improve(catalog, encoder))
            return known[2]

    async def _improve(self, catalog: Catalog, encoder: Encoder) -> None:
        laid = await asyncio.to_thread(lay_out, catalog, encoder, thorough=True)
        if self._known is not None and self._known[0] == catalog and self._known[1] == encoder.fingerprint:
            self._known = (catalog, encoder.fingerprint, laid)


def lay_out(catalog: Catalog, encoder: Encoder, *, thorough: bool = False) -> Laid:
    """The same for the same catalog and encoder; at once, or as well as can be."""
    read = delexicalise_examples(catalog).intents
    pairs = [
        (intent.name, example, seen.text)
        for intent in catalog.intents.values()
        for example, seen in zip(intent.examples, read[intent.name].examples, strict=True)
    ]
    names = tuple(name for name in catalog.intents if catalog.intents[name].examples)
    if not pairs:
        return Laid((), names, "", final=True)
    rows = encoder.encode([text for _, _, text in pairs])
    few = len(pairs) <= MOST_BY_NEIGHBOURS
    by_neighbours = thorough and few and len(pairs) >= FEWEST_BY_NEIGHBOURS
    searched = thorough or few
    places = _flatten(rows, by_neighbours)
    order = {name: index for index, name in enumerate(names)}
    strays = find_strays(rows, np.array([order[name] for name, _, _ in pairs])) if searched else repeat((None, 0.0))
    spots = []
    for (name, example, _), (nearest, excess), place in zip(pairs, strays, places, strict=False):
        spot = Spot(name, example.text, example.source, float(place[0]), float(place[1]))
        if nearest is not None:
            spot = replace(spot, other=pairs[nearest][0], excess=excess, alike=pairs[nearest][1].text)
        spots.append(spot)
    final = thorough or len(pairs) < FEWEST_BY_NEIGHBOURS
    return Laid(tuple(spots), names, BY_NEIGHBOURS if by_neighbours else BY_AXES, final, searched)


def _flatten(rows: Embeddings, by_neighbours: bool) -> Points:
    """(n, d) -> (n, 2), each axis in [0, 1]."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    with threadpool_limits(1):  # on matrices as small as these, threads wait for each other (detectors/learner.py)
        differ = bool((rows != rows[0]).any())
        flat = PCA(min(50, *rows.shape), random_state=SEED).fit_transform(rows) if differ else rows[:, :2]
        if by_neighbours:
            near = TSNE(2, perplexity=PERPLEXITY, init="pca", random_state=SEED, max_iter=ITERATIONS, n_jobs=1)
            flat = near.fit_transform(flat)
    flat = np.pad(flat, ((0, 0), (0, max(0, 2 - flat.shape[1]))))[:, :2]
    span = flat.max(axis=0) - flat.min(axis=0)
    placed: Points = ((flat - flat.min(axis=0)) / np.where(span > 0, span, 1)).astype(np.float64)
    return placed


def find_strays(
    rows: Embeddings, owners: npt.NDArray[np.int_], asked: npt.NDArray[np.int_] | None = None
) -> Sequence[tuple[int | None, float]]:
    """For each row, or each that is `asked` about, the nearest one of another intent, if the nearest three there are
    nearer than the nearest three of its own, and by how much. Rows of one intent stand together."""
    asked = np.arange(len(rows)) if asked is None else asked
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ends = [*starts[1:].tolist(), len(rows)]
    found: list[tuple[int | None, float]] = []
    for first in range(0, len(asked), ROWS_AT_ONCE):
        some = asked[first : first + ROWS_AT_ONCE]
        for row, cosines in zip(some.tolist(), rows[some] @ rows.T, strict=True):
            owner = int(owners[row])
            cosines[row] = -np.inf
            own = _near(cosines[starts[owner] : ends[owner]])
            cosines[starts[owner] : ends[owner]] = -np.inf
            nearest = int(cosines.argmax())
            rival = int(owners[nearest])
            theirs = _near(cosines[starts[rival] : ends[rival]])
            if own is not None and theirs is not None and theirs > own + CLEARLY:
                found.append((nearest, theirs - own))
            else:
                found.append((None, 0.0))
    return found


def _near(cosines: Embeddings) -> float | None:
    """The mean of the nearest three; None when there is none."""
    there = np.sort(cosines[np.isfinite(cosines)])[-NEAREST:]
    return float(there.mean()) if len(there) else None
