from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of bundles, with the one that Ripen ships for, built once for the whole run."""
    from training.export.build import Recipe, build_bundle

    folder = tmp_path_factory.mktemp("models")
    build_bundle(Recipe(), folder)
    return folder
