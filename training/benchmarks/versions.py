"""Versions of what the figures depend on."""

from __future__ import annotations

import platform
from importlib.metadata import version

PACKAGES = ("ripen-bot", "numpy", "onnxruntime", "scikit-learn", "scipy", "tokenizers")


def read_versions() -> dict[str, str]:
    """By package, Python first."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
