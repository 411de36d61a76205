from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.findings import find_problems
from bot.catalog.loader import load_catalog
from bot.detectors.base import Embeddings
from tests.standins.encoder import MeaningEncoder, WordEncoder


class Directions(MeaningEncoder):
    """An encoder that knows the angle, in degrees, of each text it is told; all others stand at right angles."""

    fingerprint = "directions"
    dimensions = 64

    def __init__(self, angles: dict[str, float]) -> None:
        self._angles = angles

    def encode(self, texts: Sequence[str]) -> Embeddings:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for index, text in enumerate(texts):
            if text in self._angles:
                rows[index, :2] = np.cos(np.radians(self._angles[text])), np.sin(np.radians(self._angles[text]))
            else:
                rows[index, 2 + index] = 1
        return rows


def catalog(folder: Path, text: str) -> Catalog:
    (folder / "a.yml").write_text(text)
    return load_catalog(folder)


def found(catalog: Catalog, **angles: float) -> list[tuple[int, str]]:
    spoken = {text.replace("_", " "): angle for text, angle in angles.items()}
    problems = find_problems(catalog, Directions(spoken) if angles else None)
    assert all(problem.severity == "warning" and problem.remedy for problem in problems)
    return [(problem.line, problem.message) for problem in problems]


BOTH = """\
one:
  description: first thing
  responses: [Yes.]
  examples:
    - hello there
    - good day
two:
  description: second thing
  responses: [No.]
  examples:
    - hi there
    - nice day
"""


def test_a_sound_catalog_has_no_findings(tmp_path: Path) -> None:
    assert found(catalog(tmp_path, BOTH)) == []
    assert found(catalog(tmp_path, BOTH), hello_there=0, hi_there=30, good_day=80, nice_day=120) == []


def test_the_same_sentence_twice(tmp_path: Path) -> None:
    text = BOTH.replace("good day", "Hello  THERE!").replace("hi there", "hello there")
    (first, within), (second, across) = found(catalog(tmp_path, text))
    assert (first, second) == (6, 11)
    assert "already at" in within
    assert f"also an example of `one`, at {tmp_path / 'a.yml'}:5" in across


def test_sentences_of_two_intents_that_mean_nearly_the_same(tmp_path: Path) -> None:
    [(line, message)] = found(catalog(tmp_path, BOTH), hello_there=0, hi_there=5, good_day=10, nice_day=60)
    assert line == 11
    assert '"hi there" means nearly what "hello there" of `one` does' in message or '"good day" of `one`' in message
    assert "1 more such pairs" in message


def test_the_same_sentence_is_not_told_twice_over(tmp_path: Path) -> None:
    text = BOTH.replace("hi there", "hello there")
    assert len(found(catalog(tmp_path, text), hello_there=0)) == 1


def test_descriptions_that_read_as_the_same(tmp_path: Path) -> None:
    [(line, message)] = found(catalog(tmp_path, BOTH), first_thing=0, second_thing=10)
    assert line == 7
    assert f"`two` and `one` ({tmp_path / 'a.yml'}:1)" in message


def test_an_intent_with_nothing_to_do(tmp_path: Path) -> None:
    [(line, message)] = found(catalog(tmp_path, "a:\n  description: x\nb:\n  description: y\n  action: c\n"))
    assert (line, "`a` has neither" in message) == (1, True)


def test_a_slot_that_nobody_fills(tmp_path: Path) -> None:
    text = """\
a:
  description: x
  slots: {known: {}}
  responses:
    - "{known} and {unknown}"
    - text: fine
      buttons: [{title: "{other}", payload: /a}]
utter_b:
  - "{third}, {not a slot}"
utter_of_an_action:
  - "{its_own}"
b:
  description: y
  action: utter_b
"""
    assert [(line, message[-12:]) for line, message in found(catalog(tmp_path, text))] == [
        (5, " `{unknown}`."[-12:]),
        (6, "in `{other}`."[-12:]),
        (9, "in `{third}`."[-12:]),
    ]


def test_a_pattern_that_any_message_matches(tmp_path: Path) -> None:
    slots = "  slots:\n    words: {pattern: '.+'}\n    code: {pattern: '[A-Z]-\\d{4}'}\n"
    [(line, said)] = found(catalog(tmp_path, f"a:\n  description: x\n  responses: [b]\n{slots}"))
    assert line == 1
    assert "`words` matches ordinary words" in said


def test_an_intent_pinned_as_mature_without_examples(tmp_path: Path) -> None:
    text = "a:\n  description: x\n  stage: {}\n  responses: [b]\n  examples: [c{}]\n"
    [(line, said)] = found(catalog(tmp_path, text.format("mature", "")))
    assert line == 1
    assert "pinned as mature, but has 1 examples" in said
    assert not found(catalog(tmp_path, text.format("mature", ", d")))
    assert not found(catalog(tmp_path, text.format("new", "")))


def test_a_button_that_leads_nowhere(tmp_path: Path) -> None:
    text = """
a:
  description: x
  slots: {o: {}}
  responses:
    - text: b
      buttons:
        - {title: Good, payload: '/a{"o": "{o}"}'}
        - {title: Words, payload: where is it}
        - {title: Bad, payload: /gone}
"""
    [(line, said)] = found(catalog(tmp_path, text))
    assert line == 6
    assert 'The button "Bad" sends `/gone`, which names no intent here.' in said


def test_what_the_loader_noticed_is_passed_on(tmp_path: Path) -> None:
    [(line, message)] = found(catalog(tmp_path, "a:\n  description: x\n  action: b\n  examples: \n    - order #4\n"))
    assert (line, "comment" in message) == (5, True)


@pytest.mark.parametrize("count", [0, 1, 1500])
def test_pairs_are_found_across_blocks(count: int) -> None:
    from bot.catalog.findings import _pairs

    vectors = np.eye(count, dtype=np.float32)
    if count > 1:
        vectors[-1] = vectors[0]
    expected = [(0, count - 1, 1.0)] if count > 1 else []
    assert list(_pairs(vectors, 0.9)) == expected


def test_an_intent_whose_examples_contradict_its_description(tmp_path: Path) -> None:
    def written(name: str, about: str) -> str:
        examples = "".join(f"    - {verb} the {name}\n" for verb in ("find", "send", "show", "bring"))
        return f"{name}:\n  description: The customer wants the {about}.\n  responses: [Yes.]\n  examples:\n{examples}"

    known = {"apple": "banana", "banana": "apple", "cherry": "cherry", "damson": "damson"}
    swapped = catalog(tmp_path, "".join(written(name, about) for name, about in known.items()))
    problems = [one for one in find_problems(swapped, WordEncoder()) if "contradicts itself" in one.message]
    assert [(one.line, one.severity) for one in problems] == [(1, "warning"), (9, "warning")]
    assert "`banana`" in problems[0].message
    assert 'the apple" (line 5)' in problems[0].message or 'the apple" (line 6)' in problems[0].message
    assert "does not mature" in problems[0].remedy
    honest = catalog(tmp_path, "".join(written(name, name) for name in known))
    assert not [one for one in find_problems(honest, WordEncoder()) if "contradicts itself" in one.message]
