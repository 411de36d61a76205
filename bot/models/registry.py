"""The folder of bundles: a sub-folder for each version, and a file `active` with the name of the one that serves."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex

from bot.errors import BundleError, BundleMissing
from bot.models.bundle import FIRST, MANIFEST, REMEDY, Bundle, read_manifest

ACTIVE, PREVIOUS = "active", "previous"


def active(folder: Path) -> Bundle:
    """The bundle that serves, verified. Raises BundleMissing when none is active, or what `Bundle.open` raises."""
    name = active_name(folder)
    if name is None:
        raise BundleMissing(f"no model bundle is active in {folder}. {FIRST}")
    if name not in versions(folder):
        raise BundleMissing(f"{folder / ACTIVE} names {name!r}, but {folder} has {_listed(folder)}. {REMEDY}")
    return Bundle.open(folder / name)


def doubt(bundle: Bundle, base: str) -> str | None:
    """What is odd about serving `bundle` when config.yml says `base` (model.base); None when nothing is.

    Where a folder of weights lies may differ from machine to machine, and a bundle that was trained has weights of its
    own.
    """
    made_of = bundle.manifest.base.name
    if bundle.manifest.training is not None or Path(made_of).name == Path(base).name:
        return None
    return (
        f"config.yml names {base} (model.base), but the bundle that serves, {bundle.name}, was built from {made_of}. "
        "Build another with: ripen bundle build"
    )


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


def describe_versions(folder: Path) -> dict[str, str]:
    """What each bundle was made of, in a line; one that cannot be read says so."""
    return {name: _describe(folder / name) for name in versions(folder)}


def _describe(folder: Path) -> str:
    try:
        manifest = read_manifest(folder)
    except BundleError as error:
        return str(error)
    made = [manifest.base.name, manifest.quantization]
    if manifest.adapter:
        made.append(str(manifest.adapter))
    if manifest.training:
        figures = (f"{name} {value:.3f}" for name, value in manifest.training.figures.items())
        made.append(f"{manifest.training.rung} on the bot's own examples ({', '.join(figures)})")
    return ", ".join([*made, f"built {manifest.built}"])


def activate(folder: Path, name: str) -> Bundle:
    """Verify the bundle `name`, make it the one that serves (a running bot follows), and return it.

    The name that was active is kept, for `undo`. A file is replaced in one step: a crash leaves the old or the new.
    """
    if name not in versions(folder):
        remedy = "Choose one of these." if versions(folder) else FIRST
        raise BundleMissing(f"there is no bundle {name!r} in {folder}, which has {_listed(folder)}. {remedy}")
    bundle = Bundle.open(folder / name)
    before = active_name(folder)
    if before and before != name:
        _write_name(folder / PREVIOUS, before)
    _write_name(folder / ACTIVE, name)
    return bundle


def undo(folder: Path) -> Bundle:
    """Activate the bundle that was active before this one. Raises BundleMissing when none was."""
    try:
        name = (folder / PREVIOUS).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BundleMissing(f"no bundle was active in {folder} before this one. Choose one: ripen models use") from None
    return activate(folder, name)


def _write_name(path: Path, name: str) -> None:
    # Not by tempfile, whose files only their owner may read: an image is built by root, and serves as somebody else.
    temporary = path.with_name(f".{path.name}-{token_hex(8)}")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            file.write(f"{name}\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _listed(folder: Path) -> str:
    return ", ".join(versions(folder)) or "none"
