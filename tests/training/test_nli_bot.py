"""From `zero_shot: {engine: nli}` in config.yml to an answer, and without torch once the bundle is built."""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from bot.assemble import assemble, parse_text
from bot.cli import app
from bot.conversations.memory import InMemoryConversationStore
from bot.detectors.entailment import OnnxEntailment
from bot.detectors.reranker import WEIGHT
from bot.errors import BundleMissing
from bot.messages import Message
from bot.models.bundle import Bundle, TrainingRecord
from bot.models.registry import active
from tests.laws.test_runtime import HEAVY
from tests.training.tiny_bot import write_intents, write_telling_base
from tests.training.tiny_nli import write_nli
from training.export.weights import find_base
from training.ladder.candidate import Candidate, stage_candidate
from training.rungs.base import Body

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]
pytest.importorskip("torch")

TEMPLATE = "it says: {}"
TEXT = "kiwi please"
CARDS = "model: {base: BASE, bundle: cards}\n"
NLI = f"model: {{base: BASE}}\nzero_shot: {{engine: nli, model: nli, hypothesis_template: '{TEMPLATE}'}}\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments], catch_exceptions=False)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bot of two new intents whose config.yml names an NLI model beside it; its bundle is built."""
    folder = tmp_path_factory.mktemp("nli_bot")
    base = write_telling_base(folder / "base")
    write_nli(folder / "nli")
    write_intents(folder, {"say_kiwi": [], "say_cocoa": []})
    (folder / "config.yml").write_text(NLI.replace("BASE", str(base)), "utf-8")
    (folder / "cards.yml").write_text(CARDS.replace("BASE", str(base)), "utf-8")
    for config in ("config.yml", "cards.yml"):
        done = run("bundle", "build", "--without-sentiment", "--fp32", "--config", str(folder / config))
        assert done.exit_code == 0, done.output
    return folder


def test_the_bundle_holds_the_model_under_its_name_in_config_yml(bot: Path) -> None:
    record = active(bot / "models").manifest.entailment
    assert record
    assert record.name == "nli"
    shown = run("bundle", "show", "--config", str(bot / "config.yml")).output
    assert "NLI model" in shown
    assert "float32, at most 42 tokens" in shown
    assert active(bot / "cards").manifest.entailment is None


def test_what_the_model_says_moves_the_confidence(bot: Path) -> None:
    from transformers import pipeline

    before = parse_text(bot / "cards.yml", TEXT).detection
    after = parse_text(bot / "config.yml", TEXT).detection
    descriptions = {"say_kiwi": "The user says kiwi.", "say_cocoa": "The user says cocoa."}
    asked = pipeline("zero-shot-classification", str(bot / "nli"), device="cpu")
    said: Any = asked(TEXT, list(descriptions.values()), hypothesis_template=TEMPLATE, multi_label=True)
    entailed = dict(zip(said["labels"], said["scores"], strict=True))
    odds = {one.intent: one.confidence / before.out_of_scope for one in before.candidates}
    for one in after.candidates:
        expected = entailed[descriptions[one.intent]]
        assert after.features[f"entailment.{one.intent}"] == pytest.approx(expected, abs=1e-3)
        moved = math.log(one.confidence / after.out_of_scope / odds[one.intent])
        assert moved == pytest.approx(WEIGHT * (expected - 0.5), abs=1e-2)
    assert max(abs(np.array(list(entailed.values())) - 0.5)) > 0.05  # the model has an opinion


async def test_the_bot_answers(bot: Path) -> None:
    running = await assemble(bot / "config.yml", InMemoryConversationStore())
    async with running.running():
        reply = await running.answer(Message(TEXT, "c", "u", "test"))
    assert reply.detection
    assert any(name.startswith("entailment.") for name in reply.detection.features)
    assert reply.parts


def test_a_bot_that_has_its_bundle_needs_neither_torch_nor_the_weights(bot: Path, tmp_path: Path) -> None:
    for name in ("models", "intents", "config.yml"):
        (tmp_path / name).symlink_to(bot / name)  # but not the folder nli
    look = (
        "import json, sys; from pathlib import Path; from bot.assemble import parse_text\n"
        f"features = parse_text(Path(sys.argv[1]), {TEXT!r}).detection.features\n"
        "print(json.dumps([list(features), sorted(sys.modules)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look, str(tmp_path / "config.yml")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.stdout, done.stderr
    features, modules = json.loads(done.stdout.splitlines()[-1])
    assert "entailment.say_kiwi" in features
    assert not {name.split(".")[0] for name in modules} & set(HEAVY)


def test_a_bundle_without_the_model_is_refused(bot: Path) -> None:
    config = bot / "mixed.yml"
    config.write_text((bot / "config.yml").read_text("utf-8").replace("model: {", "model: {bundle: cards, "), "utf-8")
    with pytest.raises(BundleMissing, match=r"names the NLI model nli .*holds no NLI model.*ripen bundle build"):
        parse_text(config, TEXT)


def test_a_bundle_with_another_model_is_refused(bot: Path) -> None:
    config = bot / "other.yml"
    config.write_text((bot / "config.yml").read_text("utf-8").replace("model: nli", "model: other/nli"), "utf-8")
    with pytest.raises(BundleMissing, match=r"names the NLI model other/nli .*holds the NLI model nli"):
        parse_text(config, TEXT)


def test_a_tuned_candidate_takes_the_model_over(bot: Path) -> None:
    parent = active(bot / "models")
    record = TrainingRecord(rung="lora", seed=1, epochs=1, folds=3, parent=parent.name, figures={"H": 0.5})
    body = Body(find_base(str(write_telling_base(bot / "tuned", words=0.5))))
    candidate, _ = stage_candidate(Candidate(body, 1.0, record), parent, (TEXT,), 0.0)
    assert candidate
    assert candidate.fingerprint != parent.fingerprint
    assert candidate.manifest.entailment == parent.manifest.entailment
    assert OnnxEntailment.from_bundle(candidate, "nli").judge(TEXT, ("it says: kiwi",)).shape == (1,)


async def test_a_bundle_without_the_model_does_not_take_over_a_running_bot(
    bot: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = asyncio.Event()

    async def follow(folder: Path, serving: str) -> AsyncIterator[Bundle]:
        yield active(bot / "cards")
        seen.set()

    monkeypatch.setattr("bot.assemble.watch_active", follow)
    running = await assemble(bot / "config.yml", InMemoryConversationStore())
    before = running.bundle
    async with running.running():
        await asyncio.wait_for(seen.wait(), 30)
    assert running.bundle == before
    assert "goes on with the bundle that it has" in caplog.text


def test_a_bot_on_cards_leaves_the_model_alone(bot: Path) -> None:
    config = bot / "plain.yml"
    config.write_text((bot / "config.yml").read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    features = parse_text(config, TEXT).detection.features
    assert not any(name.startswith("entailment.") for name in features)
