"""The console of a real bot: off unless config.yml says so, and with the model that serves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from bot import console_serving
from bot.assemble import make_learn
from bot.catalog.loader import load_catalog
from bot.config import AgentSettings, Settings, load_settings
from bot.connectors.base import Parse
from bot.console_serving import make_parts
from bot.conversations.memory import InMemoryConversationStore
from bot.errors import ConfigError, SecretMissing
from bot.live import LiveSnapshot, Snapshot
from bot.models.registry import active
from bot.running import RunningBot, parse
from bot.serving import make_login
from tests.bot.review.stories import write_intents


@dataclass
class Stub:
    settings: Settings
    bundle: str
    live: LiveSnapshot
    store: InMemoryConversationStore
    action_names: Any = lambda: None


def read(folder: Path, text: str) -> Settings:
    (folder / "config.yml").write_text(text, "utf-8")
    return load_settings(folder / "config.yml")


def test_config_yml_says_whether_there_is_a_console(tmp_path: Path) -> None:
    assert read(tmp_path, "").console is None
    assert not (read(tmp_path, "console: {}").console or pytest.fail("none")).read_only
    assert (read(tmp_path, "console: {read_only: true, days: 7}").console or pytest.fail("none")).days == 7
    for wrong in ("console:", "console: {readonly: true}", "console: {days: 0}", "console: {read_only: 1}"):
        with pytest.raises(ConfigError, match="console"):
            read(tmp_path, wrong)


async def test_without_its_token_a_bot_with_a_console_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(AgentSettings().token_env, raising=False)
    stub = cast(RunningBot, Stub(read(tmp_path, ""), "", cast(Any, None), InMemoryConversationStore()))
    assert await make_login(stub) is None
    stub.settings = read(tmp_path, "console: {}")
    with pytest.raises(SecretMissing, match="console"):
        await make_login(stub)
    monkeypatch.setenv(AgentSettings().token_env, "a-long-token-for-agents")
    login = await make_login(stub)
    assert login is not None
    assert login.knows("a-long-token-for-agents")


async def test_an_edit_is_tried_with_the_model_that_serves_and_leaves_nothing_behind(
    tmp_path: Path, models: Path
) -> None:
    write_intents(tmp_path / "intents")
    (tmp_path / "models").symlink_to(models)
    settings = read(tmp_path, "console: {}")
    bundle = active(settings.model.bundle)
    catalog = load_catalog(settings.intents)
    *_, detector = make_learn(settings, bundle)(catalog)
    bot = Stub(settings, bundle.name, LiveSnapshot(Snapshot(catalog, detector)), InMemoryConversationStore())
    parts = make_parts(cast(RunningBot, bot), tmp_path / "config.yml")
    file = settings.intents / "orders.yml"
    edit = file.read_bytes() + b"    - can you open the parrot cage\n"
    before = {path: path.read_bytes() for path in models.rglob("*.db")}
    tried = await parts.drafts.answer({file: edit}, "please open the cage of the parrot")
    assert tried.detection.candidates[0].intent == "refund"
    assert parts.by_now("please open the cage of the parrot") < tried.detection.candidates[0].confidence
    assert [each.rule for each in await parts.drafts.check({file: edit})] == ["nothing-to-do"]
    assert {path: path.read_bytes() for path in models.rglob("*.db")} == before, "what is typed is on no disk"
    assert parts.drafts.ready() is parts.drafts.ready()


async def test_what_the_bot_is_certain_of_is_asked_again_only_when_it_has_learnt(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_intents(tmp_path / "intents")
    (tmp_path / "models").symlink_to(models)
    settings = read(tmp_path, "console: {}")
    bundle = active(settings.model.bundle)
    catalog = load_catalog(settings.intents)
    *_, detector = make_learn(settings, bundle)(catalog)
    bot = Stub(settings, bundle.name, LiveSnapshot(Snapshot(catalog, detector)), InMemoryConversationStore())
    parts = make_parts(cast(RunningBot, bot), tmp_path / "config.yml")
    asked: list[str] = []

    def counting(text: str, snapshot: Snapshot, settings: Settings) -> Parse:
        asked.append(text)
        return parse(text, snapshot, settings)

    monkeypatch.setattr(console_serving, "parse", counting)
    before = [parts.by_now("give me my money back") for _ in range(3)]
    assert (len(asked), len(set(before))) == (1, 1)
    assert before[0] > 0.5
    bot.live.improve(detector)
    assert parts.by_now("give me my money back") == before[0]
    assert len(asked) == 2
