"""How often contradictory intents are found, and honest ones flagged: `python -m training.evaluation.contradictions`.

Bots are drawn from intents with descriptions (a name read as words, where a set has none), and their descriptions
damaged in four ways. Training splits, and of BANKING77, on which nothing was chosen, the validation split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from bot.catalog.catalog import Example, Intent, Source, read_name
from bot.catalog.contradiction import FEWEST_EXAMPLES, Described, embed_described, find_contradictions
from bot.catalog.intent_file import parse_intent_file
from bot.detectors.base import Embeddings, Encoder
from bot.detectors.encoder import OnnxEncoder
from bot.models.registry import active
from training.evaluation.intent_sets import IntentSet, read_schema_guided, read_split

OWN = Path(__file__).parents[1] / "pretrain" / "intents"
PER_INTENT = 25
SIZES = (3, 5, 10, 20, 40, 77)
SHOTS = ((3,), (5,), (10,), (20,), (3, 5, 10, 25))
"""Examples that the intents of a bot have; of several numbers, each intent draws its own."""
INTENTS_DRAWN = 240
"""For each size and number of examples, at least, and BOTS bots."""
BOTS = 10

Bot = list[Described]
Damage = Callable[[Bot, Sequence[Embeddings], np.random.Generator], list[int]]


@dataclass(slots=True)
class Count:
    """How many were flagged of how many."""

    flagged: int = 0
    seen: int = 0

    def add(self, flagged: Sequence[bool]) -> None:
        """More of them."""
        self.flagged += sum(flagged)
        self.seen += len(flagged)

    def __str__(self) -> str:
        return f"{self.flagged / self.seen:.4f}" if self.seen else "-"


@dataclass(slots=True)
class Tally:
    """Of one data set: honest bots, the damaged intents of others by kind of damage, and these bots' sound intents."""

    honest: Count = field(default_factory=Count)
    damaged: dict[str, Count] = field(default_factory=lambda: {kind: Count() for kind in DAMAGES})
    beside: Count = field(default_factory=Count)


def swap(bot: Bot, _: Sequence[Embeddings], generator: np.random.Generator) -> list[int]:
    """Two descriptions change places. Returns whose description is not their own any more."""
    first, second = generator.permutation(len(bot))[:2].tolist()
    return _exchange(bot, first, second)


def swap_nearest(bot: Bot, _: Sequence[Embeddings], generator: np.random.Generator) -> list[int]:
    """The same with the two that read most alike, seen from one of them."""
    first = int(generator.integers(len(bot)))
    closeness = np.array([one.description for one in bot]) @ bot[first].description
    closeness[first] = -1.0
    return _exchange(bot, first, int(closeness.argmax()))


def copy(bot: Bot, _: Sequence[Embeddings], generator: np.random.Generator) -> list[int]:
    """One has the description of another."""
    first, second = generator.permutation(len(bot))[:2].tolist()
    bot[first] = replace(bot[first], description=bot[second].description)
    return [first]


def paste_foreign(bot: Bot, foreign: Sequence[Embeddings], generator: np.random.Generator) -> list[int]:
    """One has the description of an intent of Ripen's own, of any domain: hardly ever one that this bot resembles."""
    first = int(generator.integers(len(bot)))
    bot[first] = replace(bot[first], description=foreign[int(generator.integers(len(foreign)))])
    return [first]


DAMAGES: Mapping[str, Damage] = {
    "swapped": swap, "swapped with the nearest": swap_nearest, "another's": copy, "from another domain": paste_foreign
}  # fmt: skip


def _exchange(bot: Bot, first: int, second: int) -> list[int]:
    one, other = bot[first], bot[second]
    bot[first], bot[second] = (
        replace(one, description=other.description),
        replace(other, description=one.description),
    )
    return [first, second]


def simulate(domains: Sequence[Bot], foreign: Sequence[Embeddings], generator: np.random.Generator) -> Tally:
    """Draw bots from `domains`, each within one of them, and flag them honest and damaged."""
    tally = Tally()
    for size in SIZES:
        for shots in SHOTS:
            for _ in range(max(BOTS, INTENTS_DRAWN // size)):
                domain = domains[int(generator.integers(len(domains)))]
                bot = _draw(domain, size, shots, generator)
                tally.honest.add(_flag(bot))
                for kind, damage in DAMAGES.items():
                    changed = list(bot)
                    bad = damage(changed, foreign, generator)
                    flags = _flag(changed)
                    tally.damaged[kind].add([flags[index] for index in bad])
                    tally.beside.add([flag for index, flag in enumerate(flags) if index not in bad])
    return tally


def _draw(domain: Bot, size: int, shots: Sequence[int], generator: np.random.Generator) -> Bot:
    drawn = []
    for index in generator.permutation(len(domain))[:size].tolist():
        intent = domain[index]
        rows = generator.permutation(len(intent.texts))[: int(generator.choice(shots))]
        drawn.append(replace(intent, examples=intent.examples[rows], texts=tuple(intent.texts[i] for i in rows)))
    return drawn


def _flag(bot: Bot) -> list[bool]:
    found = find_contradictions(bot)
    return [intent.name in found for intent in bot]


def read_domains(data: Path, encoder: Encoder, generator: np.random.Generator) -> Iterator[tuple[str, list[Bot]]]:
    """Name by name, the domains that bots are drawn from: a public set is one, each of Ripen's own files another."""
    own = [parse_intent_file(file, file.read_bytes()).intents for file in sorted(OWN.glob("*.yml"))]
    yield "own", [embed_described(intents, encoder.encode) for intents in own]
    public = (
        read_split(data, "hwu64", "train"), read_split(data, "clinc150", "train"),
        read_schema_guided(data, ("train", "dev")), read_split(data, "banking77", "valid"),
    )  # fmt: skip
    for one in public:
        yield one.name, [embed_described(_as_intents(one, generator), encoder.encode)]


def _as_intents(read: IntentSet, generator: np.random.Generator) -> list[Intent]:
    nowhere, made = Source(Path(read.name), 0), []
    for name, texts in read.by_intent().items():
        unique = list(dict.fromkeys(text for text in texts if text.strip()))
        examples = [Example(unique[i], nowhere) for i in generator.permutation(len(unique))[:PER_INTENT]]
        if len(examples) >= FEWEST_EXAMPLES:
            made.append(Intent(name, read.descriptions.get(name, read_name(name)), nowhere, tuple(examples)))
    return made


def main(
    data: Annotated[Path, typer.Option(help="The folder with intents/NAME/SPLIT.csv.")],
    bundle: Annotated[Path, typer.Option(help="The folder of bundles; its active one embeds.")] = Path("models"),
    seed: Annotated[int, typer.Option(help="Of what is drawn.")] = 0,
) -> None:
    """Print, for each set, the shares of honest and of contradictory intents that are flagged.

    Example: `python -m training.evaluation.contradictions --data DIR`
    """
    generator = np.random.default_rng(seed)
    domains = dict(read_domains(data, OnnxEncoder.from_bundle(active(bundle)), generator))
    foreign = [intent.description for domain in domains["own"] for intent in domain]
    typer.echo(f"| | honest | beside a damaged one | {' | '.join(DAMAGES)} |\n|{'---|' * (3 + len(DAMAGES))}")
    for name, drawn_from in domains.items():
        tally = simulate(drawn_from, foreign, generator)
        figures = " | ".join(str(count) for count in (tally.honest, tally.beside, *tally.damaged.values()))
        typer.echo(f"| {name} | {figures} |")


if __name__ == "__main__":
    typer.run(main)
