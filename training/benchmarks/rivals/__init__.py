"""What people would use instead, by the same experiments: each in its own environment, made on the way."""

from training.benchmarks.rivals.measure import measure_rivals

__all__ = ["measure_rivals"]
