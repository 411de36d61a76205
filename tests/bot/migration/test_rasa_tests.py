from __future__ import annotations

from pathlib import Path

from bot.migration.rasa_project import RasaPath, RasaProject, read_project
from bot.migration.rasa_tests import translate_tests

PROJECT = Path(__file__).parent / "project"


def test_stories_say_what_the_user_says_and_means() -> None:
    assert translate_tests(read_project(PROJECT), {"greet", "book_table", "goodbye", "inform"}) == {
        "booking": [
            {"user": "hello there", "intent": "greet"},
            {"user": "a table in Rome, please", "intent": "book_table"},
            {"user": "seven"},
            {"user": "bye", "intent": "goodbye"},
        ],
        "booking (2)": [{"user": "gibberish", "decision": "out_of_scope"}],
    }


def test_an_intent_that_was_left_out_is_not_expected() -> None:
    path = RasaPath(({"user": "yes", "intent": "affirm"},), False, (), "t")
    assert translate_tests(RasaProject(Path(), tests=[path]), {"greet"}) == {"t": [{"user": "yes"}]}


def test_a_story_without_a_word_of_the_user_is_none() -> None:
    path = RasaPath(({"intent": "greet"}, {"action": "utter_greet"}), False, (), "t")
    assert translate_tests(RasaProject(Path(), tests=[path]), {"greet"}) == {}
