"""From a catalog to a detector: quickly for the edit just saved, then thoroughly in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from bot.catalog.catalog import Catalog, Intent
from bot.catalog.contradiction import Contradiction
from bot.config import MATURE_AFTER
from bot.detectors.arbiter import Arbiter, ArbiterPrior
from bot.detectors.base import Encoder
from bot.detectors.detector import IntentHealth, LearnedDetector
from bot.detectors.episodes import cross_validated_recall, ripen_arbiter
from bot.detectors.exemplars import EmbeddedIntent, Exemplars, embed_intents
from bot.detectors.graduation import Progress, flag, may_be_mature, tell_progress
from bot.detectors.learnt import Learnt, LearntFolder, key_of
from bot.detectors.mature import Mature
from bot.detectors.risk import HeldOut, RiskCurve
from bot.detectors.sentiment import SentimentReader
from bot.detectors.zero_shot import ZeroShot

__all__ = ["IntentHealth", "LearnedDetector", "Learner"]


@dataclass(frozen=True, slots=True)
class _Learnt:
    """What the next edit may reuse."""

    mature: Mature
    arbiter: Arbiter
    recall: Mapping[str, float]
    held_out: HeldOut


class Learner:
    """Learns one catalog after another; one thread at a time. A catalog's unchanged parts are not learnt again."""

    def __init__(
        self,
        encoder: Encoder,
        message_encoder: Encoder,
        sentiment: SentimentReader,
        prior: ArbiterPrior,
        mature_after: int = MATURE_AFTER,
        kept: LearntFolder | None = None,
    ) -> None:
        """`encoder` sees the catalog only, so it may cache on disk; `message_encoder` sees the users' words.

        With `kept`, a catalog that was learnt before is not learnt again. From here on the process does its linear
        algebra on one thread: on matrices as small as these, threads wait for each other. On two busy cores a rebuild
        took 13 s with two of them and 0.9 s with one.
        """
        threadpool_limits(limits=1, user_api="blas")
        self._encoder = encoder
        self._prior = prior
        self._mature_after = mature_after
        self._detector = partial(LearnedDetector, message_encoder, sentiment)
        self._learnt: _Learnt | None = None
        self._kept = kept
        self._made_with = (encoder.fingerprint, str(mature_after), prior.fingerprint)

    def learn(self, catalog: Catalog) -> Iterator[LearnedDetector]:
        """Yield ever better detectors for `catalog`; safe to abandon between them.

        After an edit the first comes at once: the previous head goes on for the intents that it knows, and everything
        else is understood by card and examples. If mature intents changed, the next has a new head. The last has
        cross-validated stages and the bot's own arbiter.
        """
        intents = list(catalog.intents.values())
        before = self._learnt
        embedded = embed_intents(intents, self._encoder, before.mature.exemplars if before else None)
        flagged = flag(intents, embedded, self._encoder)
        key = key_of(intents, self._made_with)
        remembered = self._remember(key, embedded)
        if remembered is not None:
            self._learnt = remembered
            yield self._assemble(intents, embedded, flagged, remembered)
            return
        recall = before.recall if before else {}
        likely = self._ripe(intents, flagged)
        reused = self._reuse(before, likely, embedded) if before else None
        if before and reused:
            yield self._assemble(intents, embedded, flagged, replace(before, mature=reused))
        quick = self._train(likely, embedded)
        if quick is not reused:
            arbiter = before.arbiter if before else self._prior.arbiter
            held_out = before.held_out if before else HeldOut.none()
            yield self._assemble(intents, embedded, flagged, _Learnt(quick, arbiter, recall, held_out))
        self._learnt = self._ripen(intents, flagged, embedded, quick)
        if self._kept:
            self._kept.write(key, _keep(self._learnt))
        yield self._assemble(intents, embedded, flagged, self._learnt)

    def _remember(self, key: str, embedded: Mapping[str, EmbeddedIntent]) -> _Learnt | None:
        kept = self._kept.read(key) if self._kept else None
        if kept is None:
            return None
        exemplars = Exemplars.gather([embedded[name] for name in kept.intents], self._encoder.widths)
        mature = Mature.around(kept.head, kept.wording, exemplars)
        return _Learnt(mature, kept.arbiter, kept.recall, kept.held_out)

    def _ripen(
        self,
        intents: Sequence[Intent],
        flagged: Mapping[str, Contradiction],
        embedded: Mapping[str, EmbeddedIntent],
        quick: Mature,
    ) -> _Learnt:
        widths = self._encoder.widths
        hopeful = [embedded[intent.name] for intent in intents if may_be_mature(intent, self._mature_after)]
        recall = cross_validated_recall(hopeful, widths)
        names = self._ripe(intents, flagged)
        head = quick if names == list(quick.exemplars.intents) else self._train(names, embedded)
        new = [one for name, one in embedded.items() if name not in names]
        arbiter, held_out = ripen_arbiter(self._prior.arbiter, [embedded[name] for name in names], new, widths)
        return _Learnt(head, arbiter, recall, held_out)

    def _ripe(self, intents: Sequence[Intent], flagged: Mapping[str, Contradiction]) -> list[str]:
        """Those with enough examples that are pinned or not flagged."""
        hopeful = [intent for intent in intents if may_be_mature(intent, self._mature_after)]
        return [intent.name for intent in hopeful if intent.stage == "mature" or intent.name not in flagged]

    def _train(self, names: Sequence[str], embedded: Mapping[str, EmbeddedIntent]) -> Mature:
        exemplars = Exemplars.gather([embedded[name] for name in names], self._encoder.widths)
        known = self._learnt.mature if self._learnt else None
        if known and known.exemplars.same_rows(exemplars):
            return known
        return Mature.train(exemplars)

    def _reuse(self, learnt: _Learnt, hopeful: Sequence[str], embedded: Mapping[str, EmbeddedIntent]) -> Mature:
        """The previous head for those of its intents that are still there, beside their newest exemplars."""
        before, wanted = learnt.mature.exemplars.intents, set(hopeful)
        classes = np.array([index for index, name in enumerate(before) if name in wanted], np.intp)
        exemplars = Exemplars.gather([embedded[before[index]] for index in classes], self._encoder.widths)
        if learnt.mature.exemplars.same_rows(exemplars):
            return learnt.mature
        head, wording = learnt.mature.head.select(classes), learnt.mature.wording.select(classes)
        return Mature.around(head, wording, exemplars, learnt.mature)

    def _assemble(
        self,
        intents: Sequence[Intent],
        embedded: Mapping[str, EmbeddedIntent],
        flagged: Mapping[str, Contradiction],
        learnt: _Learnt,
    ) -> LearnedDetector:
        ripe = set(learnt.mature.exemplars.intents)
        new = [one for name, one in embedded.items() if name not in ripe]
        zero_shot = ZeroShot.beside(learnt.mature, Exemplars.gather(new, self._encoder.widths))
        health = tell_progress(intents, Progress(ripe, learnt.recall, flagged, self._mature_after))
        curve = RiskCurve(learnt.held_out, self._prior.held_out)
        return self._detector(learnt.mature, zero_shot, learnt.arbiter, curve, health)


def _keep(learnt: _Learnt) -> Learnt:
    mature = learnt.mature
    return Learnt(mature.exemplars.intents, mature.head, mature.wording, learnt.arbiter, learnt.recall, learnt.held_out)
