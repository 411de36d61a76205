from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Detector, Encoder
from bot.messages import Candidate, Detection, Sentiment
from tests.standins.encoder import WordEncoder
from training.benchmarks import experiments
from training.benchmarks.bots import ask, learn, make_catalog
from training.benchmarks.experiments import Figure, Subject, all_data, few_shot, mixed, zero_shot
from training.benchmarks.report import as_json, as_markdown
from training.benchmarks.several import several
from training.benchmarks.speed import MESSAGE, synthetic_catalog, time_calls, time_learning
from training.evaluation.intent_sets import OUT_OF_SCOPE, Utterance

PRIOR = ArbiterPrior.load(Path(__file__).parents[3] / "training" / "export" / "assets" / "arbiter.json")
COLOURS = ("red", "blue", "green", "black", "white", "brown", "grey", "pink")
VERBS = ("find", "send", "show", "bring", "check", "fetch", "seek", "need", "want", "get")


@pytest.fixture
def subject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Subject:
    folder = tmp_path / "intents" / "colours"
    folder.mkdir(parents=True)
    for split, verbs in {"train": VERBS, "train_10": VERBS, "train_5": VERBS[:5], "test": ("lend", "keep")}.items():
        rows = [f"{verb} the {colour},{colour}" for colour in COLOURS for verb in verbs]
        (folder / f"{split}.csv").write_text("\n".join(["text,intent", *rows]), encoding="utf-8")
    (folder / "oos_test.csv").write_text(f"text,intent\nqwe asd,{OUT_OF_SCOPE}\n", encoding="utf-8")
    monkeypatch.setitem(experiments.SPLIT, "colours", (6, 2))
    return Subject(tmp_path, "colours", WordEncoder(), PRIOR, draws=2)


def test_an_easy_set_is_understood_in_every_experiment(subject: Subject) -> None:
    figures = [*zero_shot(subject), *few_shot(subject, 5), *few_shot(subject, 10), *all_data(subject), *mixed(subject)]
    told = {(figure.experiment, figure.quantity): figure.mean for figure in figures}
    assert told["zero-shot, names only", "accuracy"] == 1.0
    assert told["10-shot", "accuracy"] == 1.0
    assert told["all data", "out-of-scope AUROC"] == 1.0
    assert told["6 mature 10-shot + 2 new", "H"] > 0.9
    assert [len(f.values) for f in figures if f.quantity == "H"] == [2]


def test_joined_wishes_are_told_apart(subject: Subject) -> None:
    told = {figure.quantity: figure.mean for figure in several(subject)}
    assert told["pairs, both acted on"] > 0.9
    assert told["pairs, another acted on"] == 0.0
    assert told["single messages taken for several"] == 0.0


def test_new_intents_have_no_examples_in_a_mixed_bot(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Catalog] = []

    def watch(known: Catalog, encoder: Encoder, prior: ArbiterPrior, mature_after: int) -> Detector:
        made.append(known)
        return learn(known, encoder, prior, mature_after)

    monkeypatch.setattr(experiments, "learn", watch)
    list(mixed(subject))
    counts = [[len(one.examples) for one in known.intents.values()] for known in made]
    assert [(c.count(10), c.count(0)) for c in counts] == [(6, 2), (6, 2)]
    assert counts[0] != counts[1], "each draw hides other intents"


class Guesser:
    """Says its first intent to everything."""

    def detect(self, text: str) -> Detection:
        return Detection(
            (Candidate("a", 0.8, "mature"), Candidate("b", 0.1, "zero_shot")), 0.1, Sentiment("neutral", 0.0)
        )


def test_answers_are_judged_by_the_top_of_all_intents() -> None:
    answers = ask(Guesser(), [Utterance("x", "a"), Utterance("y", "b")])
    assert answers.accuracy == 0.5
    assert answers.accuracy_on(["b"]) == 0.0
    assert answers.calibration_error == pytest.approx(0.3)


def test_a_name_as_words_stands_for_the_description() -> None:
    assert (
        make_catalog({"Refund_not_showing_up": ()}).intents["Refund_not_showing_up"].description
        == "refund not showing up"
    )


def test_the_table_shows_spread_where_there_is_some() -> None:
    figures = [Figure("set", "10-shot", "accuracy", (0.861,)), Figure("set", "mixed", "H", (0.7, 0.8))]
    table = as_markdown(figures)
    assert "| set | 10-shot | accuracy | 0.8610 |" in table
    assert "0.7500 ± 0.0707 (2 draws)" in table
    marked = as_markdown(figures, ["set"])
    assert "| set * | 10-shot |" in marked
    assert "was trained on it" in marked
    written = json.loads(json.dumps(as_json(figures, {"split": "test"})))
    assert written["figures"][1]["values"] == [0.7, 0.8]
    assert written["split"] == "test"


def test_speed_is_measured_on_the_size_that_is_promised() -> None:
    known = synthetic_catalog()
    assert len(known.intents) == 77
    assert {len(one.examples) for one in known.intents.values()} == {10}
    assert len(MESSAGE.split()) == 10


def test_timings_are_those_of_the_calls() -> None:
    called: list[int] = []
    timed = time_calls(lambda: called.append(1), rounds=5)
    assert len(called) == 25
    assert 0 <= timed["median_ms"] <= timed["p95_ms"]


def test_learning_is_timed_to_its_first_and_last_detector() -> None:
    from bot.detectors.learner import Learner
    from bot.detectors.sentiment import NeutralSentiment

    encoder = WordEncoder()
    timed = time_learning(Learner(encoder, encoder, NeutralSentiment(), PRIOR), make_catalog({"a": (), "b": ("x",)}))
    assert 0 <= timed["first_s"] <= timed["last_s"]
