from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from bot.catalog.catalog import Catalog, Intent, Stage
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.detector import LearnedDetector
from bot.detectors.learner import Learner
from bot.detectors.learnt import LearntFolder
from bot.detectors.sentiment import NeutralSentiment
from tests.builders import catalog, intent
from tests.standins.encoder import WordEncoder

PRIOR = ArbiterPrior.load(Path(__file__).parents[3] / "training" / "export" / "assets" / "arbiter.json")
VERBS = ("find", "send", "show", "bring", "check", "fetch", "seek", "need", "want", "get")


def ripe(name: str, count: int = 10, *, stage: Stage | None = None) -> Intent:
    """An intent about its own name, with `count` examples."""
    made = intent(name, examples=[f"{verb} the {name}" for verb in VERBS[:count]])
    return replace(made, stage=stage)


FRUIT = ("apple", "banana", "cherry", "damson", "elder", "fig", "grape")


def learner(encoder: WordEncoder, mature_after: int = 8) -> Learner:
    return Learner(encoder, WordEncoder(), NeutralSentiment(), PRIOR, mature_after)


def learn_all(known: Catalog, mature_after: int = 8) -> LearnedDetector:
    return list(learner(WordEncoder(), mature_after).learn(known))[-1]


def top(detector: LearnedDetector, text: str) -> str:
    return detector.detect(text).candidates[0].intent


def stages(detector: LearnedDetector) -> dict[str, str]:
    return {name: health.stage for name, health in detector.health.items()}


def test_enough_examples_make_an_intent_mature() -> None:
    detector = learn_all(catalog(ripe("apple", 8), ripe("banana", 7), intent("cherry"), ripe("fig")))
    assert stages(detector) == {"apple": "mature", "banana": "new", "cherry": "new", "fig": "mature"}
    assert detector.health["cherry"].note == "8 more examples until it matures"


def test_an_example_written_twice_does_not_make_it_mature() -> None:
    twice = intent("apple", examples=["the apple"] * 10)
    assert stages(learn_all(catalog(twice))) == {"apple": "new"}


def test_mature_after_is_a_setting() -> None:
    assert stages(learn_all(catalog(ripe("apple", 3), ripe("fig", 3)), mature_after=3)) == {
        "apple": "mature",
        "fig": "mature",
    }


def test_a_stage_in_the_file_pins_it() -> None:
    known = catalog(ripe("apple", 10, stage="new"), ripe("fig", 0, stage="mature"), ripe("grape"))
    detector = learn_all(known)
    assert stages(detector) == {"apple": "new", "fig": "mature", "grape": "mature"}
    assert detector.health["apple"].note == "pinned by stage: new"
    assert top(detector, "bring the apple") == "apple"


def test_an_intent_that_the_head_hardly_recognises_matures_and_is_told_so() -> None:
    said_by_others = [f"{verb} the {fruit}" for verb, fruit in zip(VERBS, FRUIT * 2, strict=False)]
    muddle = intent("muddle", description="the " + " the ".join(FRUIT), examples=said_by_others)
    detector = learn_all(catalog(muddle, *(ripe(name) for name in FRUIT)))
    health = detector.health["muddle"]
    assert health.recall is not None
    assert health.recall < 0.3
    assert health.stage == "mature"
    assert "belong together" in health.note


def test_an_intent_that_stayed_new_does_not_ripen_for_a_moment_at_the_next_edit() -> None:
    muddle = intent("muddle", examples=[f"{verb} the {fruit}" for verb, fruit in zip(VERBS, FRUIT * 2, strict=False)])
    known = (muddle, *(ripe(name) for name in FRUIT))
    learning = learner(WordEncoder())
    list(learning.learn(catalog(*known)))
    assert [stages(step)["muddle"] for step in learning.learn(catalog(*known, intent("parcel")))] == ["new", "new"]


def mistaken() -> list[Intent]:
    """All fruit, with the descriptions of apple and banana in each other's place."""
    apple, banana, *rest = (ripe(name) for name in FRUIT)
    return [
        replace(apple, description=banana.description),
        replace(banana, description=apple.description),
        *rest,
    ]


def test_an_intent_whose_examples_contradict_its_description_stays_new() -> None:
    learning = learner(WordEncoder())
    for detector in learning.learn(catalog(*mistaken())):
        assert [name for name, stage in stages(detector).items() if stage == "new"] == ["apple", "banana"]
    health = detector.health["apple"]
    assert health.contradiction is not None
    assert health.contradiction.resembles == "banana"
    assert "`banana`" in health.note
    assert "change the description or the examples" in health.note
    assert health.recall is not None, "the head is asked all the same"
    *_, mended = learning.learn(catalog(*(ripe(name) for name in FRUIT)))
    assert stages(mended) == dict.fromkeys(FRUIT, "mature")
    assert mended.health["apple"].contradiction is None


def test_pinned_as_mature_it_is_mature_all_the_same() -> None:
    apple, *rest = mistaken()
    detector = learn_all(catalog(replace(apple, stage="mature"), *rest))
    assert stages(detector)["apple"] == "mature"
    assert detector.health["apple"].contradiction is not None


def test_a_new_intent_needs_no_new_head() -> None:
    learning = learner(WordEncoder())
    known = tuple(ripe(name) for name in FRUIT)
    *_, before = learning.learn(catalog(*known))
    first, last = learning.learn(catalog(*known, intent("parcel")))
    assert before.mature is first.mature is last.mature


