"""A Rasa project's files in (2.x and 3.x: nlu, domain, rules, stories, endpoints), one immutable `RasaProject` out.

Rasa reads its files by their sections, not by their names, and so does this: any YAML file of the folder may hold
some of `nlu`, `rules`, `stories`, `responses`, `slots`, `forms`, ... (https://legacy-docs-oss.rasa.com/docs/rasa/training-data-format).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import CatalogError, Problem, RipenError
from bot.yaml_files import Document, read_yaml

SECTIONS = frozenset({"nlu", "rules", "stories", "intents", "responses", "slots", "forms", "actions", "entities"})
ELSEWHERE = frozenset({"models", "results", "node_modules", "venv", "env", "site-packages"})
"""Folders that hold no part of what the bot knows."""

TESTS = frozenset({"tests", "test"})
"""Folders of test stories. Elsewhere Rasa knows these by their files' names (test_...)."""

MAX_FILES = 2000

_SECTION = re.compile(r"(?m)^(nlu|rules|stories|intents|responses|slots|forms):")
_MARKDOWN_INTENT = re.compile(r"(?m)^##\s*intent:")


@dataclass(frozen=True, slots=True)
class RasaIntent:
    """What NLU data says of one intent; a retrieval intent goes by its full name (`faq/ask_price`)."""

    name: str
    file: Path
    examples: tuple[str, ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True)
class RasaPath:
    """The steps of a rule, or of a story, in their order. A `condition` is that of a rule."""

    steps: tuple[Mapping[str, Any], ...]
    is_rule: bool
    condition: tuple[Mapping[str, Any], ...] = ()
    title: str = ""


@dataclass(slots=True)
class RasaProject:
    """All that was found. `mappings` leads from a slot to how it is filled, `forms` to the slots that a form asks for;
    `vocabularies` has what Rasa calls lookup tables."""

    folder: Path
    intents: dict[str, RasaIntent] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    patterns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    vocabularies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    responses: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    mappings: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    forms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    paths: list[RasaPath] = field(default_factory=list)
    tests: list[RasaPath] = field(default_factory=list)
    language: str | None = None
    endpoint: str | None = None
    has_flows: bool = False


def read_project(folder: Path) -> RasaProject:
    """Read the project in `folder`.

    Raises CatalogError when a file with such sections is broken, RipenError when there is none.
    """
    if not folder.is_dir():
        raise RipenError(f"{folder} is not a folder. Name the one with the Rasa project's domain.yml.")
    project = RasaProject(folder)
    problems: list[Problem] = []
    for file in _yaml_files(folder):
        document = read_yaml(file)
        errors = [problem for problem in document.problems if problem.severity == "error"]
        if errors and _looks_like_rasa(file):
            problems += errors
        elif not errors and isinstance(document.value, dict):
            reader = _Reader(project, document)
            reader.read_tests() if _holds_tests(file, folder) else reader.read()
    if problems:
        raise CatalogError(tuple(problems))
    if not project.intents and not project.listed:
        raise RipenError(
            f"{folder} holds no intent of Rasa's: no YAML file in it has `nlu:` or `intents:`. {_advice(folder)}"
        )
    return project


def _yaml_files(folder: Path) -> Iterator[Path]:
    found = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in ELSEWHERE)
        for name in sorted(names):
            if name.endswith((".yml", ".yaml")) and not name.startswith("."):
                found += 1
                if found > MAX_FILES:
                    raise RipenError(
                        f"{folder} holds more than {MAX_FILES:,} YAML files. Name the project's own folder."
                    )
                yield Path(place, name)


def _holds_tests(file: Path, folder: Path) -> bool:
    return file.name.startswith("test_") or not TESTS.isdisjoint(file.relative_to(folder).parts[:-1])


