"""The ladder: train each rung's body, judge it by cross-validation, put the best one to work or say why not.

A generator, so that whoever runs it shows progress and may stop between two steps; what is finished is kept.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from bot.catalog.catalog import Catalog
from bot.config import Settings
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.encoder import OnnxEncoder
from bot.models.bundle import Bundle, TrainingRecord
from bot.models.registry import activate
from training.export.branch import Branch
from training.export.weights import Base
from training.ladder.candidate import Candidate, find_start, own_sentences, prepare_base, stage_candidate, stage_scratch
from training.ladder.folds import Fold, Syllabus
from training.ladder.judge import Sheet, answer, choose_scale
from training.ladder.verdict import Judgement, Latency, judge, measure_latency
from training.ladder.work import PROGRESS, open_work
from training.progress import Step, leave_notes
from training.rungs.base import Body, Lesson, Rung, Task, check_installed
from training.sentiment.distil import Agreement

FORMAT = 2
"""Goes up when what is kept of a stopped run could not be gone on with."""

LEAST_AGREEMENT = 0.85
"""Share of sentences on which a tuned bundle must read the label of sentiment that its parent read."""

JUDGING = 120
"""Judging one fold at one scale takes about as long as training on this many examples."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The bot that is trained for: its catalog as the detectors read it, and which of its intents are mature."""

    settings: Settings
    catalog: Catalog
    mature: tuple[str, ...]
    parent: Bundle
    prior: ArbiterPrior


@dataclass(frozen=True, slots=True)
class Options:
    """What to try. `epochs` None leaves each rung its own number."""

    rungs: tuple[Rung, ...]
    seed: int = 0
    epochs: int | None = None
    folds: int = 3
    resume: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every rung's judgement, lowest first; the bundle that was made active, if any; and a sentence that says so."""

    judgements: tuple[Judgement, ...]
    bundle: Bundle | None
    agreement: Agreement | None
    told: str
    shared: tuple[str, ...]


Steps = Generator[Step, None, Outcome]


def climb(subject: Subject, options: Options) -> Steps:
    """Judge all rungs and activate the best, if it is not the lowest. Raises TrainingError or BundleError."""
    check_installed(options.rungs)
    syllabus = Syllabus.read(subject.catalog, subject.mature)
    with open_work(subject.settings.model.bundle, _key(subject, options), options.resume) as work:
        return (yield from leave_notes(_Climb(subject, options, syllabus, work).run(), work / PROGRESS))


def _key(subject: Subject, options: Options) -> str:
    """Equal for runs of which one can go on with what the other left."""
    model = subject.settings.model
    seen = [
        [intent.name, intent.description, intent.name in subject.mature, [example.text for example in intent.examples]]
        for intent in subject.catalog.intents.values()
    ]
    chosen = [FORMAT, model.base, str(model.adapter), model.adapter_scale, options.seed, options.epochs, options.folds]
    return hashlib.sha256(json.dumps([chosen, seen, subject.parent.name]).encode()).hexdigest()[:16]


