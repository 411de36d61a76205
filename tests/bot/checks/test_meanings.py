from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from bot.catalog.catalog import Catalog
from bot.checks.finding import Finding
from bot.checks.sentences import check_sentences
from bot.detectors.base import Embeddings
from bot.errors import BundleAltered
from tests.bot.checks.findings import Directions, found, report_on
from tests.bot.checks.test_sentences import BOTH
from tests.standins.encoder import WordEncoder


def at(**angles: float) -> Directions:
    return Directions({text.replace("_", " "): angle for text, angle in angles.items()})


def test_a_sound_bot_has_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, BOTH, at(hello_there=0, hi_there=30, good_day=80, nice_day=120)) == []


def test_examples_of_two_intents_that_mean_nearly_the_same_are_told_once_with_the_closest(tmp_path: Path) -> None:
    [problem] = report_on(tmp_path, BOTH, at(hello_there=0, hi_there=5, good_day=18, nice_day=23)).problems
    assert (problem.line, problem.rule) == (11, "near-conflict")
    assert '"hi there" means nearly what ' in problem.message
    assert "(3 more like it.)" in problem.message


def test_within_an_intent_it_takes_more(tmp_path: Path) -> None:
    assert found(tmp_path, BOTH, at(hello_there=0, good_day=10)) == [(6, "near-duplicate")]
    assert found(tmp_path, BOTH, at(hello_there=0, good_day=20)) == []


def test_sentences_that_differ_in_a_value_are_meant_so(tmp_path: Path) -> None:
    text = BOTH.replace("hello there", '"to [rome](city)"').replace("good day", '"to [oslo](city)"')
    text = text.replace("  responses: [Yes.]", "  responses: [Yes.]\n  slots: {city: {}}")
    assert found(tmp_path, text, at(to_rome=0, to_oslo=1)) == []


def test_the_same_sentence_is_not_told_twice_over(tmp_path: Path) -> None:
    text = BOTH.replace("hi there", "hello there").replace("good day", "hey you")
    assert found(tmp_path, text, at(hello_there=0, hey_you=20)) == [(11, "conflicting-example")]


def test_descriptions_that_read_as_the_same(tmp_path: Path) -> None:
    [problem] = report_on(tmp_path, BOTH, at(first_thing=0, second_thing=10)).problems
    assert (problem.line, problem.rule) == (7, "similar-descriptions")
    assert f"`two` and `one` ({tmp_path / 'intents' / 'a.yml'}:1)" in problem.message


def written(name: str, about: str, *more: str) -> str:
    sentences = [f"{verb} the {name}" for verb in ("find", "send", "show", "bring", "where is")]
    examples = "".join(f"    - {sentence}\n" for sentence in (*sentences, *more))
    return f"{name}:\n  description: The customer wants the {about}.\n  responses: [Yes.]\n  examples:\n{examples}"


def test_an_example_under_the_wrong_intent(tmp_path: Path) -> None:
    text = written("apple", "apple", "banana banana please") + written("banana", "banana") + written("cherry", "cherry")
    [problem] = report_on(tmp_path, text, WordEncoder()).problems
    assert (problem.line, problem.rule, problem.sentence) == (10, "misplaced-example", "banana banana please")
    assert "nearer to `banana` than to `apple`" in problem.message
    assert not found(tmp_path, text.replace("banana banana please", "apple apple please"), WordEncoder())


def test_an_intent_whose_examples_contradict_its_description(tmp_path: Path) -> None:
    known = {"apple": "banana", "banana": "apple", "cherry": "cherry", "damson": "damson"}
    swapped = "".join(written(name, about) for name, about in known.items())
    problems = [one for one in report_on(tmp_path, swapped, WordEncoder()).problems if one.rule == "contradiction"]
    assert [(one.line, one.severity) for one in problems] == [(1, "warning"), (10, "warning")]
    assert "`banana`" in problems[0].message
    assert 'the apple" (line 5)' in problems[0].message or 'the apple" (line 6)' in problems[0].message
    assert "does not mature" in problems[0].remedy
    honest = "".join(written(name, name) for name in known)
    assert not found(tmp_path, honest, WordEncoder())


def test_without_an_encoder_these_rules_rest_and_say_so(tmp_path: Path) -> None:
    report = report_on(tmp_path, BOTH)
    assert report.rested["near-conflict"] == "there is no encoder"
    assert "duplicate-example" not in report.rested


def test_words_are_looked_into_while_meanings_are_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Event()

    class Patient(Directions):
        def encode(self, texts: Sequence[str]) -> Embeddings:
            assert looked.wait(30), "the rules that need no encoder wait for it"
            return super().encode(texts)

    def look(catalog: Catalog) -> Iterator[Finding]:
        looked.set()
        return check_sentences(catalog)

    monkeypatch.setattr("bot.checks.check.check_sentences", look)
    again = BOTH.replace("good day", "Hello there!")
    assert found(tmp_path, again, Patient({})) == [(6, "duplicate-example")]


def test_what_an_encoder_raises_is_raised(tmp_path: Path) -> None:
    class Broken(Directions):
        def encode(self, texts: Sequence[str]) -> Embeddings:
            raise BundleAltered("it is broken")

    with pytest.raises(BundleAltered, match="it is broken"):
        found(tmp_path, BOTH, Broken({}))
