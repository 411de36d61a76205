"""One run of the benchmark, from what was asked for to everything that was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from time import perf_counter

from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.encoder import OnnxEncoder
from bot.models.bundle import Bundle
from bot.models.registry import active
from training.benchmarks.experiments import Subject
from training.benchmarks.feelings import EXPERIMENT as SENTIMENT
from training.benchmarks.feelings import sentiment, sentiment_files
from training.benchmarks.figures import Figure, Measured, Reliability
from training.benchmarks.judges import Judge, build_leave_out, choose_prior, describe_bundle, introduce, needs_prior
from training.benchmarks.plan import QUICK_MESSAGES, Asked, Step, choose_sets, describe_quick, plan
from training.benchmarks.precision import build_other_precision, compare
from training.benchmarks.remembering import RememberingEncoder
from training.benchmarks.report import Report
from training.benchmarks.speed import machine
from training.benchmarks.timing import Timing, time_bundles, time_learning_parts
from training.benchmarks.versions import read_versions
from training.evaluation.csv_rows import DataError
from training.evaluation.data_sets import DataSet, find_data_sets, open_data_sets, thin
from training.evaluation.intent_sets import Utterance

PRECISION_SET = "banking77"
PRIOR_SECONDS, QUICK_PRIOR_SECONDS = 45.0, 25.0
SENTIMENT_SECONDS, SPEED_SECONDS = 10.0, 30.0
WARM_UP_SECONDS = 20.0
"""Of steps as long as expected, before those that were timed outweigh what was expected."""

ROUNDS, QUICK_ROUNDS = 500, 150
THREADS = (1, 2)

Tell = Callable[[str], None]


@dataclass(slots=True)
class Clock:
    """Says what was done, how long it took, and about how long the rest will take."""

    tell: Tell
    expected: float
    start: float = field(default_factory=perf_counter)
    done: float = 0.0
    aside: float = 0.0

    @contextmanager
    def step(self, name: str, seconds: float, found: list[Measured]) -> Iterator[None]:
        """Time what is done inside; `found` is what it measured."""
        begun = perf_counter()
        yield
        now = perf_counter()
        self.done += seconds
        pace = (now - self.start - self.aside + WARM_UP_SECONDS) / (self.done + WARM_UP_SECONDS)
        left = max(0.0, self.expected - self.done) * pace
        told = ", ".join(f"{one.quantity} {one.mean:.3f}" for one in found if isinstance(one, Figure))
        said = f"{name}: {told}" if told else name
        self.tell(f"{said} ({now - begun:.0f} s; {_clock(now - self.start)} used, about {_clock(left)} left)")

    @contextmanager
    def interlude(self) -> Iterator[None]:
        """What is done inside takes as long as it takes, and says so itself: it counts for no estimate."""
        begun = perf_counter()
        yield
        self.aside += perf_counter() - begun


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@dataclass(frozen=True, slots=True)
class _Set:
    """A set with the bundle that judges it and the steps to do."""

    data: DataSet
    bundle: Bundle
    own: bool
    steps: list[Step]
    prior_seconds: float


def run(asked: Asked, command: str, scratch: Path, tell: Tell) -> Report:
    """Measure everything. `scratch` is for embeddings and bundles that are built on the way.

    Raises DataError for data that cannot be judged on, BundleError for bundles that cannot be used.
    """
    start, begun = perf_counter(), datetime.now(UTC)
    shared = active(asked.bundle)
    opened, not_judged = _open(asked)
    sets, left_out = _prepare(opened, shared, asked, scratch)
    expected = SPEED_SECONDS + SENTIMENT_SECONDS + sum(_seconds(one) for one in sets)
    clock = Clock(tell, expected)
    judges, measured = _judge_all(sets, asked, scratch, clock, left_out)
    bundles = _both_precisions(shared, asked, scratch)
    measured += _compare_precisions(opened, shared, bundles, asked, scratch, clock)
    measured += _sentiment(shared, asked, clock, left_out)
    measured += measure_others("", [SENTIMENT], asked, clock, left_out)
    timings, learning = _time(shared, bundles, asked, scratch, clock)
    return Report(
        command=command,
        split=asked.split,
        quick=asked.quick,
        made=begun.date().isoformat(),
        seconds=round(perf_counter() - start),
        machine=machine(),
        versions=read_versions(),
        bundle=describe_bundle(shared),
        judges=tuple(judges),
        notes={one.name: tuple(one.notes) for one in opened.values() if one.notes},
        left_out=(*(f"the set {name}" for name in not_judged), *left_out, *describe_quick(asked)),
        figures=tuple(one for one in measured if isinstance(one, Figure)),
        reliability=tuple(one for one in measured if isinstance(one, Reliability)),
        timings=timings,
        learning=learning,
    )


def _open(asked: Asked) -> tuple[dict[str, DataSet], list[str]]:
    """The sets to judge, and the names of those that are left out."""
    names, not_judged = choose_sets(tuple(find_data_sets(asked.data)), asked)
    opened = open_data_sets(asked.data, asked.split, names)
    if asked.quick:
        opened = {name: thin(data, asked.split, QUICK_MESSAGES) for name, data in opened.items()}
    unknown = sorted(set(asked.own_bundles) - set(opened))
    if unknown:
        raise DataError(f"--bundle-for names {', '.join(unknown)}, which is not judged. Judged: {', '.join(opened)}.")
    return opened, not_judged


def _prepare(opened: dict[str, DataSet], shared: Bundle, asked: Asked, scratch: Path) -> tuple[list[_Set], list[str]]:
    sets, left_out = [], []
    for name, data in opened.items():
        named = asked.own_bundles.get(name)
        own = active(named) if named else build_leave_out(name, shared, scratch / "bundles")
        bundle = own or shared
        steps, missing = plan(data, asked)
        seconds = QUICK_PRIOR_SECONDS if asked.quick else PRIOR_SECONDS
        prior = seconds if needs_prior(name, asked.data, bundle) else 0.0
        sets.append(_Set(data, bundle, own is not None, steps, prior))
        left_out += missing
    return sets, left_out


def _seconds(one: _Set) -> float:
    return one.prior_seconds + sum(step.seconds for step in one.steps)


def _encoder(bundle: Bundle, asked: Asked, scratch: Path) -> RememberingEncoder:
    return RememberingEncoder(OnnxEncoder.from_bundle(bundle, asked.threads), asked.cache or scratch / "embeddings.db")


def _judge_all(
    sets: Sequence[_Set], asked: Asked, scratch: Path, clock: Clock, left_out: list[str]
) -> tuple[list[Judge], list[Measured]]:
    """Every set by its judge and, if they are asked for, by others."""
    judges: list[Judge] = []
    measured: list[Measured] = []
    for one in sets:
        judge, found = _judge(one, asked, scratch, clock)
        experiments = list(dict.fromkeys(each.experiment for each in found))
        judges.append(judge)
        measured += [*found, *measure_others(one.data.name, experiments, asked, clock, left_out)]
    return judges, measured


def _judge(one: _Set, asked: Asked, scratch: Path, clock: Clock) -> tuple[Judge, list[Measured]]:
    name, encoder = one.data.name, _encoder(one.bundle, asked, scratch)
    if one.prior_seconds:
        with clock.step(f"{name}, a prior without it", one.prior_seconds, []):
            prior, said = choose_prior(name, asked.data, one.bundle, encoder, asked.prior_bots)
    else:
        prior, said = choose_prior(name, asked.data, one.bundle, encoder, asked.prior_bots)
    subject = Subject(one.data, encoder, prior, asked.split, draws=asked.draws)
    with clock.interlude():
        encoder.encode([said.text for said in _everything_asked(one.data, asked.split)])
    measured: list[Measured] = []
    for step in one.steps:
        found: list[Measured] = []
        with clock.step(f"{name}, {step.name}", step.seconds, found):
            found += step.run(subject)
        measured += found
    return introduce(name, one.bundle, one.own, said), measured


def _everything_asked(data: DataSet, split: str) -> list[Utterance]:
    return [*data.in_scope(split), *(one for rows in data.strangers(split).values() for one in rows)]


def measure_others(
    name: str, experiments: Sequence[str], asked: Asked, clock: Clock, left_out: list[str]
) -> Iterator[Figure]:
    """Others on the same set, by the same experiments, to stand beside us in the tables; what failed is left out."""
    if asked.rivals is None or (name and asked.rivals_on and name not in asked.rivals_on):
        return
    from training.benchmarks.rivals import measure_rivals

    with clock.interlude():
        found = measure_rivals(asked.data, name, experiments, asked.split, asked.rivals, clock.tell)
    for one in found:
        if any(isnan(value) for value in one.values):
            left_out.append(f"{one.subject} on {one.data_set}, {one.experiment}: {one.quantity.splitlines()[0]}")
        else:
            yield Figure(one.data_set, one.experiment, one.quantity, tuple(one.values), one.subject)


def _both_precisions(shared: Bundle, asked: Asked, scratch: Path) -> tuple[Bundle, Bundle]:
    if asked.other_precision:
        return shared, active(asked.other_precision)
    return shared, build_other_precision(shared, scratch / "bundles")


def _compare_precisions(
    opened: dict[str, DataSet],
    shared: Bundle,
    bundles: tuple[Bundle, Bundle],
    asked: Asked,
    scratch: Path,
    clock: Clock,
) -> list[Measured]:
    """On BANKING77, which no prior and no adapter has seen; without it, on the first set with examples."""
    names = [name for name in (PRECISION_SET, *opened) if name in opened and "train_10" in opened[name].splits]
    if not names:
        return []
    subject = Subject(opened[names[0]], _encoder(shared, asked, scratch), _own_prior(shared), asked.split)
    found: list[Measured] = []
    with clock.step(f"{names[0]}, 10-shot in the other precision", 0.0, found):
        found += compare(subject, bundles[1], asked.threads)
    return found


def _own_prior(bundle: Bundle) -> ArbiterPrior:
    return ArbiterPrior.load(bundle.arbiter_path)


def _sentiment(shared: Bundle, asked: Asked, clock: Clock, left_out: list[str]) -> list[Measured]:
    files = sentiment_files(asked.data, asked.split)
    for name in ("sst2", "tweeteval"):
        if name not in files:
            why = "its validation rows fitted the head" if asked.split == "valid" and name == "tweeteval" else "no file"
            left_out.append(f"sentiment on {name}: {why}")
    if shared.sentiment_path is None:
        left_out.append("sentiment: the bundle has no head")
    found: list[Measured] = []
    with clock.step("sentiment", SENTIMENT_SECONDS, found):
        found += sentiment(asked.data, asked.split, shared, OnnxEncoder.from_bundle(shared, asked.threads))
    return found


def _time(
    shared: Bundle, bundles: tuple[Bundle, Bundle], asked: Asked, scratch: Path, clock: Clock
) -> tuple[tuple[Timing, ...], dict[str, float]]:
    rounds = QUICK_ROUNDS if asked.quick else ROUNDS
    with clock.step("speed", SPEED_SECONDS, []):
        timings = tuple(time_bundles(bundles, THREADS, rounds, scratch))
        learning = time_learning_parts(OnnxEncoder.from_bundle(shared), _own_prior(shared), scratch)
    return timings, dict(learning)
