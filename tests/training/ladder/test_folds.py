from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog, Example, Intent, Source
from training.ladder.folds import ASKED, EXAMPLES_JUDGED, EXAMPLES_TAUGHT, Syllabus
from training.rungs.base import TrainingError

HERE = Source(Path("intents.yml"), 1)


def intent(name: str, *texts: str) -> Intent:
    return Intent(name, f"About {name}.", HERE, tuple(Example(text, HERE) for text in texts))


def catalog(mature: int = 7, examples: int = 6) -> Catalog:
    intents = [intent(f"m{n}", *(f"sentence {at} of {n}" for at in range(examples))) for n in range(mature)]
    return Catalog({each.name: each for each in [*intents, intent("newcomer", "only one")]})


def read(some: Catalog) -> Syllabus:
    return Syllabus.read(some, [name for name in some.intents if name != "newcomer"])


def test_no_lesson_of_a_fold_holds_what_it_asks() -> None:
    for fold in read(catalog()).cut(3, seed=0):
        taught = {text for lesson in fold.lessons for text in lesson.examples}
        assert taught
        assert not taught & {question.text for question in (*fold.known, *fold.hidden)}
        cards = {text for lesson in fold.lessons for text in lesson.card}
        assert not cards & {f"About {question.intent}." for question in fold.hidden}


def test_the_detectors_of_a_fold_know_no_more_than_its_lessons() -> None:
    for fold in read(catalog()).cut(3, seed=0):
        taught = {lesson.intent: set(lesson.examples) for lesson in fold.lessons}
        for known in (fold.alone, fold.mixed):
            for name, each in known.intents.items():
                if name != "newcomer":
                    assert {example.text for example in each.examples} == taught.get(name, set())
                assert each.stage == ("mature" if name in taught else "new")
        assert not set(fold.alone.intents) & {question.intent for question in fold.hidden}
        assert {question.intent for question in fold.hidden} <= set(fold.mixed.intents)


def test_every_intent_is_hidden_once() -> None:
    folds = read(catalog()).cut(3, seed=0)
    hidden = [name for fold in folds for name in {question.intent for question in fold.hidden}]
    assert sorted(hidden) == [f"m{n}" for n in range(7)]


def test_every_example_is_held_out_in_one_fold_at_most_and_asked_of_all_others() -> None:
    folds = read(catalog()).cut(3, seed=0)
    asked = [question.text for fold in folds for question in fold.known]
    assert len(asked) == len(set(asked)) == 7 * 6 * 2 / 3


def test_the_cut_depends_on_the_seed_alone() -> None:
    assert read(catalog()).cut(3, seed=4) == read(catalog()).cut(3, seed=4)
    assert read(catalog()).cut(3, seed=4) != read(catalog()).cut(3, seed=5)


def test_a_sentence_under_two_intents_teaches_neither() -> None:
    both = catalog()
    intents = dict(both.intents)
    intents["m0"] = intent("m0", "said twice", *(f"sentence {at} of 0" for at in range(6)))
    intents["newcomer"] = intent("newcomer", "said twice")
    syllabus = read(Catalog(intents))
    assert syllabus.shared == ("said twice",)
    assert not [lesson for lesson in syllabus.lessons() if "said twice" in lesson.examples]


@pytest.mark.parametrize("mature", [0, 1, 5])
def test_too_few_mature_intents_are_refused_with_their_number(mature: int) -> None:
    with pytest.raises(TrainingError, match=rf"needs 6 mature intents.*has {mature} "):
        read(catalog(mature))


def test_intents_pinned_as_mature_without_examples_do_not_count() -> None:
    pinned = {f"p{n}": intent(f"p{n}", "just one") for n in range(7)}
    with pytest.raises(TrainingError, match="this bot has 0 "):
        Syllabus.read(Catalog(pinned), list(pinned))
    some = {**catalog().intents, "p0": intent("p0")}
    syllabus = Syllabus.read(Catalog(some), [name for name in some if name != "newcomer"])
    assert "p0" not in syllabus.mature
    assert all("p0" in fold.alone.intents for fold in syllabus.cut(3, 0))


def test_more_folds_than_intents_are_sound() -> None:
    folds = read(catalog()).cut(10, seed=0)
    assert sum(bool(fold.hidden) for fold in folds) == 7
    assert len({question.text for fold in folds for question in fold.known}) > 30  # of 42


def test_an_intent_of_thousands_is_cut_to_what_judging_needs() -> None:
    some = catalog()
    crowd = intent("m0", *(f"variation {at}" for at in range(20_000)))
    syllabus = read(Catalog({**some.intents, "m0": crowd}))
    for fold in syllabus.cut(2, seed=0):
        assert all(len(lesson.examples) <= EXAMPLES_JUDGED for lesson in fold.lessons)
        assert sum(question.intent == "m0" for question in (*fold.known, *fold.hidden)) <= ASKED
    taught = next(lesson.examples for lesson in syllabus.lessons() if lesson.intent == "m0")
    assert (len(taught), len(set(taught))) == (EXAMPLES_TAUGHT, EXAMPLES_TAUGHT)
    assert (taught[0], taught[-1]) == ("variation 0", "variation 19999")
    assert all(len(lesson.examples) == 6 for lesson in syllabus.lessons() if lesson.intent != "m0")


def test_five_hundred_intents_are_cut() -> None:
    folds = read(catalog(mature=500)).cut(3, seed=0)
    assert sum(len({question.intent for question in fold.hidden}) for fold in folds) == 500
    assert sum(len(fold.known) for fold in folds) == 500 * 6 * 2 / 3


def test_empty_examples_teach_and_ask_nothing() -> None:
    some = catalog()
    blank = intent("m0", "", " ", "\t", "only this", "and that")
    syllabus = read(Catalog({**some.intents, "m0": blank}))
    assert next(lesson.examples for lesson in syllabus.lessons() if lesson.intent == "m0") == ("only this", "and that")
    for fold in syllabus.cut(2, seed=0):
        asked = (*fold.known, *fold.hidden)
        assert all(question.text.strip() for question in asked)
