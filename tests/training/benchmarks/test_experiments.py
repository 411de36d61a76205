from __future__ import annotations

from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.detectors.arbiter import ArbiterPrior
from bot.live import Snapshot
from tests.standins.encoder import WordEncoder
from tests.training.benchmarks.colours import COLOURS, PRIOR, write_colours
from training.benchmarks import experiments
from training.benchmarks.bots import VocabularyEncoder, learn
from training.benchmarks.experiments import Subject, all_data, few_shot, mixed, zero_shot, zero_shot_described
from training.benchmarks.figures import Figure, Measured, Reliability
from training.benchmarks.several import several
from training.evaluation.data_sets import DataSet, open_data_sets
from training.evaluation.intent_sets import Utterance


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    return Subject(open_data_sets(write_colours(tmp_path), "test")["colours"], WordEncoder(), PRIOR, draws=2)


def tell(measured: list[Measured]) -> dict[tuple[str, str], float]:
    return {(one.experiment, one.quantity): one.mean for one in measured if isinstance(one, Figure)}


def test_an_easy_set_is_understood_in_every_experiment(subject: Subject) -> None:
    measured = [*zero_shot(subject), *(one for shots in (1, 5, 10) for one in few_shot(subject, shots))]
    measured += [*all_data(subject), *mixed(subject)]
    told = tell(measured)
    for experiment in ("zero-shot, names only", "1-shot", "5-shot", "10-shot", "all data"):
        assert told[experiment, "accuracy"] == 1.0
    assert told["all data", "acts that are wrong"] == 0.0
    assert told["all data", "out-of-scope AUROC"] == 1.0
    assert told["6 mature 10-shot + 2 new", "H"] > 0.9
    assert [len(one.values) for one in measured if isinstance(one, Figure) and one.quantity == "H"] == [2]
    curves = [one for one in measured if isinstance(one, Reliability)]
    assert [one.experiment for one in curves] == ["1-shot", "5-shot", "10-shot", "all data"]
    assert all(sum(bin.count for bin in one.bins) == 16 for one in curves)


def test_strangers_are_counted_by_what_is_done_about_them(subject: Subject) -> None:
    told = tell(list(few_shot(subject, 10)))
    assert told["10-shot", "out-of-scope recall"] >= told["10-shot", "out-of-scope, told that it is not understood"]
    assert told["10-shot", "in scope, acted on rightly"] <= told["10-shot", "acted on"]


def test_one_shot_is_the_first_of_the_five(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    made = watch_catalogs(monkeypatch)
    list(few_shot(subject, 1))
    assert {name: [one.text for one in intent.examples] for name, intent in made[0].intents.items()} == {
        colour: [f"find the {colour}"] for colour in COLOURS
    }


def test_joined_wishes_are_told_apart(subject: Subject) -> None:
    told = {one.quantity: one.mean for one in several(subject) if isinstance(one, Figure)}
    assert told["pairs, both acted on"] > 0.9
    assert told["pairs, another acted on"] == 0.0
    assert told["single messages taken for several"] == 0.0


def test_new_intents_have_no_examples_in_a_mixed_bot(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    made = watch_catalogs(monkeypatch)
    list(mixed(subject))
    counts = [[len(one.examples) for one in known.intents.values()] for known in made]
    assert [(c.count(10), c.count(0)) for c in counts] == [(6, 2), (6, 2)]
    assert counts[0] != counts[1], "each draw hides other intents"


def test_descriptions_tell_apart_what_names_do_not() -> None:
    said = {"A1": "red apples", "B2": "green pears"}
    asked = (Utterance("i like red apples", "A1"), Utterance("some green pears", "B2"))
    described = DataSet("fruit", {"valid": lambda: asked}, said)
    told = tell(list(zero_shot_described(Subject(described, WordEncoder(), PRIOR, "valid"))))
    assert told["zero-shot, descriptions only", "accuracy"] == 1.0
    assert told["zero-shot, names and descriptions", "accuracy"] == 1.0
    assert told["zero-shot, names only", "accuracy"] < 1.0


def watch_catalogs(monkeypatch: pytest.MonkeyPatch) -> list[Catalog]:
    """The catalogs that are learnt from now on."""
    made: list[Catalog] = []

    def watch(known: Catalog, encoder: VocabularyEncoder, prior: ArbiterPrior, mature_after: int) -> Snapshot:
        made.append(known)
        return learn(known, encoder, prior, mature_after)

    monkeypatch.setattr(experiments, "learn", watch)
    return made
