"""All of `ripen check`: a bot's files in, everything that is wrong or looks wrong out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from bot.catalog.catalog import Catalog
from bot.catalog.loader import CatalogLoader, list_files, unknown_actions
from bot.checks.allowances import find_unused, read_allowances, settle
from bot.checks.documents import RememberedDocuments
from bot.checks.finding import Finding
from bot.checks.languages import check_languages
from bot.checks.meanings import Writing, check_meanings
from bot.checks.memory import Memory
from bot.checks.personal import check_personal_data
from bot.checks.rules import RULES
from bot.checks.sentences import check_sentences
from bot.checks.tidiness import check_tidiness
from bot.checks.wiring import check_wiring
from bot.checks.written import CONVERSATIONS, WrittenFile
from bot.config import Settings
from bot.detectors.base import Encoder
from bot.errors import ConfigError, Problem
from bot.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked. `actions` are all that an intent may name, None when nobody knows; without `encoder`, rules that
    compare meanings rest, for the reason `no_encoder`. `edited` is what files are to hold that are not saved yet;
    `loader` is one that knows the files of the last check. With `only`, nobody wants to know of other files, and
    much of what can only be wrong there is not looked into."""

    settings: Settings
    config: Path
    actions: frozenset[str] | None = None
    encoder: Encoder | None = None
    no_encoder: str = "there is no encoder"
    memory: Memory = field(default_factory=lambda: Memory(None))
    edited: Mapping[Path, bytes] = field(default_factory=dict)
    loader: CatalogLoader | None = None
    only: Collection[Path] | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was found, in the order of files and lines; `rested` says of rules that were not looked into why not."""

    problems: tuple[Problem, ...]
    rested: Mapping[str, str] = field(default_factory=dict)
    intents: int = 0
    examples: int = 0

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many are not."""
        return len(self.problems) - self.errors

    def add(self, problems: Iterable[Problem]) -> CheckReport:
        """The same with more problems."""
        return replace(self, problems=_sorted([*self.problems, *problems]))


def check_bot(subject: Subject) -> CheckReport:
    """Look into everything. Never raises for what the files hold."""
    settings = subject.settings
    catalog, told = _survey(subject)
    broken = any(problem.severity == "error" for problem in told)
    if subject.actions is not None and not broken:
        told += unknown_actions(catalog, subject.actions)
    files = list(_written_files(subject))
    rested = dict(_rest(subject, broken))
    allowances, wrong = read_allowances(files)
    told += tuple(problem for problem in read_yaml(subject.config).problems if problem.severity == "warning")
    findings = chain(map(Finding, (*told, *wrong)), _look(catalog, files, subject))
    looked_into = (finding for finding in findings if finding.problem.rule not in rested)
    problems = list(settle(looked_into, allowances, settings.check))
    problems += settle(find_unused(allowances, rested | dict.fromkeys(settings.check.ignore, "")), (), settings.check)
    if subject.only is not None:
        problems = [problem for problem in problems if problem.file in subject.only]
    examples = sum(len(intent.examples) for intent in catalog.intents.values())
    return CheckReport(_sorted(problems), rested, len(catalog.intents), examples)


def config_problems(config: Path, error: ConfigError, *key: str) -> tuple[Problem, ...]:
    """What keeps config.yml from being used, as problems; `key` is where, when the error does not say."""
    if error.problems:
        return tuple(replace(problem, rule=_config_rule(problem)) for problem in error.problems)
    message = str(error).removeprefix(f"{config}: ").removeprefix("config.yml: ")
    return (Problem("error", config, read_yaml(config).line(key), message, "", "config"),)


def _config_rule(problem: Problem) -> str:
    return "config" if problem.rule == "schema" else problem.rule


def _look(catalog: Catalog, files: list[WrittenFile], subject: Subject) -> Iterator[Finding]:
    """Meanings take longest: the rules that need none are looked into meanwhile, in a thread of their own."""
    if subject.encoder is None:
        yield from _look_at_words(catalog, files, subject)
        return
    with ThreadPoolExecutor(1) as aside:
        words = aside.submit(copy_context().run, lambda: list(_look_at_words(catalog, files, subject)))
        writing = Writing.of(catalog)
        known = writing.embed(subject.encoder)
        yield from words.result()
    yield from check_meanings(writing, known, subject.memory, subject.only)


def _look_at_words(catalog: Catalog, files: list[WrittenFile], subject: Subject) -> Iterator[Finding]:
    settings, wanted = subject.settings, _part(catalog, subject.only)
    yield from check_sentences(catalog)
    yield from check_wiring(catalog, settings.model.mature_after)
    yield from check_tidiness(files, subject.config)
    yield from check_personal_data(wanted, settings.language, settings.check.contacts)
    if "other-language" not in settings.check.ignore:
        yield from check_languages(wanted, settings.language, subject.memory)


def _part(catalog: Catalog, only: Collection[Path] | None) -> Catalog:
    """What stands in `only` these files, for rules that look at one sentence at a time."""
    if only is None:
        return catalog
    intents = {name: intent for name, intent in catalog.intents.items() if intent.source.file in only}
    responses = {
        name: templates
        for name, templates in catalog.responses.items()
        if any(template.source is not None and template.source.file in only for template in templates)
    }
    return Catalog(intents, responses)


def _survey(subject: Subject) -> tuple[Catalog, tuple[Problem, ...]]:
    if subject.loader is not None:
        return subject.loader.survey(subject.edited)
    documents = RememberedDocuments(subject.memory)
    found = CatalogLoader(subject.settings.intents, documents.parse).survey(subject.edited)
    documents.keep()
    return found


def _written_files(subject: Subject) -> Iterator[WrittenFile]:
    folder, tests = subject.settings.intents, subject.config.parent / CONVERSATIONS
    places = [(subject.config, subject.config.parent), *((file, folder) for file in list_files(folder)[0])]
    places += [(file, tests) for file in sorted({*tests.rglob("*.yml"), *tests.rglob("*.yaml")})]
    for file, within in places:
        if file in subject.edited:
            yield WrittenFile.of(file, subject.edited[file])
        elif written := WrittenFile.read(file, within):
            yield written


def _rest(subject: Subject, broken: bool) -> Iterator[tuple[str, str]]:
    for rule in RULES.values():
        if rule.needs_meaning and subject.encoder is None:
            yield rule.name, subject.no_encoder
        elif rule.needs_all and broken:
            yield rule.name, "not all files could be read"
    if subject.actions is None or broken:
        yield "unknown-action", "not all files could be read" if broken else "the bot's actions could not be listed"


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (str(problem.file), problem.line)))
