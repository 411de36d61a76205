"""What a stated risk comes to: python -m training.benchmarks.risks --data DIR [--bundle DIR] [--cache FILE].

Bots of INTENTS intents are drawn from a set, and asked its validation split: is the share of wrong acts what was set?
Nothing is read of a test split. Prints Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.config import DecisionSettings, Settings
from bot.live import Snapshot
from bot.messages import Detection
from bot.pipeline import detect_all
from bot.running import decide_alone
from training.arbiter.public import nonsense
from training.benchmarks.bots import acted_on
from training.benchmarks.validation import (
    DEFAULTS,
    SPLIT,
    Subject,
    make_parser,
    open_subjects,
    print_head,
)
from training.evaluation.data_sets import DataSet

INTENTS, BY_NAME = 20, 7
BOTS = 8
MESSAGES = 15
"""Asked of each intent, at most."""

STRANGERS = 60
"""Of each kind: near, other intents of the set; far, other sets and nonsense."""

STRANGER_SHARE = 0.1
"""Of all messages, half near and half far: what a stated risk assumes."""

RULES = {
    **{f"risk: {risk:g}": Settings(decision=DecisionSettings(risk=risk)) for risk in (0.2, 0.1, 0.05, 0.02)},
    **{f"act: {act:g}": Settings(decision=DecisionSettings(act=act)) for act in (0.6, 0.7)},
}
KINDS = {"13 with ten examples, 7 by name": (10, BY_NAME), "20 with five examples": (5, 0), "20 by name": (0, INTENTS)}
SIDES = ("in scope", "near", "far")

Heard = Mapping[str, Sequence[tuple[str, Detection, str | None]]]
"""By side, each message, what a bot made of it, and the intent that was meant; None for a stranger."""


@dataclass(frozen=True, slots=True)
class Fates:
    """Shares of one bot's messages by side (in scope, near strangers, far strangers), each of shape (3,)."""

    right: npt.NDArray[np.float64]
    wrong: npt.NDArray[np.float64]
    offered: npt.NDArray[np.float64]
    asked: npt.NDArray[np.float64]

    def wrong_share(self, strangers: float) -> float:
        """Of the messages acted on, those acted on wrongly, when that share of all are strangers; 0 for no act."""
        mixed = np.array([1 - strangers, strangers / 2, strangers / 2])
        acted = float(mixed @ (self.right + self.wrong))
        return float(mixed @ self.wrong) / acted if acted else 0.0


def judge_bot(bot: Snapshot, heard: Heard) -> dict[str, Fates]:
    """What the bot does with the messages of each side, for each of RULES."""
    counts = {rule: np.zeros((4, len(SIDES))) for rule in RULES}
    for place, side in enumerate(SIDES):
        for text, detection, meant in heard[side]:
            for rule, settings in RULES.items():
                decision = decide_alone(text, detection, bot.catalog, settings)
                done, row = acted_on(decision), counts[rule]
                row[0, place] += bool(done) and done == {meant}
                row[1, place] += bool(done) and done != {meant}
                clarified = decision.kind == "clarify"
                row[2, place] += clarified and any(meant == choice.intent for choice in decision.alternatives)
                row[3, place] += clarified
    totals = np.array([len(heard[side]) for side in SIDES])
    return {rule: Fates(*(row / totals)) for rule, row in counts.items()}


def draw_bots(subject: Subject, far: Sequence[str], kind: tuple[int, int]) -> Iterator[tuple[Snapshot, Heard]]:
    """BOTS bots with `kind` examples (how many, and how many intents have none), and what each made of messages."""
    shots, by_name = kind
    examples, valid = subject.data.examples_of("train_10"), subject.data.examples_of(SPLIT)
    shared = sorted(set(examples) & set(valid))
    for draw in range(BOTS):
        generator = np.random.default_rng(draw)
        order = generator.permutation(shared).tolist()
        names, hidden = order[:INTENTS], order[INTENTS:]
        known = {name: [] if place < by_name else examples[name][:shots] for place, name in enumerate(names)}
        bot = subject.learn(known)
        near = [text for name in hidden for text in valid[name]]
        asked: dict[str, list[tuple[str, str | None]]] = {
            "in scope": [(text, name) for name in names for text in valid[name][:MESSAGES]],
            "near": [(text, None) for text in generator.permutation(near)[:STRANGERS].tolist()],
            "far": [(text, None) for text in generator.permutation(far)[:STRANGERS].tolist()],
        }
        yield bot, {side: _hear(bot, rows) for side, rows in asked.items()}


def _hear(bot: Snapshot, asked: Sequence[tuple[str, str | None]]) -> list[tuple[str, Detection, str | None]]:
    found = detect_all([text for text, _ in asked], bot, DEFAULTS.language)
    return [(text, detection, meant) for (text, meant), detection in zip(asked, found, strict=True)]


def print_fates(name: str, kind: str, bots: Sequence[Mapping[str, Fates]]) -> None:
    """A row a rule: means over bots; the spread of the wrong share is over bots, too."""
    for rule in RULES:
        fates = [bot[rule] for bot in bots]
        wrong = np.array([[one.wrong_share(share) for one in fates] for share in (STRANGER_SHARE, 0.0)])
        right, acted_wrong, offered, asked = (
            np.mean([getattr(one, each) for one in fates], axis=0) for each in ("right", "wrong", "offered", "asked")
        )
        refused = 1 - right[0] - acted_wrong[0] - asked[0]
        cells = (right[0], acted_wrong[0], offered[0], asked[0], refused, acted_wrong[1], acted_wrong[2])
        shares = " | ".join(f"{cell:.3f}" for cell in cells)
        told = f"{wrong[0].mean():.3f} ± {wrong[0].std():.3f} | {wrong[1].mean():.3f}"
        print(f"| {name} | {kind} | {rule} | {told} | {shares} |", flush=True)


COLUMNS = (
    "set",
    "bots",
    "rule",
    "wrong of acts, 1 in 10 a stranger",
    "none a stranger",
    "acted right",
    "acted wrong",
    "asked back, right one offered",
    "asked back",
    "refused",
    "near stranger acted on",
    "far stranger acted on",
)


def main() -> None:
    """Judge bots of every set and kind."""
    asked = make_parser("risks", __doc__).parse_args()
    print_head(*COLUMNS)
    for subject in open_subjects(asked):
        far = draw_far_strangers(subject)
        for kind, made in KINDS.items():
            bots = [judge_bot(*drawn) for drawn in draw_bots(subject, far, made)]
            print_fates(subject.data.name, kind, bots)


def draw_far_strangers(subject: Subject) -> list[str]:
    """Messages of the other sets, and half as many that mean nothing."""
    others = [text for other in subject.others for text in _sample(other)]
    return [*others, *nonsense(len(others) // 2, np.random.default_rng(0))]


def _sample(data: DataSet) -> list[str]:
    texts = [one.text for one in data.in_scope(SPLIT)]
    sample: list[str] = np.random.default_rng(0).permutation(texts)[: 4 * STRANGERS].tolist()
    return sample


if __name__ == "__main__":
    main()
