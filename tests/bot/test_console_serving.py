"""The console of a real bot: off unless config.yml says so, and with the model that serves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from bot.assemble import make_learn
from bot.catalog.loader import load_catalog
from bot.config import Settings, load_settings
from bot.console_serving import make_parts
from bot.conversations.memory import InMemoryConversationStore
from bot.errors import ConfigError, SecretMissing
from bot.live import LiveSnapshot, Snapshot
from bot.models.registry import active
from bot.running import RunningBot, parse
from bot.serving import make_logins
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


AGENTS, CONSOLE = "a-long-token-for-agents", "a-long-token-for-authors"


@pytest.mark.parametrize(
    ("config", "environ", "missing"),
    [
        ("console: {}", {}, "console.*RIPEN_CONSOLE_TOKEN, which is not set"),
        ("console: {}", {"RIPEN_AGENTS_TOKEN": AGENTS}, "console.*RIPEN_CONSOLE_TOKEN, which is not set"),
        ("agents: {}", {"RIPEN_CONSOLE_TOKEN": CONSOLE}, "agents.*RIPEN_AGENTS_TOKEN, which is not set"),
        ("agents: {}\nconsole: {}", {"RIPEN_AGENTS_TOKEN": AGENTS}, "a token each"),
        ("agents: {}\nconsole: {}", {"RIPEN_CONSOLE_TOKEN": CONSOLE}, "a token each"),
        ("console: {token_env: HOUSE_TOKEN}", {"RIPEN_CONSOLE_TOKEN": CONSOLE}, "HOUSE_TOKEN, which is not set"),
    ],
)
async def test_no_role_makes_do_with_the_token_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, environ: dict[str, str], missing: str
) -> None:
    for name, token in environ.items():
        monkeypatch.setenv(name, token)
    stub = cast(RunningBot, Stub(read(tmp_path, config), "", cast(Any, None), InMemoryConversationStore()))
    with pytest.raises(SecretMissing, match=missing):
        await make_logins(stub)


async def test_each_role_has_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = cast(RunningBot, Stub(read(tmp_path, ""), "", cast(Any, None), InMemoryConversationStore()))
    assert await make_logins(stub) == {}
    monkeypatch.setenv("RIPEN_AGENTS_TOKEN", AGENTS)
    monkeypatch.setenv("RIPEN_CONSOLE_TOKEN", CONSOLE)
    stub.settings = read(tmp_path, "agents: {}\nconsole: {session_hours: 1}")
    logins = await make_logins(stub)
    assert {role: (login.knows(AGENTS), login.knows(CONSOLE), login.lasts) for role, login in logins.items()} == {
        "agents": (True, False, 12 * 3600),
        "console": (False, True, 3600),
    }


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
    assert tried.parse.detection.candidates[0].intent == "refund"
    assert parts.by_now(["please open the cage of the parrot"])[0] < tried.parse.detection.candidates[0].confidence
    assert [each.rule for each in await parts.drafts.check({file: edit})] == ["nothing-to-do"]
    assert {path: path.read_bytes() for path in models.rglob("*.db")} == before, "what is typed is on no disk"
    assert parts.drafts.ready() is parts.drafts.ready()


async def test_what_the_bot_is_certain_of_is_what_the_live_one_is(tmp_path: Path, models: Path) -> None:
    write_intents(tmp_path / "intents")
    (tmp_path / "models").symlink_to(models)
    settings = read(tmp_path, "console: {}")
    bundle = active(settings.model.bundle)
    catalog = load_catalog(settings.intents)
    *_, detector = make_learn(settings, bundle)(catalog)
    bot = Stub(settings, bundle.name, LiveSnapshot(Snapshot(catalog, detector)), InMemoryConversationStore())
    parts = make_parts(cast(RunningBot, bot), tmp_path / "config.yml")
    said = ["give me my money back", "xyzzy plugh", "give me my money back"]
    before = parts.by_now(said)
    assert before == [before[0], 0.0, before[0]]
    now = parse(said[0], bot.live.current, settings).detection.candidates[0].confidence
    assert before[0] == pytest.approx(now, abs=1e-5)
    improved = replace(detector, arbiter=replace(detector.arbiter, weights=detector.arbiter.weights * 0))
    bot.live.improve(improved)
    assert parts.by_now(said) == [0.0, 0.0, 0.0]
