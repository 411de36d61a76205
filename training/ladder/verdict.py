"""When a rung takes the place of the one below it: surely better in what counts, and perhaps worse in nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter_ns

import numpy as np

from bot.detectors.base import Encoder
from training.ladder.judge import DECISIVE, METRICS, Difference, Figures, Sheet, compare, figures

BETTER, WORSE = 2.0, 1.0
"""Standard errors. Unequal on purpose: a rung that is wrongly kept back costs nothing, one that is wrongly promoted
harms the bot. And one figure decides: of two, the better is a standard error above nothing for every fourth rung."""

LATENCY_TOLERANCE = 0.1
"""A tenth slower is within what two runs of the same graph differ by on a busy machine."""

TIMED = 100
ROUNDS = 4
AGAIN = 3


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one encoder pass, this rung's and the frozen one's, taken in turns on the same texts.

    Lower quartiles: what else a machine does can only add to a time. `error` is that of their difference.
    """

    own: float
    frozen: float
    error: float

    @property
    def worse(self) -> bool:
        """Slower beyond chance and LATENCY_TOLERANCE."""
        return self.own - self.frozen > max(self.error, LATENCY_TOLERANCE * self.frozen)


def measure_latency(own: Encoder, frozen: Encoder, texts: Sequence[str]) -> Latency:
    """Time both on `texts`; what looks worse is timed again, since a truly slower encoder is slower every time."""
    latency = _measure_once(own, frozen, texts)
    for _ in range(AGAIN):
        if not latency.worse:
            break
        latency = _measure_once(own, frozen, texts)
    return latency


def _measure_once(own: Encoder, frozen: Encoder, texts: Sequence[str]) -> Latency:
    """In turns, and each as often first, so that nothing else falls on one of them only."""
    times = np.empty((ROUNDS * len(texts[:TIMED]), 2))
    for row, text in enumerate(text for _ in range(ROUNDS) for text in texts[:TIMED]):
        order = (0, 1) if row % 2 else (1, 0)
        for column in order:
            times[row, column] = _milliseconds((own, frozen)[column], text)
    drawn = np.random.default_rng(0).integers(len(times), size=(200, len(times)))
    spread = np.diff(np.quantile(times[drawn], 0.25, axis=1), axis=1).std(ddof=1)
    mine, other = np.quantile(times, 0.25, axis=0)
    return Latency(round(float(mine), 3), round(float(other), 3), round(float(spread), 4))


def _milliseconds(encoder: Encoder, text: str) -> float:
    start = perf_counter_ns()
    encoder.encode([text])
    return (perf_counter_ns() - start) / 1e6


@dataclass(frozen=True, slots=True)
class Judgement:
    """A rung, what it was found to be worth, and against which rung it was `promoted` or not, for the `reason` given.

    `scale` is the one that all folds together chose; `seconds` what training its bodies took.
    """

    rung: str
    scale: float
    sheet: Sheet
    latency: Latency
    seconds: float
    below: str | None = None
    differences: Mapping[str, Difference] | None = None
    promoted: bool = True
    reason: str = "the encoder as it is: what the others have to beat"

    @property
    def figures(self) -> Figures:
        """Every metric by name."""
        return figures(self.sheet)


def judge(judged: Judgement, below: Judgement) -> Judgement:
    """`judged` with its verdict against the rung below."""
    found = compare(judged.sheet, below.sheet)
    better = found[DECISIVE.name].exceeds(BETTER, DECISIVE.gain)
    worse = [_tell(m.name, found[m.name]) for m in METRICS if found[m.name].exceeds(WORSE, -m.gain)]
    if judged.latency.worse:
        worse.append(f"{judged.latency.own:.2f} ms a message instead of {judged.latency.frozen:.2f} ms")
    decisive = f"the mean of accuracy and H {_tell('', found[DECISIVE.name]).strip()}"
    if worse:
        reason = f"worse than {below.rung}: {', '.join(worse)}"
    elif better:
        reason = f"better than {below.rung}: {decisive}; worse in nothing"
    else:
        reason = f"not better than {below.rung} by {BETTER:g} standard errors: {decisive}"
    return Judgement(
        judged.rung, judged.scale, judged.sheet, judged.latency, judged.seconds,
        below.rung, found, better and not worse, reason,
    )  # fmt: skip


def _tell(name: str, difference: Difference) -> str:
    return f"{name} {difference.value:+.3f} ± {difference.error:.3f}"
