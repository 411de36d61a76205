"""How long turns take: in every reply's timings, and as Prometheus metrics. Sole user of prometheus_client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Histogram, generate_latest

from bot.messages import Answer, Message, Reply

TURN_SECONDS = Histogram(
    "ripen_turn_seconds",
    "Time from a message to its reply, by channel and by what was decided.",
    ("channel", "decision"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)


def time_turns(answer: Answer, clock: Callable[[], float] = perf_counter) -> Answer:
    """`answer`, measured: `timings["turn"]` in milliseconds, and one observation, also of turns that fail."""

    async def timing(message: Message) -> Reply:
        start = clock()
        decision = "error"
        try:
            reply = await answer(message)
            decision = _label(reply)
        finally:
            seconds = clock() - start
            TURN_SECONDS.labels(message.channel, decision).observe(seconds)
        return replace(reply, timings={**reply.timings, "turn": round(seconds * 1000, 3)})

    return timing


def _label(reply: Reply) -> str:
    if reply.repeated:
        return "repeated"
    return reply.decision.kind if reply.decision else "none"


def metrics_page() -> tuple[bytes, str]:
    """All metrics of this process in Prometheus' text format, and its content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
