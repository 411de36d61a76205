"""Rasa 3.6 with the pipeline that it suggests when none is given: DIET on words and letters, no pretrained weights.

`nlu_fallback`, which stands for a low score, is looked behind: the best real intent counts, as it does for all.
"""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

from rasa.core.agent import load_agent
from rasa.model_training import train_nlu
from rasa.utils.log_utils import configure_structlog

CONFIG = """
recipe: default.v1
assistant_id: benchmark
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: 100
    constrain_similarities: true
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""
FALLBACK = "nlu_fallback"


class Rival:
    """Training data goes through a file, in Rasa's JSON: no sign in a text can be taken for YAML or for an entity."""

    def __init__(self, folder: Path, _variant: str) -> None:
        configure_structlog(logging.WARNING)  # otherwise every message is logged
        self.folder = folder

    def learn(self, texts: list[str], intents: list[str]) -> None:
        """Train a model into the folder."""
        config, examples = self.folder / "config.yml", self.folder / "nlu.json"
        config.write_text(CONFIG, encoding="utf-8")
        rows = [
            {"text": text, "intent": intent, "entities": []}
            for text, intent in zip(texts, intents)  # noqa: B905 - Python 3.8 has no strict
        ]
        examples.write_text(json.dumps({"rasa_nlu_data": {"common_examples": rows}}), encoding="utf-8")
        self.model = train_nlu(str(config), str(examples), str(self.folder / "models"))
        if not self.model:
            raise SystemExit("Rasa trained no model")

    def load(self) -> None:
        """What `rasa run` does with a model."""
        self.loop = asyncio.new_event_loop()
        self.agent = self.loop.run_until_complete(load_agent(model_path=self.model))

    def answer(self, texts: list[str]) -> list[tuple[str, float]]:
        """The first intent of the ranking; one message after the other, for Rasa has no batches."""
        return [self.loop.run_until_complete(self._parse(text)) for text in texts]

    async def _parse(self, text: str) -> tuple[str, float]:
        parsed = await self.agent.parse_message(text)
        ranked = [(each["name"], each["confidence"]) for each in parsed["intent_ranking"] if each["name"] != FALLBACK]
        return ranked[0] if ranked else ("", 0.0)
