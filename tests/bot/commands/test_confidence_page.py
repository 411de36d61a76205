from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from bot.commands.confidence_page import show_confidence
from bot.detectors.reliability import Bin, Consequence, Reliability

NOW = Consequence(0.1, 0.62, 0.8, 0.15, 0.05)
TOLD = Reliability(
    True, 640.0, 0.031, (Bin(0.9, 1.0, 0.96, 0.98, 500.0),), (NOW, Consequence(0.02, None, 0, 1, 0)), NOW
)


def printed(told: Reliability) -> str:
    console = Console(width=120, record=True, quiet=False, file=None)
    with console.capture() as captured:
        console.print(*show_confidence(told), sep="\n")
    return captured.get()


def test_shows_said_against_right_and_what_each_risk_costs() -> None:
    page = printed(TOLD)
    for words in ("640 messages of this bot's own", "96%", "98%", "3.1%", "1 in 10", "0.62", "80%", "never"):
        assert words in page


def test_says_when_it_is_not_the_bots_own() -> None:
    assert "simulated public" in printed(replace(TOLD, own=False))


def test_says_when_there_is_nothing_to_show() -> None:
    assert "nothing to show" in printed(replace(TOLD, messages=0.0, bins=()))
