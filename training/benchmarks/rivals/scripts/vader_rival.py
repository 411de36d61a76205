"""VADER: sentiment by a word list and rules; it learns nothing. Three classes by the bounds that its authors give."""

from __future__ import annotations

from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

BOUND = 0.05


class Rival:
    """Variant "polar": two classes by the sign, as Ripen is judged on a set that knows no neutral."""

    def __init__(self, _folder: Path, variant: str) -> None:
        self.polar = variant == "polar"
        self.analyser = SentimentIntensityAnalyzer()

    def learn(self, texts: list[str], intents: list[str]) -> None:
        """Nothing: the word list is what it is."""

    def load(self) -> None:
        """Nothing: opening it loads the word list."""

    def answer(self, texts: list[str]) -> list[tuple[str, float]]:
        """By the compound score."""
        return [self._read(self.analyser.polarity_scores(text)["compound"]) for text in texts]

    def _read(self, compound: float) -> tuple[str, float]:
        if abs(compound) < BOUND and not self.polar:
            return "neutral", 1 - abs(compound)
        return ("positive" if compound > 0 else "negative"), abs(compound)
