"""What a detection rests on, intent by intent: nearest examples, card, trained head, and what each counts for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from bot.catalog.catalog import Stage
from bot.detectors import mature, zero_shot
from bot.detectors.arbiter import CONTEXT, PARAMETERS
from bot.detectors.detector import LearnedDetector, Measured
from bot.messages import Neighbour

NEAREST = 3

NATURE_SHARE, CONTEXT_SHARE, SECOND_LOOK = "its nature", "mature or new", "second look"

SHARES: Mapping[str, str] = {
    "mature.log_probability": "head",
    "mature.kernel": "head",
    "mature.best_row": "nearest example",
    "new.best_row": "nearest example",
    "mature.mean_row": "all its sentences",
    "new.prototype": "all its sentences",
    "new.centred": "all its sentences",
    "mature.card": "card",
    "new.card": "card",
    "mature.cohesion": NATURE_SHARE,
    "new.log_examples": NATURE_SHARE,
}
"""By parameter of the arbiter, what people call it. Those of the context are CONTEXT_SHARE: they tell only whether a
message is rather one for the mature or for the new intents."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One intent for one message. Similarities are cosines, in [-1, 1].

    `card` is the similarity to name and description; `nearest` its best examples, best first; `head` the probability
    that the trained heads give it among the mature intents, None for a new one. `shares` are what its utility is the
    sum of, in log odds against "none of them", by name of SHARES, CONTEXT_SHARE and, where an NLI model looked again,
    SECOND_LOOK.
    """

    intent: str
    stage: Stage
    confidence: float
    card: float
    card_text: str
    nearest: tuple[Neighbour, ...]
    head: float | None
    shares: Mapping[str, float]


def gather_evidence(
    text: str, detector: LearnedDetector, names: Iterable[str] = (), best: int = 0
) -> tuple[Evidence, ...]:
    """Of the intents `names` and the `best` likeliest ones for `text`, likeliest first. A name it lacks is left out."""
    found = detector.measure(text)
    order = np.argsort(-found.chances, kind="stable").tolist()
    wanted = {detector.intents[index] for index in order[:best]} | set(names)
    return tuple(_gather(index, detector, found) for index in order if detector.intents[index] in wanted)


def _gather(index: int, detector: LearnedDetector, found: Measured) -> Evidence:
    split = len(detector.mature.exemplars)
    matures = index < split
    side = detector.mature if matures else detector.zero_shot
    reading, at = (found.matured, index) if matures else (found.new, index - split)
    known = side.exemplars
    start = int(known.starts[at])
    rows = np.arange(start + 1, start + 1 + int(known.counts[at]))
    similarities, intent = reading.similarities[0], known.intents[at]
    nearest = rows[np.argsort(-similarities[rows], kind="stable")[:NEAREST]].tolist()
    chances = found.matured.candidates[0, :, mature.CANDIDATE_FEATURES.index("log_probability")]
    return Evidence(
        intent,
        "mature" if matures else "new",
        float(found.chances[index]),
        float(similarities[start]),
        known.texts[start],
        tuple(Neighbour(intent, known.texts[row], float(similarities[row])) for row in nearest),
        float(np.exp(chances[at])) if matures else None,
        _share(detector, found, at, matures),
    )


def _share(detector: LearnedDetector, found: Measured, at: int, matures: bool) -> dict[str, float]:
    """The terms of the arbiter's utility, added up under the names that people know; and what a second look added."""
    arbiter = detector.arbiter
    weights = dict(zip(PARAMETERS, arbiter.weights.tolist(), strict=True))
    side, names = ("mature", mature.CANDIDATE_FEATURES) if matures else ("new", zero_shot.CANDIDATE_FEATURES)
    reading = found.matured if matures else found.new
    shares = dict.fromkeys(SHARES.values(), 0.0)
    for name, value in zip(names, reading.candidates[0, at].tolist(), strict=True):
        shares[SHARES[f"{side}.{name}"]] += value * weights[f"{side}.{name}"]
    context = arbiter.scaled(np.hstack([found.matured.context, found.new.context]))[0].tolist()
    shares[CONTEXT_SHARE] = sum(
        value * weights[f"{side}.given.{name}"] for name, value in zip(CONTEXT, context, strict=True)
    )
    if found.entailed:
        index = at + (0 if matures else len(detector.mature.exemplars))
        none = 1.0 - float(found.chances.sum())
        final = float(np.log(max(found.chances[index], 1e-12) / max(none, 1e-12)))
        shares[SECOND_LOOK] = final - sum(shares.values())
    return shares


def compare(best: Evidence, rival: Evidence) -> dict[str, float]:
    """What `best` has over `rival`, in log odds by name; the sum is the log of how many times likelier it is.

    Between a new and a mature intent, what comes of that alone is one figure: its parts only cancel each other.
    """
    names = dict.fromkeys((*best.shares, *rival.shares))
    lead = {name: best.shares.get(name, 0.0) - rival.shares.get(name, 0.0) for name in names}
    if best.stage != rival.stage:
        lead[CONTEXT_SHARE] += lead.pop(NATURE_SHARE)
    return lead