def test_recall_is_measured_on_examples_that_were_held_out() -> None:
    letters = [
        intent(name, description="?", examples=list(these)) for name, these in (("x", "abcdefgh"), ("y", "ijklmnop"))
    ]
    recall = learn_all(catalog(*letters)).health["x"].recall
    assert recall is not None
    assert recall < 1.0
    assert learn_all(catalog(ripe("apple"), ripe("fig"))).health["fig"].recall == 1.0


def test_the_first_detector_after_an_edit_fits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = WordEncoder()
    learning = learner(encoder)
    list(learning.learn(catalog(*(ripe(name) for name in FRUIT))))
    monkeypatch.setattr("bot.detectors.mature.fit_head", lambda *_: pytest.fail("no time to train now"))
    edited = catalog(*(ripe(name) for name in FRUIT), intent("parcel"))
    first = next(learning.learn(edited))
    assert top(first, "parcel") == "parcel"
    assert top(first, "bring the fig") == "fig"
    assert stages(first)["parcel"] == "new"


def test_intents_that_are_gone_are_not_detected() -> None:
    learning = learner(WordEncoder())
    list(learning.learn(catalog(*(ripe(name) for name in FRUIT))))
    for detector in learning.learn(catalog(*(ripe(name) for name in FRUIT[1:]))):
        assert {c.intent for c in detector.detect("find the apple").candidates} == set(FRUIT[1:])


def test_an_abandoned_edit_leaves_nothing_behind() -> None:
    learning = learner(WordEncoder())
    list(learning.learn(catalog(*(ripe(name) for name in FRUIT))))
    next(learning.learn(catalog(intent("other"))))
    *_, detector = learning.learn(catalog(*(ripe(name) for name in FRUIT)))
    assert stages(detector) == dict.fromkeys(FRUIT, "mature")


def test_learning_twice_gives_the_same_detector() -> None:
    known = catalog(*(ripe(name) for name in FRUIT), intent("parcel"))
    again = learner(WordEncoder())
    list(again.learn(known))
    *_, second = again.learn(known)
    assert repr(second.detect("send the grape")) == repr(learn_all(known).detect("send the grape"))


def test_users_words_go_to_the_message_encoder_only() -> None:
    cached, raw = WordEncoder(), WordEncoder()
    *_, detector = Learner(cached, raw, NeutralSentiment(), PRIOR).learn(catalog(ripe("apple"), ripe("fig")))
    asked_before = len(cached.calls)
    detector.detect("my secret fig")
    assert len(cached.calls) == asked_before
    assert raw.calls == [["my secret fig"]], "one pass a message"


def test_every_step_is_better_than_guessing() -> None:
    for detector in learner(WordEncoder()).learn(catalog(*(ripe(name) for name in FRUIT))):
        found: Sequence[str] = [top(detector, f"hand me the {name}") for name in FRUIT]
        assert found == list(FRUIT)


def test_neighbours_are_the_closest_examples_and_cards() -> None:
    detector = learn_all(catalog(ripe("apple"), intent("parcel", description="A parcel is missing.")))
    near = detector.detect("a parcel is missing").neighbours
    assert len(near) == 5
    assert (near[0].intent, near[0].text) == ("parcel", "A parcel is missing.")
    assert np.all(np.diff([neighbour.similarity for neighbour in near]) <= 0)


def test_linear_algebra_stays_on_one_thread() -> None:
    learner(WordEncoder())
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert pools
    assert {pool["num_threads"] for pool in pools} == {1}


def test_a_bot_with_episodes_has_a_curve_of_its_own_and_others_the_priors() -> None:
    own = learn_all(catalog(*(ripe(name) for name in FRUIT), intent("parcel")))
    assert own.curve.own.total > 20
    young = learn_all(catalog(*(ripe(name) for name in FRUIT[:3])))
    assert young.curve.own.total == 0
    for detector in (own, young):
        detection = detector.detect("find the apple")
        assert detection.risk == detector.curve.at(detection.candidates[0].confidence) < 0.2


@pytest.mark.parametrize("names", [(), FRUIT[:1]])
def test_what_means_nothing_is_a_risk_for_any_bot(names: tuple[str, ...]) -> None:
    detector = learn_all(catalog(*(intent(name) for name in names)))
    assert detector.detect("").risk == 1.0
    assert 0 < detector.detect("qwe asd").risk <= 1.0


def test_the_curve_is_remembered_with_the_rest(tmp_path: Path) -> None:
    known, kept = catalog(*(ripe(name) for name in FRUIT)), LearntFolder(tmp_path)
    *_, first = Learner(WordEncoder(), WordEncoder(), NeutralSentiment(), PRIOR, 8, kept).learn(known)
    [again] = Learner(WordEncoder(), WordEncoder(), NeutralSentiment(), PRIOR, 8, kept).learn(known)
    np.testing.assert_array_equal(again.curve.risks, first.curve.risks)
    assert again.curve.own.total == first.curve.own.total > 0


def test_an_edit_encodes_only_the_intent_that_it_is_in() -> None:
    encoder = WordEncoder()
    learning = learner(encoder)
    known = catalog(*(ripe(name) for name in FRUIT))
    for _ in learning.learn(known):
        pass
    edited = replace(known.intents["fig"], examples=(*known.intents["fig"].examples, ripe("olive", 1).examples[0]))
    encoder.calls.clear()
    quick = next(learning.learn(catalog(*{**known.intents, "fig": edited}.values())))
    assert "find the olive" in encoder.calls[0]
    assert not any("apple" in text for text in encoder.calls[0])
    assert top(quick, "find the olive") == "fig"
