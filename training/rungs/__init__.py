"""Rungs: ways to make a better encoder from a bot's own examples. None imports torch before it trains."""

from training.rungs.base import Rung
from training.rungs.frozen import Frozen
from training.rungs.lora import Lora
from training.rungs.setfit import SetFit

RUNGS: tuple[Rung, ...] = (Frozen(), SetFit(), Lora())
"""All that there are, lowest first: the order in which they are tried, each against the best below it."""
