from __future__ import annotations

import numpy as np
import pytest

from bot.detectors.arbiter import CONTEXT, PARAMETERS, Arbiter
from bot.detectors.base import Encoded
from bot.detectors.episodes import cross_validated_recall, own_lessons, ripen_arbiter
from bot.detectors.exemplars import EmbeddedIntent, Exemplars, embed_intents
from bot.detectors.lessons import NONE, SHORT_LIST, Lessons, fit_arbiter, fit_scale, judge, measure, untaught
from bot.detectors.mature import Mature
from bot.detectors.zero_shot import ZeroShot
from tests.builders import intent
from tests.standins.encoder import WordEncoder

ENCODER = WordEncoder()
NAMES = tuple(f"{size}{thing}" for size in ("big", "small", "odd") for thing in ("cat", "dog", "hen", "cow"))
VERBS = ("find", "send", "show", "bring", "check", "fetch", "seek", "need", "want", "get")


def ripe(names: tuple[str, ...] = NAMES) -> list[EmbeddedIntent]:
    intents = [intent(name, description=name, examples=[f"{verb} {name}" for verb in VERBS]) for name in names]
    return list(embed_intents(intents, ENCODER).values())


def newcomers(*names: str) -> list[EmbeddedIntent]:
    return list(embed_intents([intent(name, description=name) for name in names], ENCODER).values())


def lessons(truths: list[int]) -> Lessons:
    """Messages about the first mature intent, with these truths, to a bot of twelve mature intents and one new."""
    head = Mature.train(Exemplars.gather(ripe(), ENCODER.widths))
    cards = ZeroShot.beside(head, Exemplars.gather(newcomers("parcel"), ENCODER.widths))
    return measure(head, cards, ENCODER.encode_fully(["give me the bigcat"] * len(truths)), np.array(truths))


def test_the_truth_is_on_the_short_list_however_unlikely() -> None:
    measured = lessons(list(range(12)))
    assert measured.right.sum(axis=1).tolist() == [1] * 12
    assert measured.right[:, SHORT_LIST:].sum() == 0


def test_the_new_come_after_the_mature_and_strangers_have_no_truth() -> None:
    measured = lessons([0, 12, NONE])
    assert measured.sides.tolist() == [0, 1, 2]
    assert measured.right[1, SHORT_LIST]
    assert not measured.right[2].any()
    assert measured.present.sum(axis=1).tolist() == [SHORT_LIST + 1] * 3


def test_balancing_gives_each_side_its_share() -> None:
    balanced = lessons([0, 1, 2, 12, NONE]).balanced((0.35, 0.55, 0.1))
    shares = np.bincount(balanced.sides, weights=balanced.weights) / balanced.weights.sum()
    assert shares == pytest.approx([0.35, 0.55, 0.1])


def test_a_side_without_lessons_has_no_share() -> None:
    balanced = lessons([0, 1, NONE]).balanced((0.3, 0.6, 0.1))
    assert balanced.weights.sum() == pytest.approx(3)
    assert balanced.weights[2] == pytest.approx(3 / 4)


def test_joining_keeps_every_lesson() -> None:
    joined = Lessons.join([lessons([0, 1]), lessons([NONE])])
    assert joined.sides.tolist() == [0, 0, 2]


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    from bot.detectors.lessons import _Likelihood

    some = lessons([0, 3, 12, NONE])
    problem = _Likelihood(some, untaught(*fit_scale(some)), 0.5)
    point = np.random.default_rng(1).normal(scale=0.3, size=len(PARAMETERS))
    _, gradient = problem(point)
    for index in range(len(PARAMETERS)):
        step = np.zeros(len(PARAMETERS))
        step[index] = 1e-5
        slope = (problem(point + step)[0] - problem(point - step)[0]) / 2e-5
        assert gradient[index] == pytest.approx(slope, rel=1e-3, abs=1e-5)


def test_an_arbiter_learns_who_was_right() -> None:
    some = lessons([12] * 8 + [NONE] * 2)
    taught = fit_arbiter(some, untaught(*fit_scale(some)), 0.01)
    head = Mature.train(Exemplars.gather(ripe(), ENCODER.widths))
    cards = ZeroShot.beside(head, Exemplars.gather(newcomers("parcel"), ENCODER.widths))
    message = ENCODER.encode_fully(["give me the bigcat"])
    chances = taught.decide(head.read(message), cards.read(message.meaning))[0]
    assert chances[12] == pytest.approx(0.8, abs=0.05)
    assert chances[-1] == pytest.approx(0.2, abs=0.05)


