"""The default of what is worth a look. A file of its own: the command line tells it before it loads anything else."""

CERTAINTY = 0.8
"""Acted on with less confidence than this, a turn is worth a look. `decision.risk` says when the bot acts at all."""
