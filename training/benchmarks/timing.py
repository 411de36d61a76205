"""Latency, throughput and learning times of bundles, on the made-up bot of `speed.py`: 77 intents x 10 examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter

from bot.catalog.catalog import Catalog
from bot.config import MATURE_AFTER, Settings
from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.embedding_cache import CachedEncoder
from bot.detectors.encoder import OnnxEncoder
from bot.detectors.learner import Learner
from bot.detectors.sentiment import NeutralSentiment, SentimentHead
from bot.live import Snapshot
from bot.models.bundle import Bundle
from bot.running import parse
from training.benchmarks.bots import VocabularyEncoder, learn, with_speller
from training.benchmarks.precision import NAMES
from training.benchmarks.speed import MESSAGE, synthetic_catalog, time_calls, time_learning

BATCH = 32
BATCHES = 8
NEVER = 1_000_000
"""Of `mature_after`: all intents stay new."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How fast one bundle answers. Times in milliseconds; the rest in messages a second.

    `threads`: of one encoder pass for the latency of a single message; so many messages at once, on one thread each,
    for the throughput.
    """

    precision: str
    threads: int
    median_ms: float
    p95_ms: float
    encoder_median_ms: float
    per_second: float

    @property
    def per_second_a_core(self) -> float:
        """Throughput over the threads that made it."""
        return self.per_second / self.threads


def time_bundles(bundles: Sequence[Bundle], threads: Sequence[int], rounds: int, scratch: Path) -> Iterator[Timing]:
    """Each bundle on each number of threads; all of detection and the decision, as for `ripen parse`."""
    catalog = synthetic_catalog()
    for bundle in bundles:
        alone = _make_bot(bundle, catalog, OnnxEncoder.from_bundle(bundle), scratch)
        for count in threads:
            encoder = OnnxEncoder.from_bundle(bundle, count)
            bot = _make_bot(bundle, catalog, encoder, scratch) if count > 1 else alone
            message = time_calls(_asking(bot), rounds)
            yield Timing(
                NAMES[bundle.manifest.quantization],
                count,
                message["median_ms"],
                message["p95_ms"],
                time_calls(lambda encoder=encoder: encoder.encode([MESSAGE]), rounds)["median_ms"],  # type: ignore[misc]
                round(count_per_second(alone, catalog, count), 1),
            )


def _asking(bot: Snapshot) -> Callable[[], object]:
    settings = Settings()
    return lambda: parse(MESSAGE, bot, settings)


def _make_bot(bundle: Bundle, catalog: Catalog, encoder: OnnxEncoder, scratch: Path) -> Snapshot:
    """Sentences of the catalog from a cache, messages through the encoder, as in a bot that serves."""
    sentiment = SentimentHead.load(bundle.sentiment_path) if bundle.sentiment_path else NeutralSentiment()
    known, prior = CachedEncoder(encoder, scratch / "speed.db"), ArbiterPrior.load(bundle.arbiter_path)
    *_, detector = Learner(known, encoder, sentiment, prior).learn(catalog)
    return Snapshot(catalog, with_speller(detector, catalog, encoder))


def count_per_second(bot: Snapshot, catalog: Catalog, workers: int) -> float:
    """Messages a second, in batches of BATCH different ones, `workers` of them at a time."""
    settings = Settings()
    texts = [example.text for intent in catalog.intents.values() for example in islice(intent.examples, 4)]
    batches = [[texts[(number * BATCH + at) * 7 % len(texts)] for at in range(BATCH)] for number in range(BATCHES)]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda text: parse(text, bot, settings), batches[0]))
        start = perf_counter()
        for batch in batches:
            list(pool.map(lambda text: parse(text, bot, settings), batch))
        return BATCH * BATCHES / (perf_counter() - start)


def time_learning_parts(encoder: VocabularyEncoder, prior: ArbiterPrior, scratch: Path) -> Mapping[str, float]:
    """Seconds from a catalog of 77 x 10, nothing learnt before, to each stage; sentences are encoded in the first."""
    catalog = synthetic_catalog()
    known = CachedEncoder(encoder, scratch / "learning.db")

    def learner(mature_after: int) -> Learner:
        return Learner(known, encoder, NeutralSentiment(), prior, mature_after)

    learn(synthetic_pair(), encoder, prior)  # what is imported to learn is imported once a process
    encoded = time_learning(learner(NEVER), catalog)["last_s"]
    new = time_learning(learner(NEVER), catalog)["last_s"]
    mature = time_learning(learner(MATURE_AFTER), catalog)
    return {
        "all sentences encoded, intents live by cards and examples": encoded,
        "the same, sentences known: cards and examples alone": new,
        "sentences known: head trained, live": mature["first_s"],
        "sentences known: stages cross-validated, the bot's own arbiter fitted": mature["last_s"],
    }


def synthetic_pair() -> Catalog:
    """Two mature intents."""
    return Catalog(dict(islice(synthetic_catalog().intents.items(), 2)))
