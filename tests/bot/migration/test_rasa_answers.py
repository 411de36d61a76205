from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.migration.rasa_answers import Answer, find_answers
from bot.migration.rasa_project import RasaPath, RasaProject


def read(*paths: RasaPath, **forms: tuple[str, ...]) -> dict[str, Answer]:
    return dict(find_answers(RasaProject(Path(), paths=list(paths), forms=dict(forms))))


def steps(*told: str | None) -> tuple[dict[str, Any], ...]:
    """`greet` is an intent, `utter_x`, `action_x` and `x_form` are actions, `=x_form` a loop and `=` its end."""
    found: list[dict[str, Any]] = []
    for each in told:
        assert each is not None
        if each.startswith("="):
            found.append({"active_loop": each[1:] or None})
        elif each.startswith(("utter_", "action_")) or each.endswith("_form"):
            found.append({"action": each})
        else:
            found.append({"intent": each})
    return tuple(found)


def rule(*told: str, **condition: Any) -> RasaPath:
    return RasaPath(steps(*told), True, (condition,) if condition else ())


def story(*told: str) -> RasaPath:
    return RasaPath(steps(*told), False)


def test_what_follows_an_intent_is_its_answer() -> None:
    assert read(rule("greet", "utter_a", "action_listen", "utter_b")) == {"greet": Answer(("utter_a", "utter_b"))}


def test_each_of_several_intents_gets_it() -> None:
    either = RasaPath(({"or": [{"intent": "a"}, {"intent": "b"}]}, {"action": "utter_x"}), True)
    assert read(either) == {"a": Answer(("utter_x",)), "b": Answer(("utter_x",))}


def test_an_or_of_slots_is_no_step_of_the_user() -> None:
    slots = ({"intent": "a"}, {"or": [{"slot_was_set": [{"x": 1}]}]}, {"action": "utter_x"})
    assert read(RasaPath(slots, False)) == {"a": Answer(("utter_x",))}


def test_a_rule_outweighs_stories_and_their_beginnings_outweigh_the_rest() -> None:
    told = [story("a", "utter_story")] * 3
    assert read(*told, rule("a", "utter_rule"))["a"].actions == ("utter_rule",)
    middle = [story("x", "utter_y", "a", "utter_middle")] * 4
    assert read(*told, *middle)["a"].actions == ("utter_story",)
    assert read(*middle)["a"].actions == ("utter_middle",)


def test_the_most_frequent_of_a_rank_is_taken_and_the_others_are_counted() -> None:
    found = read(story("a", "utter_x"), story("a", "utter_y"), story("a", "utter_y"))
    assert found["a"] == Answer(("utter_y",), None, 1)


def test_a_form_ends_in_what_is_done_after_it() -> None:
    start, end = rule("a", "book_form", "=book_form"), rule("book_form", "=", "action_book", active_loop="book_form")
    assert read(start, end, book_form=("x",)) == {"a": Answer(("action_book",), "book_form")}
    whole = rule("a", "utter_ok", "book_form", "=book_form", "=", "action_book")
    assert read(whole, book_form=("x",)) == {"a": Answer(("utter_ok", "action_book"), "book_form")}


def test_a_form_that_goes_on_is_no_answer_to_what_interrupted_it() -> None:
    told = story("a", "book_form", "=book_form", "help", "utter_help", "book_form", "=", "action_book")
    assert read(told, book_form=()) == {
        "a": Answer(("action_book",), "book_form"),
        "help": Answer(("utter_help",)),
    }


def test_a_rule_within_a_form_comes_last() -> None:
    inside, outside = rule("help", "utter_inside", active_loop="f"), story("help", "utter_outside")
    assert read(inside, outside)["help"].actions == ("utter_outside",)
    assert read(inside)["help"].actions == ("utter_inside",)
    free = rule("help", "utter_free", active_loop=None)
    assert read(free, outside)["help"].actions == ("utter_free",)


def test_a_story_from_a_checkpoint_is_no_beginning() -> None:
    later = RasaPath(({"checkpoint": "c"}, *steps("a", "utter_later")), False)
    assert read(later, later, story("a", "utter_first"))["a"].actions == ("utter_first",)
