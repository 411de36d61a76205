from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.catalog import renames, rows
from bot.catalog.loader import load_catalog
from bot.catalog.renames import Renamed, Renaming, rename_intent
from bot.catalog.schema import INTENT_NAME
from bot.catalog.writer import restore_all
from bot.errors import CatalogError, ReviewConflict, ReviewError

HOURS = """\
# when are hours kept
"hours":   # hours
  description: The customer asks for hours.
  responses: [We keep hours.]
  examples:
    - /hours
    - hours
"""
MENU = """\
menu:
  description: What there is.
  responses:
    - text: See /hours
      buttons:
        - {title: hours, payload: /hours}
        - {title: Day, payload: '/hours@0.9{"day": "hours"}'}
        - {title: More, payload: /hours_more}
        - {title: Words, payload: hours}
utter_menu:
  - {text: hours, buttons: [{title: hours, payload: "/hours"}]}
"""
TESTS = """\
conversations:
  hours:
    - user: '/hours{"day": "monday"}'   # hours
      intent: hours
      bot: hours
    - user: hours
      intent: [menu, "hours"]
      slots: {intent: hours, user: hours}
      action: hours
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "intents").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "intents" / "hours.yml").write_text(HOURS)
    (tmp_path / "intents" / "menu.yml").write_bytes(MENU.replace("\n", "\r\n").encode("utf-8-sig"))
    (tmp_path / "tests" / "all.yml").write_text(TESTS)
    return tmp_path


def rename(folder: Path, old: str = "hours", new: str = "opening") -> Renamed:
    return rename_intent(Renaming(folder / "intents", folder / "tests", old, new))


def all_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*.yml")}


def test_only_what_names_it_changes(folder: Path) -> None:
    before = all_of(folder)
    done = rename(folder)
    assert (folder / "intents" / "hours.yml").read_text() == HOURS.replace('"hours":', '"opening":')
    menu = MENU.replace("payload: /hours}", "payload: /opening}").replace("'/hours@", "'/opening@")
    menu = menu.replace('payload: "/hours"', 'payload: "/opening"')
    assert (folder / "intents" / "menu.yml").read_bytes() == menu.replace("\n", "\r\n").encode("utf-8-sig")
    tests = TESTS.replace("/hours{", "/opening{").replace("      intent: hours", "      intent: opening")
    assert (folder / "tests" / "all.yml").read_text() == tests.replace('[menu, "hours"]', '[menu, "opening"]')
    assert [Path(place).name for place in done.places] == [
        "hours.yml:2", "menu.yml:6", "menu.yml:7", "menu.yml:11", "all.yml:3", "all.yml:4", "all.yml:7",
    ]  # fmt: skip
    restore_all(done.written)
    assert all_of(folder) == before


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("hours", "menu", ReviewError),
        ("hours", "hours", ReviewError),
        ("hours", "utter_hours", ReviewError),
        ("hours", "slots", ReviewError),
        ("slots", "opening", ReviewConflict),
        ("hours", "opening hours", ReviewError),
        ("hours", "", ReviewError),
        ("never", "opening", ReviewConflict),
        ("utter_menu", "opening", ReviewConflict),
    ],
)
def test_what_cannot_be_renamed_changes_nothing(folder: Path, old: str, new: str, error: type[Exception]) -> None:
    before = all_of(folder)
    with pytest.raises(error):
        rename(folder, old, new)
    assert all_of(folder) == before


def test_a_broken_file_stops_it_and_a_broken_test_does_not(folder: Path) -> None:
    (folder / "tests" / "half.yml").write_text("conversations:\n  a: [")
    assert len(rename(folder).written) == 3
    (folder / "intents" / "half.yml").write_text("hours: [")
    with pytest.raises(CatalogError):
        rename(folder, "opening", "hours")


def test_when_one_file_cannot_be_written_none_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = all_of(folder), rows.replace_file

    def refuse(file: Path, content: bytes) -> None:
        if file.name == "all.yml":
            raise CatalogError(())
        real(file, content)

    monkeypatch.setattr(renames, "replace_file", refuse)
    with pytest.raises(CatalogError):
        rename(folder)
    assert all_of(folder) == before


def test_a_folder_without_tests(folder: Path) -> None:
    done = rename_intent(Renaming(folder / "intents", folder / "nowhere", "hours", "opening"))
    assert len(done.written) == 2


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(INTENT_NAME, fullmatch=True).filter(lambda name: not name.startswith("utter_")))
def test_any_name_there_and_back(folder: Path, name: str) -> None:
    if name in ("hours", "menu"):
        return
    before = all_of(folder)
    try:
        rename(folder, "hours", name)
    except CatalogError:  # as a value, it would be no text: null, true
        assert all_of(folder) == before
        return
    assert list(load_catalog(folder / "intents").intents) == [name, "menu"]
    rename(folder, name, "hours")
    assert all_of(folder) == before


def test_slots_of_its_name_keep_theirs(folder: Path) -> None:
    shared = "slots: {hours: {ask: hours}}\n"
    (folder / "intents" / "slots.yml").write_text(shared)
    hours = folder / "intents" / "hours.yml"
    hours.write_text(HOURS + "  slots: [hours]\n")
    rename(folder)
    assert (folder / "intents" / "slots.yml").read_text() == shared
    assert hours.read_text() == HOURS.replace('"hours":', '"opening":') + "  slots: [hours]\n"
