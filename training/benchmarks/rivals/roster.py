"""The rivals: which script puts them to the test, in which environment, on what, and for how long at most."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"
PINS = Path(__file__).parent / "pins"

ZERO_SHOT, ALL_DATA, MIXED, SENTIMENT = "zero-shot", "all data", "mixed", "sentiment"
ONE, FIVE, TEN = "1-shot", "5-shot", "10-shot"


@dataclass(frozen=True, slots=True)
class Rival:
    """`python`: the one version that its packages run on, such as "3.10"; empty: the one that runs this.

    `seconds` is the limit for one job: to start, learn once and answer a split.
    """

    subject: str
    script: Path
    pins: Path
    experiments: frozenset[str]
    variant: str = ""
    python: str = ""
    seconds: float = 1800.0


_LEARNS_AT_ONCE = frozenset((ZERO_SHOT, ONE, FIVE, TEN, ALL_DATA, MIXED))
_FEW = frozenset((FIVE, TEN))
_SETFIT, _ROUTER = SCRIPTS / "setfit_rival.py", SCRIPTS / "semantic_router_rival.py"

RIVALS = (
    Rival("logistic", SCRIPTS / "logistic_rival.py", PINS / "setfit.txt", _LEARNS_AT_ONCE),
    Rival("semantic-router", _ROUTER, PINS / "semantic_router.txt", _LEARNS_AT_ONCE),
    Rival("semantic-router, fitted", _ROUTER, PINS / "semantic_router.txt", _FEW, variant="fitted"),
    Rival("semantic-router, no threshold", _ROUTER, PINS / "semantic_router.txt", _LEARNS_AT_ONCE, variant="open"),
    Rival("setfit", _SETFIT, PINS / "setfit.txt", _FEW, seconds=3600),
    Rival("setfit, 5 iterations", _SETFIT, PINS / "setfit.txt", _FEW, variant="5"),
    Rival("rasa", SCRIPTS / "rasa_rival.py", PINS / "rasa.txt", _FEW, python="3.10"),
    Rival("vader", SCRIPTS / "vader_rival.py", PINS / "vader.txt", frozenset((SENTIMENT,))),
)
"""One that needs examples is not asked to go without; one that trains for hours is not asked to take them all."""
