"""The sample bot fits together: every name leads somewhere, and it shows what Ripen is for."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.actions.builtin import BUILTIN_ACTIONS
from bot.actions.rasa_bridge.in_process import InProcessActions
from bot.catalog.catalog import Catalog, Intent
from bot.catalog.loader import load_catalog, unknown_actions
from bot.config import load_settings
from bot.language.wording import in_users_words
from bot.payload import read_payload

ROOT = Path(__file__).parents[2]
SLACK_BUTTON = 75
"""Characters of a button's text in Slack."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    loaded = load_catalog(ROOT / "intents")
    assert loaded.warnings == ()
    return loaded


def test_ten_intents_can_be_mature(catalog: Catalog) -> None:
    assert len([one for one in catalog.intents.values() if len(one.examples) >= 12]) >= 10


def test_six_intents_have_a_description_only(catalog: Catalog) -> None:
    assert len([one for one in catalog.intents.values() if not one.examples]) >= 6


def test_one_intent_is_on_its_way(catalog: Catalog) -> None:
    enough = load_settings(ROOT / "config.yml").model.mature_after
    assert [one.name for one in catalog.intents.values() if 0 < len(one.examples) < enough] == ["payment_methods"]


async def test_every_action_exists(catalog: Catalog) -> None:
    settings = load_settings(ROOT / "config.yml").actions
    actions = InProcessActions(settings.modules, ROOT, settings.timeout)
    names = await actions.names()
    await actions.close()
    assert unknown_actions(catalog, {*names, *BUILTIN_ACTIONS}) == ()
    assert names <= {one.action for one in catalog.intents.values()}, "an action that nothing leads to"


def test_actions_and_responses_name_each_other(catalog: Catalog) -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "actions").glob("*.py"))
    assert set(re.findall(r"\butter_[a-z]\w+(?=\")", source)) == set(catalog.responses)


def test_buttons_lead_to_intents(catalog: Catalog) -> None:
    responses = [one for intent in catalog.intents.values() for one in intent.responses]
    payloads = [button.payload for response in responses for button in response.buttons]
    assert payloads
    assert [payload for payload in payloads if read_payload(payload, catalog) is None] == []


def test_no_sentence_stands_under_two_intents(catalog: Catalog) -> None:
    said = Counter(example.text.casefold() for one in catalog.intents.values() for example in one.examples)
    assert [text for text, count in said.items() if count > 1] == []


def _asked(intent: Intent) -> str:
    return in_users_words(intent.description)


def test_descriptions_read_well_on_a_button(catalog: Catalog) -> None:
    asked = [_asked(one) for one in catalog.intents.values()]
    assert [text for text in asked if not text.startswith("You ")] == []
    assert [text for text in asked if len(text) > SLACK_BUTTON] == []


def test_everything_is_answered(catalog: Catalog) -> None:
    assert [one.name for one in catalog.intents.values() if not (one.responses or one.action)] == []


def test_the_sample_shows_moods_and_buttons(catalog: Catalog) -> None:
    responses = [one for intent in catalog.intents.values() for one in intent.responses]
    assert sum(one.sentiment == "negative" for one in responses) >= 3
    assert any(one.buttons for one in responses)


@pytest.mark.parametrize(
    "file",
    [
        ROOT / "config.yml",
        ROOT / "bot/starter/config.yml",
        *sorted((ROOT / "intents").glob("*.yml")),
        *sorted((ROOT / "tests/conversations").glob("*.yml")),
    ],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_editors_find_the_schema(file: Path) -> None:
    marker = "# yaml-language-server: $schema="
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(marker)
    if ROOT / "bot" not in file.parents:
        assert (file.parent / first.removeprefix(marker)).is_file()
