from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Tests run side by side, and models of a test are tiny. Threads of torch wait for each other at full speed: with
    more of them than cores, what takes ten seconds took ten minutes."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
