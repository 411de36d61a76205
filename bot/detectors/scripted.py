"""A detector that says what it was told: for tests of conversations, which are about what follows an intent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.detectors.base import Detector
from bot.messages import Candidate, Detection, Sentiment

Value = TypeVar("Value")

SURE = 0.95
CALM = Sentiment("neutral", 0.0)


@dataclass(frozen=True, slots=True)
class ScriptedDetector(Detector):
    """Maps exact texts (letter case and outer spaces aside) to intents, and everything else to out of scope.

    `feelings` maps texts to how they are said, for the rules that listen to sentiment.
    """

    script: Mapping[str, str]
    feelings: Mapping[str, Sentiment] = field(default_factory=dict)

    def detect(self, text: str) -> Detection:
        """The scripted intent at a confidence of SURE, the other scripted intents at 0."""
        meant = _find(self.script, text)
        others = [name for name in dict.fromkeys(self.script.values()) if name != meant]
        ranked = [Candidate(meant, SURE, "mature")] if meant else []
        return Detection(
            candidates=(*ranked, *(Candidate(name, 0.0, "mature") for name in others)),
            out_of_scope=1.0 - SURE if meant else 1.0,
            sentiment=_find(self.feelings, text) or CALM,
            risk=0.0 if meant else 1.0,
        )


def _find(script: Mapping[str, Value], text: str) -> Value | None:
    wanted = text.strip().casefold()
    return next((value for key, value in script.items() if key.strip().casefold() == wanted), None)
