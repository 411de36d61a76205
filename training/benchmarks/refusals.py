"""Is a "don't" heard, and what does that cost: python -m training.benchmarks.refusals --data DIR [--cache FILE].

A bot of all intents of a set with ten examples each is asked its validation split: right acts that become questions.
Then wishes among those messages that it acts on rightly are turned into their opposite by template: acts before and
after. Nothing is read of a test split. Prints Markdown; with --sentences what became a question and what was still
acted on, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.live import Snapshot
from bot.messages import Decision
from bot.pipeline import detect_all
from bot.running import decide_alone
from training.benchmarks.bots import acted_on
from training.benchmarks.validation import (
    DEFAULTS,
    SPLIT,
    Subject,
    make_parser,
    open_subjects,
    print_head,
)
from training.evaluation.intent_sets import Utterance

OPPOSITES = (
    "don't {}",
    "please do not {}",
    "I don't want to {}",
    "I don't want you to {}",
    "no need to {}",
    "I'm not trying to {}",
    "no, wait, please don't {}",
)
UNFORESEEN = ("under no circumstances {}", "I would hate for you to {}", "it would be a mistake to {}")
"""Phrasings that the rule has never heard of."""

_VERBS = (
    "add|arrange|block|book|buy|call|cancel|change|charge|check|confirm|convert|create|delete|erase|exchange|"
    "find|flip|freeze|get|give|have|increase|initiate|list|lower|make|mark|move|open|order|pair|pay|place|play|"
    "pull|purchase|put|raise|read|redeem|remind|remove|repeat|replace|report|request|reserve|reset|resume|roll|"
    "save|schedule|search|send|set|share|show|shut|skip|slow|speak|speed|start|stop|submit|switch|sync|talk|"
    "text|top|track|transfer|translate|turn|tweet|unblock|update|use|verify|withdraw|write"
)
"""What a wish begins with. Not "tell me" or "explain": nobody asks not to be told the weather."""

_WISH = re.compile(
    r"(?:please |hey |hi |olly )*"
    r"(?:(?:can|could|would|will) you (?:please )?|(?:i want|i would like|i need|i'd like) (?:you )?to |please )?"
    rf"(?P<deed>(?:{_VERBS}) (?!(?:you|we|i|they)\b).+?)[ .?!]*"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, what was meant, and what the bot decides when it is deaf to refusals and when it hears them."""

    said: Utterance
    deaf: Decision
    hearing: Decision

    @property
    def was_right(self) -> bool:
        """Whether the deaf bot does what is meant, and nothing else."""
        return acted_on(self.deaf) == {self.said.intent}


def hear(bot: Snapshot, said: Sequence[Utterance]) -> list[Heard]:
    """What the bot makes of each message, outside any conversation."""
    detections = detect_all([one.text for one in said], bot, DEFAULTS.language)
    return [
        # Without the text nothing can be refused.
        Heard(
            one,
            decide_alone("", detection, bot.catalog, DEFAULTS),
            decide_alone(one.text, detection, bot.catalog, DEFAULTS),
        )
        for one, detection in zip(said, detections, strict=True)
    ]


def find_wishes(heard: Sequence[Heard]) -> Iterator[Utterance]:
    """The bare deed ("play some jazz") of each message that asks for one and is acted on rightly."""
    for one in heard:
        found = _WISH.fullmatch(one.said.text.casefold())
        if found and one.was_right:
            yield Utterance(found["deed"], one.said.intent)


def turn_round(wishes: Sequence[Utterance], templates: Sequence[str]) -> list[Utterance]:
    """Each wish in each of `templates`; the intent is the one that must not be acted on."""
    return [Utterance(template.format(wish.text), wish.intent) for wish in wishes for template in templates]


def print_row(name: str, asked: Sequence[Heard], *opposites: Sequence[Heard]) -> None:
    """What hearing costs in `asked`, and what it saves in each of `opposites`."""
    right = [one for one in asked if one.was_right]
    lost = sum(acted_on(one.hearing) != {one.said.intent} for one in right)
    cells = [f"{len(asked):,}", f"{len(right):,}", f"{lost} ({lost / len(asked):.2%})"]
    for said in opposites:
        acts = [sum(bool(acted_on(decision)) for decision in decided) for decided in _both(said)]
        cells += [f"{len(said):,}", *(f"{count / max(len(said), 1):.3f}" for count in acts)]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _both(said: Sequence[Heard]) -> tuple[list[Decision], list[Decision]]:
    return [one.deaf for one in said], [one.hearing for one in said]


def print_sentences(asked: Sequence[Heard], opposites: Sequence[Heard]) -> None:
    """Each message that became a question, with the reason, and each refusal that was acted on all the same."""
    for one in asked:
        if one.deaf != one.hearing:
            print(f"  question: {one.said.text}  [{one.said.intent}; {one.hearing.reason}]")
    for one in opposites:
        if acted_on(one.hearing):
            print(f"  acted on: {one.said.text}  [{', '.join(sorted(acted_on(one.hearing)))}]")


COLUMNS = (
    "set",
    "messages",
    "acted on rightly",
    "of these now a question (of all)",
    *("refusals", "acted on before", "after"),
    *("in words unforeseen", "acted on before", "after"),
)


def main() -> None:
    """Judge a bot of each set."""
    parser = make_parser("refusals", __doc__)
    parser.add_argument("--sentences", action="store_true", help="print the sentences, too")
    asked = parser.parse_args()
    print_head(*COLUMNS)
    for subject in open_subjects(asked):
        _judge(subject, asked.sentences)


def _judge(subject: Subject, sentences: bool) -> None:
    bot = subject.learn(subject.data.examples_of("train_10"))
    heard = hear(bot, subject.data.in_scope(SPLIT))
    wishes = list(find_wishes(heard))
    opposites, unforeseen = (hear(bot, turn_round(wishes, templates)) for templates in (OPPOSITES, UNFORESEEN))
    print_row(subject.data.name, heard, opposites, unforeseen)
    if sentences:
        print_sentences(heard, opposites)


if __name__ == "__main__":
    main()
