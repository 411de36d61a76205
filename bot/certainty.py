"""What the bot is certain of by now, among what it had doubts about: the inbox asks about hundreds of texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.config import Settings
from bot.detectors.detector import LearnedDetector
from bot.detectors.recent import RecentEncoder
from bot.live import Snapshot
from bot.running import confidences

MOST_ASKED = 20_000
"""Texts whose confidence is remembered."""

MOST_ENCODED = 4_000
"""Texts that are encoded only once, however often the bot learns: some 20 MB. An inbox groups 2,000."""


class Certainty:
    """Asks again only when the bot has learnt something since. What it remembers is in memory only."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._of: Snapshot | None = None
        self._known: dict[str, float] = {}
        self._encoder: RecentEncoder | None = None

    def of(self, texts: Sequence[str], snapshot: Snapshot) -> list[float]:
        """With what confidence the bot would act on each of `texts`; 0 where it would not."""
        if snapshot is not self._of:
            self._of, self._known = snapshot, {}
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            if len(self._known) + len(missing) > MOST_ASKED:
                self._known = {text: self._known[text] for text in texts if text in self._known}
            found = confidences(missing, self._remembering(snapshot), self._settings)
            self._known.update(zip(missing, found, strict=True))
        return [self._known[text] for text in texts]

    def _remembering(self, snapshot: Snapshot) -> Snapshot:
        """The same, with a detector that encodes only what it has not been asked before."""
        detector = snapshot.detector
        if not isinstance(detector, LearnedDetector):
            return snapshot
        if self._encoder is None or self._encoder.fingerprint != detector.encoder.fingerprint:
            self._encoder = RecentEncoder(detector.encoder, MOST_ENCODED)
        return replace(snapshot, detector=replace(detector, encoder=self._encoder))
