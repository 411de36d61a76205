from __future__ import annotations

import pytest

from bot.console.words import signed


@pytest.mark.parametrize(
    ("valence", "said"),
    [(None, "–"), (0.0, "+0.00"), (-0.0, "+0.00"), (-0.004, "+0.00"), (-0.006, "−0.01"), (1.0, "+1.00")],
)
def test_a_valence_has_a_sign_and_none_of_nothing(valence: float | None, said: str) -> None:
    assert signed(valence) == said
