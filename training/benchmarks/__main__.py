"""`python -m training.benchmarks`: what `ripen benchmark` does, where the command is not installed."""

from __future__ import annotations

from bot.errors import RipenError
from training.benchmarks.command import benchmark


def main() -> None:
    """Run the command; what Ripen raises on purpose becomes one line."""
    try:
        benchmark(prog_name="python -m training.benchmarks")
    except RipenError as error:
        raise SystemExit(f"error: {error}") from None


if __name__ == "__main__":
    main()
