from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import CatalogError, RipenError
from bot.migration.rasa_project import RasaProject, read_project


def project(folder: Path, **files: str) -> RasaProject:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return read_project(folder)


def test_sections_are_found_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "x.yaml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n", "utf-8")
    read = project(tmp_path, all="responses:\n  utter_hi:\n  - text: Hi\nlanguage: de\n")
    assert read.intents["greet"].examples == ("hi",)
    assert read.responses == {"utter_hi": [{"text": "Hi"}]}
    assert read.language == "de"


@pytest.mark.parametrize(
    "examples",
    [
        "|\n    - one\n    - two\n",
        "\n    - one\n    - two\n",
        "\n    - text: one\n    - {text: two, metadata: {a: b}}\n",
    ],
)
def test_examples_come_in_three_shapes(tmp_path: Path, examples: str) -> None:
    assert project(tmp_path, nlu=f"nlu:\n- intent: a\n  examples: {examples}").intents["a"].examples == ("one", "two")


def test_an_intent_in_two_files_is_one(tmp_path: Path) -> None:
    one = "nlu:\n- intent: a\n  metadata: {description: The user asks.}\n  examples: |\n    - one\n"
    read = project(tmp_path, one=one, two="nlu:\n- intent: a\n  examples: |\n    - two\n")
    assert read.intents["a"].examples == ("one", "two")
    assert read.intents["a"].description == "The user asks."


@pytest.mark.parametrize(
    "forms",
    [
        "forms:\n  f:\n    required_slots: [a, b]\n",
        "forms:\n  f:\n    required_slots:\n      a: [{type: from_text}]\n      b: [{type: from_text}]\n",
        "forms:\n  f:\n    a: [{type: from_text}]\n    b: [{type: from_text}]\n",
    ],
    ids=["3.x", "2.x", "2.0"],
)
def test_forms_come_in_three_shapes(tmp_path: Path, forms: str) -> None:
    assert project(tmp_path, domain=f"intents: [x]\n{forms}").forms == {"f": ("a", "b")}


def test_a_form_without_slots_is_known_as_a_form(tmp_path: Path) -> None:
    assert project(tmp_path, domain="intents: [x]\nforms: [f]\n").forms == {"f": ()}


def test_what_is_no_part_of_the_bot_is_not_read(tmp_path: Path) -> None:
    for folder in ("models", ".git", "tests", "venv"):  # tests/ holds test stories alone
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "nlu.yml").write_text("nlu:\n- intent: other\n  examples: |\n    - no\n", "utf-8")
    (tmp_path / "compose.yml").write_text("a: !Ref b\n---\nb: 1\n", "utf-8")
    assert project(tmp_path, domain="intents: [mine]\n").intents == {}


def test_a_broken_file_of_rasas_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"nlu\.yml:4: error"):
        project(tmp_path, nlu="nlu:\n- intent: a\n  examples: [\n", domain="intents: [a]\n")


def test_markdown_of_rasa_1_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "nlu.md").write_text("## intent:greet\n- hi\n", "utf-8")
    with pytest.raises(RipenError, match=r"nlu\.md is in the Markdown of Rasa 1: convert it"):
        read_project(tmp_path)


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_a_project_says_what_to_name(tmp_path: Path, folder: str) -> None:
    with pytest.raises(RipenError, match=r"domain\.yml"):
        read_project(tmp_path / folder)