class _Climb:
    """One run. Everything that took long lies in `work`, and is read instead of done again."""

    def __init__(self, subject: Subject, options: Options, syllabus: Syllabus, work: Path) -> None:
        self.subject, self.options, self.syllabus, self.work = subject, options, syllabus, work
        self.folds = syllabus.cut(options.folds, options.seed)
        self.bundles: dict[tuple[Body, float], Bundle] = {}
        self.done = 0.0
        self.total = self._plan()

    def _plan(self) -> float:
        rows = [sum(len(lesson.examples) for lesson in fold.lessons) for fold in self.folds]
        whole = sum(len(lesson.examples) for lesson in self.syllabus.lessons())
        total = 0.0
        for rung in self.options.rungs:
            total += sum(rows) * self._epochs(rung) + JUDGING * len(rows) * len(rung.scales)
        return total + whole * max(self._epochs(rung) for rung in self.options.rungs) + 2 * JUDGING

    def _epochs(self, rung: Rung) -> int:
        return (self.options.epochs or rung.epochs) if rung.epochs else 0

    def run(self) -> Steps:
        start = find_start(self.subject.settings.model, self.subject.parent)
        base = prepare_base(start, self.work / "start")
        judgements: list[Judgement] = []
        best = 0
        for rung in self.options.rungs:
            judged = yield from self._judge(rung, base)
            if judgements:
                judged = judge(judged, judgements[best])
            judgements.append(judged)
            if judged.promoted:
                best = len(judgements) - 1
        chosen = judgements[best]
        if best == 0:
            return Outcome(tuple(judgements), None, None, self._nothing(chosen), self.syllabus.shared)
        branch = Branch(start.branch, base) if start.branch else None
        bundle, agreed = yield from self._build(self.options.rungs[best], chosen, base, branch)
        if bundle is None:
            return Outcome(tuple(judgements), None, agreed, self._feelings_lost(chosen, agreed), self.syllabus.shared)
        activate(self.subject.settings.model.bundle, bundle.name)
        told = (
            f"The rung {chosen.rung} is promoted: {bundle.name} serves now, also in a bot that is running. "
            f"`ripen models undo` goes back to {self.subject.parent.name}."
        )
        return Outcome(tuple(judgements), bundle, agreed, told, self.syllabus.shared)

    def _nothing(self, lowest: Judgement) -> str:
        parent = self.subject.parent
        told = f"Nothing measured better than {lowest.rung}; {parent.name} stays active."
        if parent.manifest.training:
            told += " It was tuned on earlier examples; `ripen bundle build` goes back to the encoder as it is."
        return told

    def _feelings_lost(self, chosen: Judgement, agreed: Agreement | None) -> str:
        found = f"{agreed.label:.0%}" if agreed else "none"
        return (
            f"Though {chosen.rung} measured best, its sentiment agrees with the encoder's as it was on only {found} of "
            f"sentences, and {LEAST_AGREEMENT:.0%} are asked for; {self.subject.parent.name} stays active."
        )

    def _judge(self, rung: Rung, base: Base) -> Generator[Step, None, Judgement]:
        sheets: dict[float, list[Sheet]] = {scale: [] for scale in rung.scales}
        seconds = 0.0
        for fold in self.folds:
            where = self.work / rung.name / f"fold-{fold.number + 1}"
            what = f"{rung.name}, fold {fold.number + 1} of {len(self.folds)}"
            body, spent = yield from self._train(rung, self._task(base, fold.lessons, where), what)
            seconds += spent
            for scale in rung.scales:
                sheets[scale].append(self._answers(fold, body, scale, where))
                self.done += JUDGING
                yield Step(f"{what}, judging", self.done, self.total)
            if fold.number == 0:
                latency = self._latency(body, rung.scales[-1], base, where)
            self._drop_bundles(base)
        fair = [sheets[choose_scale(sheets, leave_out=fold.number)][fold.number] for fold in self.folds]
        return Judgement(rung.name, choose_scale(sheets), Sheet.join(fair), latency, seconds)

    def _train(self, rung: Rung, task: Task, what: str) -> Generator[Step, None, tuple[Body, float]]:
        """The body, and the seconds that it took, this time or the time before it was stopped."""
        task.folder.mkdir(parents=True, exist_ok=True)
        clock = task.folder / "seconds.json"
        before = float(json.loads(clock.read_text("utf-8"))) if clock.is_file() else 0.0
        start, first = perf_counter(), self.done
        share = self._epochs(rung) * sum(len(lesson.examples) for lesson in task.lessons)
        training = rung.train(task)
        try:
            while True:
                progress = next(training)
                self.done = first + share * progress.done / max(progress.total, 1)
                yield Step(what, self.done, self.total)
        except StopIteration as finished:
            body: Body = finished.value
        finally:
            training.close()
            spent = before + perf_counter() - start
            clock.write_text(json.dumps(round(spent, 1)), "utf-8")
        return body, spent

    def _task(self, base: Base, lessons: Sequence[Lesson], where: Path) -> Task:
        return Task(base, tuple(lessons), self.options.seed, self.options.epochs, where)

    def _answers(self, fold: Fold, body: Body, scale: float, where: Path) -> Sheet:
        kept = where / f"answers-{scale:g}.json"
        sheet = Sheet.read(kept)
        if sheet is None:
            sheet = answer(fold, self._bundle(body, scale), self.subject.prior)
            sheet.write(kept)
        return sheet

    def _latency(self, body: Body, scale: float, base: Base, where: Path) -> Latency:
        kept = where / "latency.json"
        if kept.is_file():
            return Latency(**json.loads(kept.read_text("utf-8")))
        own, frozen = (OnnxEncoder.from_bundle(b) for b in (self._bundle(body, scale), self._bundle(Body(base), 1.0)))
        asked = (*self.folds[0].known, *self.folds[0].hidden)
        latency = measure_latency(own, frozen, [question.text for question in asked])
        kept.write_text(json.dumps(asdict(latency)), "utf-8")
        return latency

    def _bundle(self, body: Body, scale: float) -> Bundle:
        if (body, scale) not in self.bundles:
            self.bundles[body, scale] = stage_scratch(body, scale, self.work / "bundles")
        return self.bundles[body, scale]

    def _drop_bundles(self, base: Base) -> None:
        """All but the frozen one: at 20 MB and more, they would fill a disk."""
        for key in [key for key in self.bundles if key[0] != Body(base)]:
            shutil.rmtree(self.bundles.pop(key).folder)

    def _build(
        self, rung: Rung, chosen: Judgement, base: Base, branch: Branch | None
    ) -> Generator[Step, None, tuple[Bundle | None, Agreement | None]]:
        task = self._task(base, self.syllabus.lessons(), self.work / rung.name / "all")
        what = f"{rung.name}, on all examples"
        body, _ = yield from self._train(rung, task, what)
        yield Step(f"{what}, building", self.total - JUDGING, self.total)
        texts = [*own_sentences(), *(text for lesson in task.lessons for text in lesson.examples)]
        candidate = Candidate(body, chosen.scale, self._record(rung, chosen), branch)
        return stage_candidate(candidate, self.subject.parent, list(dict.fromkeys(texts)), LEAST_AGREEMENT)

    def _record(self, rung: Rung, chosen: Judgement) -> TrainingRecord:
        rounded: Mapping[str, float] = {name: round(value, 4) for name, value in chosen.figures.items()}
        return TrainingRecord(
            rung=rung.name, seed=self.options.seed, epochs=self._epochs(rung), folds=self.options.folds,
            parent=self.subject.parent.name, figures={**rounded, "milliseconds": chosen.latency.own},
        )  # fmt: skip
