"""One test of a bot, from config.yml to a report; it says on the way how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.actions.base import ActionRunner
from bot.actions.known import KnownActions, check_hand_off
from bot.assemble import make_actions, make_reader
from bot.catalog.catalog import Catalog
from bot.config import Settings, load_settings
from bot.detectors.detector import LearnedDetector
from bot.live import Snapshot
from bot.models.bundle import Bundle
from bot.models.registry import active, versions
from training.evaluation.csv_rows import DataError
from training.progress import Step
from training.testing.answers import Answer, Subject, ask_all, cross_validate, learn_all, stages_of
from training.testing.changes import Changes, Kept, compare_runs
from training.testing.confusions import find_pairs
from training.testing.conversations.play import Played, Stage
from training.testing.conversations.script import Names, Script, read_scripts
from training.testing.figures import figures_by_intent, histogram, known, reliability_points, summarise
from training.testing.questions import MOST_ASKED, Question, read_questions
from training.testing.report import FORMAT, Report, Understanding, read_kept

CROSS_VALIDATION = "cross-validation"
LAST, KEPT = "the last run", "the kept run"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to test. `data` None asks the bot's own examples, `conversations` None plays none.

    `against` names another version of the model; `last` and `kept` are where earlier runs are, if there are any.
    """

    config: Path
    data: Path | None
    understanding: bool
    conversations: Path | None
    folds: int
    against: str | None
    last: Path
    kept: Path


@dataclass(frozen=True, slots=True)
class _Bot:
    """What is tested, read and found sound."""

    subject: Subject
    questions: tuple[Question, ...] | None
    scripts: tuple[Script, ...]


Steps = Generator[Step, None, Report]


def run(asked: Asked) -> Steps:
    """Ask, play and compare. Raises RipenError: what cannot be tested, and what to do."""
    return (yield from _Run(asked, load_settings(asked.config)).steps())


@dataclass(slots=True)
class _Run:
    asked: Asked
    settings: Settings
    notes: list[str] = field(default_factory=list)

    def steps(self) -> Steps:
        earlier = self._read_earlier()
        other = self._open_other()
        actions = make_actions(self.settings, self.asked.config)
        with asyncio.Runner() as runner:
            try:
                bot = self._read(actions, runner)
                yield Step("learning", 0, 1)
                detector = learn_all(bot.subject)
                understanding = (yield from self._understand(bot, detector)) if self.asked.understanding else None
                played = yield from self._play(bot, detector, actions, runner)
            finally:
                runner.run(actions.close())
        report = Report(
            self.settings.name,
            bot.subject.bundle.name,
            __version__,
            datetime.now(UTC).isoformat(timespec="seconds"),
            understanding,
            None if self.asked.conversations is None else played,
            (),
            (),
        )
        changes = self._compare(earlier, report.keep())
        if other is not None and understanding is not None:
            changes.append((yield from self._ask_other(bot, other, report.keep())))
        return replace(report, changes=tuple(changes), notes=tuple(self.notes))

    def _read(self, actions: ActionRunner, runner: asyncio.Runner) -> _Bot:
        known_actions = KnownActions(actions)
        names = runner.run(known_actions.ask())
        check_hand_off(self.settings.actions, names)
        catalog = make_reader(self.settings, known_actions)()
        root = self.asked.config.absolute().parent
        folder = self.asked.conversations
        scripts = read_scripts(folder, Names.of(catalog, names), root) if folder else ()
        if folder and not scripts:
            self.notes.append(f"there are no conversation tests in {_shown(folder, root)}")
        questions = read_questions(self.asked.data, catalog, self.notes.append) if self.asked.data else None
        return _Bot(Subject(self.settings, catalog, active(self.settings.model.bundle), root), questions, scripts)

    def _understand(self, bot: _Bot, detector: LearnedDetector) -> Generator[Step, None, Understanding]:
        answers = yield from self._answer(bot.subject, detector, bot.questions)
        if not known(answers):
            raise DataError(
                f"{self.asked.data} asks for no intent of the bot: nothing can be told of its understanding."
            )
        if bot.questions is None:
            self._note_unasked(bot.subject.catalog)
        source = CROSS_VALIDATION if self.asked.data is None else self.asked.data.name
        return Understanding(
            source,
            self._describe(len(answers)),
            summarise(answers),
            figures_by_intent(answers, stages_of(detector)),
            histogram(answers),
            reliability_points(answers),
            find_pairs(answers, detector, bot.subject.catalog),
            answers,
        )

    def _answer(
        self, subject: Subject, detector: LearnedDetector, questions: Sequence[Question] | None
    ) -> Generator[Step, None, tuple[Answer, ...]]:
        if questions is None:
            return (yield from cross_validate(subject, stages_of(detector), self.asked.folds))
        return (yield from ask_all(questions, subject, Snapshot(subject.catalog, detector)))

    def _describe(self, count: int) -> str:
        if self.asked.data is not None:
            return f"{count} messages of {self.asked.data.name}, asked of the bot as it serves"
        return (
            f"{count} of the bot's own examples, each asked of a bot that has not learnt it ({self.asked.folds} parts)"
        )

    def _note_unasked(self, catalog: Catalog) -> None:
        silent = [name for name, intent in catalog.intents.items() if not intent.examples]
        if silent:
            self.notes.append(f"nothing was asked that means {', '.join(silent)}: there are no examples yet")
        large = [name for name, intent in catalog.intents.items() if len(intent.examples) > MOST_ASKED]
        if large:
            self.notes.append(f"of {', '.join(large)}, {MOST_ASKED} examples each were asked, always the same")

    def _play(
        self, bot: _Bot, detector: LearnedDetector, actions: ActionRunner, runner: asyncio.Runner
    ) -> Generator[Step, None, tuple[Played, ...]]:
        stage = Stage(Snapshot(bot.subject.catalog, detector), actions, self.settings)
        played = []
        for number, script in enumerate(bot.scripts):
            yield Step("playing conversations", number, len(bot.scripts))
            played.append(runner.run(stage.play(script)))
        return tuple(played)

    def _read_earlier(self) -> dict[str, Kept]:
        """Earlier runs by what they are called; before anything else, since one that cannot be read is an error."""
        found = {KEPT: read_kept(self.asked.kept), LAST: read_kept(self.asked.last)}
        return {name: kept for name, kept in found.items() if kept is not None}

    def _compare(self, earlier: Mapping[str, Kept], now: Kept) -> list[Changes]:
        changes = []
        for name, kept in earlier.items():
            if kept.source is not None and now.source is not None and kept.source != now.source:
                self.notes.append(f"{name} asked {kept.source}, not {now.source}: they are not compared")
            else:
                changes.append(compare_runs(kept, now, name))
        return changes

    def _open_other(self) -> Bundle | None:
        if self.asked.against is None:
            return None
        folder = self.settings.model.bundle
        if self.asked.against not in versions(folder):
            there = ", ".join(versions(folder)) or "none"
            raise DataError(
                f"--against names {self.asked.against}, which is no version of the model. There are: {there}."
            )
        return Bundle.open(folder / self.asked.against)

    def _ask_other(self, bot: _Bot, other: Bundle, now: Kept) -> Generator[Step, None, Changes]:
        subject = replace(bot.subject, bundle=other)
        yield Step(f"learning with {other.name}", 0, 1)
        answers = yield from self._answer(subject, learn_all(subject), bot.questions)
        triples = tuple((one.text, one.intent, one.found) for one in answers)
        kept = Kept(FORMAT, other.name, now.made, now.source, summarise(answers), triples, {})
        return compare_runs(kept, now, other.name)


def _shown(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path
