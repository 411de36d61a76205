"""What a bot answers to each question, through the detection and the decision that serve, and why where it is wrong."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.assemble import make_encoder, make_example_encoder, make_learn, with_memory
from bot.catalog.catalog import Catalog, Stage
from bot.config import Settings
from bot.detectors.detector import LearnedDetector
from bot.detectors.evidence import Evidence, compare, gather_evidence
from bot.live import Snapshot
from bot.messages import Decision
from bot.models.bundle import Bundle
from bot.running import parse
from bot.slots import delexicalise
from training.evaluation.intent_sets import OUT_OF_SCOPE
from training.progress import Step
from training.testing.questions import Question, cut, tell_source

TOLD_EVERY = 50


@dataclass(frozen=True, slots=True)
class Near:
    """An example that is close to a message, by cosine; `where` is file:line."""

    text: str
    similarity: float
    where: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why another intent was taken: `because` in words, and what stands behind it.

    `near_found` is the nearest example of the intent that was taken, `near_meant` of the one that was meant; cards are
    the message's similarity to each one's name and description.
    """

    because: str
    near_found: Near | None
    near_meant: Near | None
    card_found: float
    card_meant: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One message. `intent` was meant, `found` is the likeliest one with its `confidence`, `decision` what is done.

    `acted` are the intents that are acted on, `stranger` how likely it means none. `reason` is there when `found` is
    wrong.
    """

    text: str
    intent: str
    where: str
    found: str
    confidence: float
    decision: str
    acted: tuple[str, ...]
    stranger: float
    reason: Reason | None = None

    @property
    def right(self) -> bool:
        """Whether the likeliest intent is the one that was meant."""
        return self.found == self.intent


@dataclass(frozen=True, slots=True)
class Subject:
    """The bot that is tested, with one version of its model."""

    settings: Settings
    catalog: Catalog
    bundle: Bundle
    root: Path


def learn_all(subject: Subject) -> LearnedDetector:
    """The detector that serves, once all is learnt."""
    *_, detector = make_learn(subject.settings, subject.bundle)(subject.catalog)
    return detector


def stages_of(detector: LearnedDetector) -> dict[str, Stage]:
    """What each intent is."""
    return {name: health.stage for name, health in detector.health.items()}


def cross_validate(subject: Subject, stages: dict[str, Stage], folds: int) -> Generator[Step, None, tuple[Answer, ...]]:
    """Answers to the bot's own examples, each by a bot that has not learnt it. Raises DataError: there are none."""
    cuts = cut(subject.catalog, stages, folds, subject.root)
    total = sum(len(fold.questions) for fold in cuts)
    encoder = make_encoder(subject.settings, subject.bundle)
    memory = with_memory(make_example_encoder(encoder, subject.bundle), subject.settings)
    answers: list[Answer] = []
    for number, fold in enumerate(cuts):
        yield Step(f"learning without part {number + 1} of {len(cuts)}", len(answers), total)
        *_, detector = make_learn(subject.settings, subject.bundle, memory)(fold.catalog)
        found = yield from ask_all(fold.questions, subject, Snapshot(fold.catalog, detector), (len(answers), total))
        answers += found
    order = {name: place for place, name in enumerate(subject.catalog.intents)}
    return tuple(sorted(answers, key=lambda one: order[one.intent]))


def ask_all(
    questions: Sequence[Question], subject: Subject, snapshot: Snapshot, so_far: tuple[int, int] | None = None
) -> Generator[Step, None, tuple[Answer, ...]]:
    """Answers of one bot; `so_far` is how many of all questions others have answered."""
    before, total = so_far or (0, len(questions))
    answers = []
    for number, question in enumerate(questions):
        if number % TOLD_EVERY == 0:
            yield Step("asking", before + number, total)
        answers.append(ask(question, subject, snapshot))
    return tuple(answers)


def ask(question: Question, subject: Subject, snapshot: Snapshot) -> Answer:
    """What the bot makes of one message, outside any conversation."""
    said = parse(question.text, snapshot, subject.settings)
    best = said.detection.candidates[0] if said.detection.candidates else None
    found = best.intent if best else ""
    wrong = found != question.intent and question.intent != OUT_OF_SCOPE and best is not None
    return Answer(
        question.text,
        question.intent,
        question.where,
        found,
        best.confidence if best else 0.0,
        said.decision.kind,
        acted_on(said.decision),
        said.detection.out_of_scope,
        _why(question, found, subject, snapshot) if wrong else None,
    )


def acted_on(decision: Decision) -> tuple[str, ...]:
    """The intents that a decision acts on; none when it asks back or gives up."""
    if decision.kind not in ("act", "hand_off"):
        return ()
    if decision.wishes:
        return tuple(wish.candidate.intent for wish in decision.wishes)
    return (decision.intent,) if decision.intent else ()


def _why(question: Question, found: str, subject: Subject, snapshot: Snapshot) -> Reason | None:
    """By the evidence that decided between the intent that was found and the one that was meant."""
    detector = snapshot.detector
    if not isinstance(detector, LearnedDetector):
        return None
    read_as = delexicalise(question.text, snapshot.catalog)
    told = {one.intent: one for one in gather_evidence(read_as, detector, (found, question.intent))}
    if found not in told or question.intent not in told:  # a pressed button is no text to be read
        return None
    taken, meant = told[found], told[question.intent]
    near = [_near(one, subject, snapshot.catalog) for one in (taken, meant)]
    return Reason(_tell(taken, meant, *near), near[0], near[1], taken.card, meant.card)


def _near(one: Evidence, subject: Subject, catalog: Catalog) -> Near | None:
    if not one.nearest:
        return None
    read = {delexicalise(each.text, catalog): each for each in reversed(catalog.intents[one.intent].examples)}
    example = read[one.nearest[0].text]
    return Near(example.text, one.nearest[0].similarity, tell_source(example, subject.root))


def _tell(taken: Evidence, meant: Evidence, near_taken: Near | None, near_meant: Near | None) -> str:
    """What weighed most for the intent that was taken, in a sentence."""
    lead = compare(taken, meant)
    most = max(lead, key=lambda name: lead[name])
    own = (
        f"of {meant.intent} itself, the nearest is at {near_meant.similarity:.2f}"
        if near_meant
        else f"{meant.intent} has no other example"
    )
    if most == "nearest example" and near_taken:
        return f'"{near_taken.text}" of {taken.intent} is close ({near_taken.similarity:.2f}); {own}'
    if most == "card":
        return _tell_cards(taken, meant)
    if most == "head" and taken.head is not None:
        instead = "" if meant.head is None else f", {meant.head:.2f} for {meant.intent}"
        return f"the head that is trained on the examples says {taken.head:.2f} for {taken.intent}{instead}; {own}"
    if most == "mature or new":
        return f"{taken.intent} is {taken.stage} and {meant.intent} is {meant.stage}; {own}"
    if most == "second look":
        return f"the NLI model found that it is rather {taken.intent}"
    if not near_taken:
        return f"it is close to the description of {taken.intent} ({taken.card:.2f}), which has no examples; {own}"
    return f"it is like what {taken.intent} has in common, more than any single example of it; {own}"


def _tell_cards(taken: Evidence, meant: Evidence) -> str:
    if taken.card > meant.card:
        return f"the description of {taken.intent} is nearer ({taken.card:.2f}) than its own ({meant.card:.2f})"
    return (
        f"the description of {taken.intent} is close ({taken.card:.2f}), and counts for more there, since "
        f"{taken.intent} is {taken.stage} and {meant.intent} is {meant.stage}"
    )
