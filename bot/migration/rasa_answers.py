"""What a Rasa bot does about an intent, read off its rules and stories."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.migration.rasa_project import RasaPath, RasaProject

IDLE = frozenset({"action_listen", "action_unlikely_intent"})
"""Actions that do nothing for the user."""

Actions = tuple[str, ...]
Forms = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """`actions` in their order; with `form`, its slots are asked for first. `others` counts what else, of the same
    rank, follows the intent elsewhere."""

    actions: Actions = ()
    form: str | None = None
    others: int = 0


@dataclass(slots=True)
class _Heard:
    """What followed something, by rank: rules come before beginnings of stories, and these before what is in them."""

    ranks: tuple[Counter[Actions], ...] = field(default_factory=lambda: (Counter(), Counter(), Counter()))

    def choose(self) -> tuple[Actions, int]:
        """What follows most often, in the first rank that knows anything; and how many other things do there."""
        ranked = next((rank for rank in self.ranks if rank), Counter[Actions]())
        return (ranked.most_common(1)[0][0], len(ranked) - 1) if ranked else ((), 0)


def find_answers(project: RasaProject) -> Mapping[str, Answer]:
    """For each intent that a rule or a story has, what is done about it."""
    heard: dict[str, _Heard] = defaultdict(_Heard)
    submitted: dict[str, _Heard] = defaultdict(_Heard)
    for path in project.paths:
        _listen(path, project.forms, heard, submitted)
    return {name: _answer(each, submitted, project.forms) for name, each in heard.items()}


def _listen(path: RasaPath, forms: Forms, heard: dict[str, _Heard], submitted: dict[str, _Heard]) -> None:
    loops = [each["active_loop"] for each in path.condition if "active_loop" in each]
    running = next((loop for loop in loops if isinstance(loop, str)), None)
    bound = len(path.condition) > loops.count(None)  # to more than that no form is running
    begins = not bound and not any("checkpoint" in step for step in path.steps[:1])
    for part in _parts(path.steps):
        done = _split_at_form(part.steps, forms, running)
        # A form that goes on after an interruption is no answer to what interrupted it.
        before = tuple(action for action in done.before if action != running) if part.intents else done.before
        rank = 2 if not begins else 0 if path.is_rule else 1
        for intent in part.intents:
            if before:
                heard[intent].ranks[rank][before] += 1
        if done.form is not None and done.after:
            submitted[done.form].ranks[0 if path.is_rule else 1][done.after] += 1
        running = None if done.ended else done.form
        begins = begins and not part.intents


@dataclass(slots=True)
class _Part:
    """The steps after something that the user said, up to the next; `intents` are what it may have meant."""

    intents: Sequence[str]
    steps: list[Mapping[str, Any]] = field(default_factory=list)


def _parts(steps: Sequence[Mapping[str, Any]]) -> Iterator[_Part]:
    part = _Part(())
    for step in steps:
        meant = _intents(step)
        if meant is None:
            part.steps.append(step)
        else:
            if part.steps:
                yield part
            part = _Part(meant)
    if part.steps:
        yield part


def _intents(step: Mapping[str, Any]) -> list[str] | None:
    """What the user means at this step; None if it is no step of the user's."""
    if isinstance(step.get("intent"), str):
        return [step["intent"]]
    if isinstance(step.get("or"), list):
        named = (each.get("intent") for each in step["or"] if isinstance(each, dict))
        return [name for name in named if isinstance(name, str)] or None
    return [] if "user" in step else None


@dataclass(frozen=True, slots=True)
class _Done:
    """What is done at once, and what when `form` has `ended`."""

    before: Actions
    after: Actions
    form: str | None
    ended: bool


def _split_at_form(steps: Sequence[Mapping[str, Any]], forms: Forms, running: str | None) -> _Done:
    before, after = list[str](), list[str]()
    form, ended = running, False
    for step in steps:
        if "active_loop" in step:
            ended = not isinstance(step["active_loop"], str)
            form = form if ended else step["active_loop"]
        action = step.get("action")
        if not isinstance(action, str) or action in IDLE:
            continue
        if action in forms:
            form, ended = action, False
        (after if ended else before).append(action)
    return _Done(tuple(before), tuple(after), form, ended)


def _answer(heard: _Heard, submitted: Mapping[str, _Heard], forms: Forms) -> Answer:
    actions, others = heard.choose()
    form = next((action for action in actions if action in forms), None)
    if form is None:
        return Answer(actions, None, others)
    said_first = actions[: actions.index(form)]
    done, _ = submitted[form].choose() if form in submitted else ((), 0)
    return Answer((*said_first, *done), form, others)
