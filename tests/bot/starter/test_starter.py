"""What `ripen init` copies is a bot that works as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.actions.builtin import BUILTIN_ACTIONS
from bot.actions.rasa_bridge.in_process import InProcessActions
from bot.catalog.loader import load_catalog, unknown_actions
from bot.config import load_settings
from bot.errors import RipenError
from bot.starter import copy_starter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_starter(tmp_path / "my-bot")
    return tmp_path / "my-bot"


def test_a_new_bot_has_these_files(folder: Path) -> None:
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert files == {
        ".gitignore",
        ".ripen/config.schema.json",
        ".ripen/conversations.schema.json",
        ".ripen/intents.schema.json",
        "README.md",
        "actions/__init__.py",
        "config.yml",
        "intents/first.yml",
        "intents/small_talk.yml",
        "tests/conversations/first.yml",
    }


def test_a_repository_that_is_otherwise_empty_may_become_a_bot(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "LICENSE").write_text("ours")
    copy_starter(tmp_path)
    assert (tmp_path / "config.yml").is_file()
    assert (tmp_path / "LICENSE").read_text() == "ours"
    with pytest.raises(RipenError, match="not an empty folder"):
        copy_starter(tmp_path)


def test_its_first_lines_name_the_schemas(folder: Path) -> None:
    for file in (folder / "config.yml", *(folder / "intents").glob("*.yml"), *folder.glob("tests/conversations/*.yml")):
        schema = file.read_text(encoding="utf-8").splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / schema).is_file()


async def test_a_new_bot_fits_together(folder: Path) -> None:
    settings = load_settings(folder / "config.yml")
    catalog = load_catalog(settings.intents)
    actions = InProcessActions(("bot.starter.actions",), folder, settings.actions.timeout)
    names = await actions.names()
    await actions.close()
    assert catalog.warnings == ()
    assert unknown_actions(catalog, {*names, *BUILTIN_ACTIONS}) == ()


@pytest.mark.parametrize(("day", "answer"), [("friday", "utter_open"), ("Monday", "utter_closed")])
async def test_its_action_looks_the_day_up(folder: Path, day: str, answer: str) -> None:
    actions = InProcessActions(("bot.starter.actions",), folder, 5.0)
    result = await actions.run("action_opening_hours", {"sender_id": "anna", "slots": {"day": day}})
    await actions.close()
    assert [response["response"] for response in result.responses] == [answer]
    assert result.responses[0]["day"] == day.capitalize()


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    copy_starter(tmp_path)
    assert (tmp_path / "config.yml").is_file()


def test_what_is_there_is_left_alone(folder: Path) -> None:
    (folder / "config.yml").write_text("name: Mine\n", encoding="utf-8")
    with pytest.raises(RipenError, match="exists and is not an empty folder"):
        copy_starter(folder)
    assert (folder / "config.yml").read_text(encoding="utf-8") == "name: Mine\n"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "my-bot").write_text("", encoding="utf-8")
    with pytest.raises(RipenError, match="exists and is not an empty folder"):
        copy_starter(tmp_path / "my-bot")


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RipenError, match="cannot be written"):
        copy_starter(tmp_path / "file" / "my-bot")