def _looks_like_rasa(file: Path) -> bool:
    try:
        return bool(_SECTION.search(file.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return False


def _advice(folder: Path) -> str:
    for file in sorted(folder.rglob("*.md")):
        if _MARKDOWN_INTENT.search(file.read_text(encoding="utf-8", errors="replace")):
            return f"{file} is in the Markdown of Rasa 1: convert it with Rasa 2 (rasa data convert nlu) first."
    return "Name the folder with domain.yml and data/."


@dataclass(slots=True)
class _Reader:
    """Takes one file into the project. What has another shape than Rasa gives it is passed over, as Rasa does."""

    project: RasaProject
    document: Document

    def read(self) -> None:
        """Take all sections."""
        held = self.document.value
        for item in _mappings(held.get("nlu")):
            self._read_nlu(item)
        self.project.paths += [*self._paths("rules", "rule"), *self._paths("stories", "story")]
        self._read_domain(held)
        if isinstance(held.get("language"), str):
            self.project.language = held["language"]
        endpoint = held.get("action_endpoint")
        if isinstance(endpoint, dict) and isinstance(endpoint.get("url"), str):
            self.project.endpoint = endpoint["url"]
        self.project.has_flows |= isinstance(held.get("flows"), dict)

    def read_tests(self) -> None:
        """Take what a user says in stories, and is to be understood as."""
        self.project.tests += self._paths("stories", "story")

    def _paths(self, section: str, name: str) -> Iterator[RasaPath]:
        for item in _mappings(self.document.value.get(section)):
            if name in item:
                steps, condition = tuple(_mappings(item.get("steps"))), tuple(_mappings(item.get("condition")))
                yield RasaPath(steps, section == "rules", condition, str(item[name]))

    def _read_nlu(self, item: Mapping[str, Any]) -> None:
        project, examples = self.project, _examples(item.get("examples"))
        match item:
            case {"intent": str(name)}:
                metadata = item.get("metadata")
                described = metadata.get("description") if isinstance(metadata, dict) else None
                known = project.intents.get(name, RasaIntent(name, self.document.file))
                told = described if isinstance(described, str) and described.strip() else known.description
                project.intents[name] = RasaIntent(name, known.file, (*known.examples, *examples), told)
            case {"synonym": str(value)}:
                project.synonyms |= {written.casefold(): value for written in examples}
            case {"regex": str(name)}:
                project.patterns[name] = (*project.patterns.get(name, ()), *examples)
            case {"lookup": str(name)}:
                project.vocabularies[name] = (*project.vocabularies.get(name, ()), *examples)
            case _:
                pass

    def _read_domain(self, held: Mapping[str, Any]) -> None:
        project = self.project
        project.listed += [name for name in _names(held.get("intents")) if name not in project.listed]
        project.actions += [name for name in _names(held.get("actions")) if name not in project.actions]
        responses = held.get("responses")
        for name, variations in responses.items() if isinstance(responses, dict) else ():
            project.responses.setdefault(name, list(_mappings(variations)))
        slots = held.get("slots")
        for name, slot in slots.items() if isinstance(slots, dict) else ():
            project.mappings.setdefault(name, list(_mappings(slot.get("mappings"))) if isinstance(slot, dict) else [])
        forms = held.get("forms")
        if isinstance(forms, dict):
            for name, form in forms.items():
                project.forms[name] = tuple(self._form_slots(form))
        else:
            project.forms |= {name: project.forms.get(name, ()) for name in _names(forms)}

    def _form_slots(self, form: Any) -> Iterator[str]:
        """`required_slots` as a list (3.x) or with mappings in it (2.x), or the slots themselves (2.0)."""
        asked = form.get("required_slots", form) if isinstance(form, dict) else None
        if isinstance(asked, list):
            yield from (slot for slot in asked if isinstance(slot, str))
        elif isinstance(asked, dict):
            for slot, mappings in asked.items():
                if slot != "ignored_intents":
                    self.project.mappings.setdefault(slot, []).extend(_mappings(mappings))
                    yield slot


def _examples(written: Any) -> tuple[str, ...]:
    """Of `examples: |` with a dash before each, or of a list of texts or of `{text: ...}`."""
    if isinstance(written, str):
        rows = (row.strip() for row in written.splitlines())
        found = [row[1:].strip() for row in rows if row.startswith("-")]
    elif isinstance(written, list):
        texts = (each.get("text") if isinstance(each, dict) else each for each in written)
        found = [text.strip().removeprefix("- ") for text in texts if isinstance(text, str)]
    else:
        found = []
    return tuple(text for text in found if text)


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """The mappings in a list; a text in it stands for nothing here."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))


def _names(value: Any) -> list[str]:
    """Of a list of names, some of them with settings under them."""
    listed = value if isinstance(value, list) else []
    return [
        name
        for each in listed
        for name in ([each] if isinstance(each, str) else each if isinstance(each, dict) else ())
    ]
