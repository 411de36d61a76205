"""The folder of bundles: a sub-folder for each version, and a file `active` with the name of the one that serves."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.errors import BundleMissing
from bot.models.bundle import MANIFEST, REMEDY, Bundle

ACTIVE = "active"


def active(folder: Path) -> Bundle:
    """The bundle that serves, verified. Raises BundleMissing when none is active, or what `Bundle.open` raises."""
    name = active_name(folder)
    if name is None:
        raise BundleMissing(f"no model bundle is active in {folder}. {REMEDY}")
    if name not in versions(folder):
        raise BundleMissing(f"{folder / ACTIVE} names {name!r}, but {folder} has {_listed(folder)}. {REMEDY}")
    return Bundle.open(folder / name)


def active_name(folder: Path) -> str | None:
    """The name in the file `active`; None when there is no such file."""
    try:
        return (folder / ACTIVE).read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BundleMissing(f"{folder / ACTIVE} cannot be read: {error}. {REMEDY}") from error


def versions(folder: Path) -> tuple[str, ...]:
    """Names of the bundles in `folder`, sorted; they are not verified."""
    return tuple(
        sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("."))
    )


def activate(folder: Path, name: str) -> Bundle:
    """Verify the bundle `name`, make it the one that serves from the next start on, and return it.

    The file is replaced in one step: a crash leaves the old name or the new one.
    """
    if name not in versions(folder):
        raise BundleMissing(f"there is no bundle {name!r} in {folder}, which has {_listed(folder)}. {REMEDY}")
    bundle = Bundle.open(folder / name)
    with NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=".active-", delete=False) as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(folder / ACTIVE)
    return bundle


def _listed(folder: Path) -> str:
    return ", ".join(versions(folder)) or "none"
