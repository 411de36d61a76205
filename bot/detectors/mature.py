"""Mature, for intents with enough examples: a logistic regression on meaning, one on wording, a kernel regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.linalg import solve

from bot.detectors.base import Embeddings, Encoded
from bot.detectors.exemplars import Exemplars, Floats, Integers, Reading, best_two, unit

CANDIDATE_FEATURES = ("log_probability", "best_row", "mean_row", "card", "cohesion", "kernel")
CONTEXT_FEATURES = (
    "any_mature",
    "log_mature",
    "head_top",
    "head_margin",
    "head_entropy",
    "best_example",
    "nearest_examples",
    "best_card",
    "log_shots",
)
NEAREST = 5
INVERSE_REGULARISATION = 20.0
"""C of the heads. 10-shot accuracy on validation data is flat from 10 to 30 on BANKING77 and CLINC150."""

TOLERANCE = 3e-4

MOST_LEARNT = 2000
"""Rows of an intent that the heads are fitted on, so that an edit beside one of 20,000 does not take seconds."""


@dataclass(frozen=True, slots=True)
class Head:
    """Linear scores of the classes: weights (dimensions, classes), bias (classes,)."""

    weights: Floats
    bias: Floats

    def log_probabilities(self, messages: Embeddings) -> Floats:
        """(n, dimensions) -> (n, classes)."""
        return _log_softmax(messages @ self.weights + self.bias)

    def select(self, classes: Integers) -> Head:
        """The head of some of its classes: what is left of a softmax when the others are impossible."""
        return Head(np.ascontiguousarray(self.weights[:, classes]), self.bias[classes])


def _log_softmax(scores: Floats) -> Floats:
    scores = scores - scores.max(axis=1, keepdims=True)
    odds: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return odds


def fit_head(rows: Embeddings, owners: Integers, classes: int) -> Head:
    """Fit on `rows` (n, dimensions) of `owners` (n,), every class from 0 to `classes` - 1 having at least one row.

    Float32 and a loose tolerance: 0.1 s instead of 0.26 s at 77 x 10 rows, for the same accuracy.
    """
    if classes < 2:
        return Head(np.zeros((rows.shape[1], classes), np.float32), np.zeros(classes, np.float32))
    penalty = INVERSE_REGULARISATION
    if len(rows) <= 2 * classes:  # scikit-learn warns of so few; with every row thrice the problem is the same
        rows, owners, penalty = np.vstack([rows] * 3), np.tile(owners, 3), penalty / 3
    # Its import takes longer than everything else of a start, which has nothing to fit when the head was kept on disk.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=penalty, tol=TOLERANCE, max_iter=1000).fit(rows, owners)
    weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if classes == 2:  # scikit-learn gives one column for two classes
        weights, bias = np.hstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return Head(np.ascontiguousarray(weights), bias)


WORDING = 0.4
"""What the head on wording counts beside the one on meaning (docs/research.md)."""


@dataclass(frozen=True, slots=True)
class WordingHead:
    """A head on wording: how a message differs from `centre` (w,), what the training rows have in common.

    The middle layer of the encoder knows words, the last one their sense, and they err on different messages.
    """

    head: Head
    centre: Floats

    def log_probabilities(self, messages: Embeddings) -> Floats:
        """(n, w) -> (n, classes)."""
        return self.head.log_probabilities(unit(messages - self.centre))

    def select(self, classes: Integers) -> WordingHead:
        """The head of some of its classes."""
        return WordingHead(self.head.select(classes), self.centre)


def fit_wording(rows: Embeddings, owners: Integers, classes: int) -> WordingHead:
    """Fit on the wording of the rows that `fit_head` is fitted on, (n, w)."""
    centre = rows.sum(axis=0) / max(len(rows), 1)
    return WordingHead(fit_head(unit(rows - centre), owners, classes), centre)


KERNEL_WIDTH, KERNEL_RIDGE, MOST_LANDMARKS = 2.0, 0.05, 2000


@dataclass(frozen=True, slots=True)
class Kernel:
    """Kernel ridge regression: closeness to `landmarks` (L,), rows of the exemplars, times `weights` (L, classes).

    It bends where the head is straight. Three times its score added to the head's log probability took 10-shot accuracy
    on validation data from 0.860 to 0.866 on BANKING77, 0.826 to 0.832 on HWU64 and 0.921 to 0.925 on CLINC150.
    """

    landmarks: Integers
    weights: Floats

    def scores(self, similarities: Floats) -> Floats:
        """(n, rows of the exemplars) -> (n, classes), about 1 for the right class and 0 for the others."""
        scores: Floats = _closeness(similarities[:, self.landmarks]) @ self.weights
        return scores

    def fits(self, known: Exemplars, rows: Embeddings, owners: Integers, classes: int) -> bool:
        """Whether this one, of `known`, was fitted on `rows` of `owners`, intents from 0 to `classes` - 1."""
        mine = self.landmarks
        return (
            len(known) == classes
            and np.array_equal(known.owners[mine], owners)
            and np.array_equal(known.rows[mine], rows)
        )


def fit_kernel(known: Exemplars, before: Mature | None = None) -> Kernel:
    """In closed form, on at most MOST_LANDMARKS rows: of each intent the card and its first examples.

    Where those are what they were in `before`, its weights are right: an edit further down leaves them alone.
    """
    classes = len(known)
    if not classes:
        return Kernel(np.zeros(0, np.intp), np.zeros((0, 0), np.float32))
    each = max(1, MOST_LANDMARKS // classes)
    place = np.arange(len(known.rows)) - known.starts[known.owners]
    landmarks = np.flatnonzero(place < each)
    rows, owners = known.rows[landmarks], known.owners[landmarks]
    if before is not None and before.kernel.fits(before.exemplars, rows, owners, classes):
        return Kernel(landmarks, before.kernel.weights)
    closeness = _closeness(rows @ rows.T)
    closeness[np.diag_indices_from(closeness)] += KERNEL_RIDGE
    targets = np.eye(classes, dtype=np.float32)[owners] - 1 / classes
    weights = solve(closeness, targets)
    return Kernel(landmarks, weights.astype(np.float32))


def _closeness(similarities: Floats) -> Floats:
    closeness: Floats = np.exp(KERNEL_WIDTH * (similarities - 1))
    return closeness


@dataclass(frozen=True, slots=True)
class Mature:
    """Heads and kernel, and the exemplars: each card counts as one example."""

    exemplars: Exemplars
    head: Head
    wording: WordingHead
    kernel: Kernel

    @classmethod
    def train(cls, exemplars: Exemplars) -> Mature:
        """Fit the heads, and the kernel, on the rows of `exemplars`, at most MOST_LEARNT an intent."""
        place = np.arange(len(exemplars.rows)) - exemplars.starts[exemplars.owners]
        stride = -(-(exemplars.counts + 1) // MOST_LEARNT)
        kept = np.flatnonzero(place % stride[exemplars.owners] == 0)  # evenly spread, the card among them
        owners, classes = exemplars.owners[kept], len(exemplars)
        wording = fit_wording(exemplars.wording[kept], owners, classes)
        return cls.around(fit_head(exemplars.rows[kept], owners, classes), wording, exemplars)

    @classmethod
    def around(cls, head: Head, wording: WordingHead, exemplars: Exemplars, before: Mature | None = None) -> Mature:
        """With heads that may be of earlier rows of the same intents; `before` had those."""
        return cls(exemplars, head, wording, fit_kernel(exemplars, before))

    def read(self, messages: Encoded) -> Reading:
        """Measure the mature intents for n messages."""
        known = self.exemplars
        context = np.full((len(messages), len(CONTEXT_FEATURES)), np.nan, np.float32)
        context[:, 0] = len(known) > 0
        similarities = messages.meaning @ known.rows.T
        if not len(known):
            return Reading(np.zeros((len(messages), 0, len(CANDIDATE_FEATURES)), np.float32), context, similarities)
        by_meaning, by_wording = (
            self.head.log_probabilities(messages.meaning),
            self.wording.log_probabilities(messages.wording),
        )
        chances = _log_softmax(by_meaning + WORDING * by_wording)
        candidates = np.empty((*chances.shape, len(CANDIDATE_FEATURES)), np.float32)
        candidates[..., 0] = chances
        candidates[..., 1] = known.best_per_intent(similarities)
        candidates[..., 2] = messages.meaning @ known.means.T
        candidates[..., 3] = messages.meaning @ known.cards.T
        candidates[..., 4] = known.cohesion
        candidates[..., 5] = self.kernel.scores(similarities)
        self._describe(candidates, similarities, context)
        return Reading(candidates, context, similarities)

    def _describe(self, candidates: Floats, similarities: Floats, context: Floats) -> None:
        classes, rows = candidates.shape[1], similarities.shape[1]
        chances = candidates[..., 0]
        top, second = best_two(np.exp(chances))
        context[:, 1] = np.log(classes)
        context[:, 2] = top
        context[:, 3] = top - second
        if classes > 1:
            context[:, 4] = -(np.exp(chances) * chances).sum(axis=1) / np.log(classes)
        context[:, 5] = candidates[..., 1].max(axis=1)
        nearest = min(NEAREST, rows)
        context[:, 6] = np.partition(similarities, rows - nearest, axis=1)[:, rows - nearest :].mean(axis=1)
        context[:, 7] = candidates[..., 3].max(axis=1)
        context[:, 8] = np.log1p(self.exemplars.counts.mean())