def test_a_strong_prior_is_hardly_moved() -> None:
    some = lessons([12] * 10)
    start = untaught(*fit_scale(some))
    near, far = fit_arbiter(some, start, 1e6), fit_arbiter(some, start, 0.01)
    assert np.abs(near.weights).max() < 1e-3 < np.abs(far.weights).max()


def test_what_was_never_measured_does_not_stop_the_scale() -> None:
    some = lessons([0, 1])
    centre, scale = fit_scale(some)
    assert np.isfinite(centre).all()
    assert (scale > 0).all()
    assert (centre[CONTEXT.index("any_new")], scale[CONTEXT.index("any_new")]) == (0.0, 1.0)


def test_a_message_is_never_asked_of_a_head_that_was_trained_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0

    def watch(head: Mature, cards: ZeroShot, messages: Encoded, truths: np.ndarray) -> Lessons:
        nonlocal seen
        known = np.vstack([head.exemplars.rows, cards.exemplars.rows])
        assert (messages.meaning @ known.T).max() < 1 - 1e-4
        seen += len(messages)
        return measure(head, cards, messages, truths)

    monkeypatch.setattr("bot.detectors.episodes.measure", watch)
    every = list(own_lessons(ripe(), newcomers("parcel", "refund"), ENCODER.widths))
    assert len(every) == 5
    assert all({0, 1, 2} == set(part.sides.tolist()) for part in every)
    assert seen > 100


def test_a_bot_of_few_mature_intents_keeps_the_prior() -> None:
    prior = Arbiter(np.ones(len(PARAMETERS)), np.zeros(len(CONTEXT)), np.ones(len(CONTEXT)))
    young, nothing = ripen_arbiter(prior, ripe(NAMES[:5]), newcomers("parcel"), ENCODER.widths)
    assert young is prior
    assert nothing.total == 0
    own, held_out = ripen_arbiter(prior, ripe(), newcomers("parcel"), ENCODER.widths)
    assert own is not prior
    assert held_out.total > 50


def test_no_episode_is_judged_by_an_arbiter_that_saw_it(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[Arbiter] = []
    taught: list[int] = []

    def watch(some: Lessons, start: Arbiter, strength: float, near: Arbiter | None = None) -> Arbiter:
        fitted.append(fit_arbiter(some, start, strength, near))
        taught.append(len(some.weights))
        return fitted[-1]

    def judged(episode: Lessons, arbiter: Arbiter) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        number = next(index for index, one in enumerate(fitted) if one is arbiter)
        assert taught[number] == taught[0] - len(episode.weights)
        return judge(episode, arbiter)

    monkeypatch.setattr("bot.detectors.episodes.fit_arbiter", watch)
    monkeypatch.setattr("bot.detectors.episodes.judge", judged)
    prior = Arbiter(np.zeros(len(PARAMETERS)), np.zeros(len(CONTEXT)), np.ones(len(CONTEXT)))
    ripen_arbiter(prior, ripe(), newcomers("parcel"), ENCODER.widths)
    assert len(fitted) == 6


def test_fitting_from_near_the_answer_finds_the_same() -> None:
    some = lessons([0, 3, 12, NONE])
    start = untaught(*fit_scale(some))
    cold = fit_arbiter(some, start, 1.0)
    np.testing.assert_allclose(fit_arbiter(some, start, 1.0, near=cold).weights, cold.weights, atol=1e-3)


def test_judging_agrees_with_deciding() -> None:
    some = lessons([0, 12, NONE])
    taught = fit_arbiter(some, untaught(*fit_scale(some)), 0.5)
    confidence, together, right = judge(some, taught)
    head = Mature.train(Exemplars.gather(ripe(), ENCODER.widths))
    cards = ZeroShot.beside(head, Exemplars.gather(newcomers("parcel"), ENCODER.widths))
    message = ENCODER.encode_fully(["give me the bigcat"])
    chances = taught.decide(head.read(message), cards.read(message.meaning))[0, :-1]
    # Short lists leave out the least likely intents, so what is left is a little more likely.
    assert confidence == pytest.approx(chances.max(), rel=0.3)
    assert (together >= confidence).all()
    assert not right[2]
    assert right[:2].sum() <= 1


def test_recall_is_what_a_head_finds_that_has_not_seen_it() -> None:
    assert cross_validated_recall(ripe(), ENCODER.widths) == dict.fromkeys(NAMES, 1.0)
