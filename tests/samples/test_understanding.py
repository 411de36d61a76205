"""The sample understands what its examples do not say, and what README.md promises of two new lines comes true."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.assemble import make_encoder, make_learn
from bot.catalog.catalog import Catalog
from bot.catalog.findings import find_problems
from bot.catalog.loader import load_catalog
from bot.config import Settings, load_settings
from bot.connectors.base import Parse
from bot.live import Snapshot
from bot.models.registry import active
from bot.running import parse
from bot.yaml_source import read_yaml

ROOT = Path(__file__).parents[2]
UNSEEN = read_yaml(Path(__file__).parent / "unseen.yml").value
ELSEWHERE = "elsewhere"

Ask = Callable[[str], Parse]


@pytest.fixture(scope="module")
def settings(models: Path) -> Settings:
    loaded = load_settings(ROOT / "config.yml")
    return loaded.model_copy(update={"model": loaded.model.model_copy(update={"bundle": models})})


def learn(catalog: Catalog, settings: Settings) -> Ask:
    *_, detector = make_learn(settings, active(settings.model.bundle))(catalog)
    snapshot = Snapshot(catalog, detector)
    return lambda text: parse(text, snapshot, settings)


def judge(meant: str, parsed: Parse) -> str:
    decision = parsed.decision
    if decision.kind in ("act", "hand_off"):
        return "right" if decision.intent == meant else "wrong"
    if decision.kind == "out_of_scope" and meant == ELSEWHERE:
        return "right"
    return decision.kind


def test_unseen_sentences_are_unseen() -> None:
    examples = {
        example.text.casefold()
        for intent in load_catalog(ROOT / "intents").intents.values()
        for example in intent.examples
    }
    assert [text for texts in UNSEEN.values() for text in texts if text.casefold() in examples] == []


def test_the_sample_is_mostly_understood_and_rarely_wrong(settings: Settings) -> None:
    ask = learn(load_catalog(ROOT / "intents"), settings)
    verdicts = Counter(judge(meant, ask(text)) for meant, texts in UNSEEN.items() for text in texts)
    said = sum(verdicts.values())
    assert verdicts["right"] >= 0.75 * said, verdicts
    assert verdicts["wrong"] <= 0.05 * said, verdicts


def test_two_lines_from_the_readme_are_understood(settings: Settings, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Two lines go live")[1]
    block, said = re.search(r"```yaml\n(.*?)```", section, re.DOTALL), re.search(r'Now say "(.+?)"', section)
    assert block is not None
    assert said is not None
    assert len(block[1].splitlines()) == 2
    for file in (ROOT / "intents").glob("*.yml"):
        added = f"\n{block[1]}" if file.name == "products.yml" else ""
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    decision = learn(load_catalog(tmp_path), settings)(said[1]).decision
    assert (decision.kind, decision.intent) == ("act", block[1].split(":")[0])


def test_sentences_and_descriptions_keep_their_distance(settings: Settings) -> None:
    encoder = make_encoder(settings, active(settings.model.bundle))
    # Named responses are left out: actions fill their slots as they say them.
    assert find_problems(Catalog(load_catalog(ROOT / "intents").intents), encoder) == ()
