"""What `ripen init` copies: the files beside this one are a whole small bot, ready to be made one's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from bot.errors import RipenError

STARTER = Path(__file__).parent
MAY_BE_THERE = {".git", "LICENSE"}
"""What a team that made its repository first has in it, and no bot has: nothing is overwritten."""

SCHEMAS = STARTER.parent / "catalog" / "schemas"


FRAME = ".gitignore"
"""What every bot has, whatever it is about; and the schemas."""


def copy_starter(folder: Path) -> None:
    """Make `folder` a new bot. Raises RipenError when something is there already, or it cannot be written."""
    _copy(folder, _not_for_copies)


def copy_frame(folder: Path) -> None:
    """Make `folder` a place for a bot that is not written yet. Raises RipenError as above."""
    _copy(folder, lambda place, names: {name for name in names if Path(place) == STARTER and name != FRAME})


def _copy(folder: Path, ignore: Callable[[str, list[str]], set[str]]) -> None:
    if folder.exists() and (not folder.is_dir() or {entry.name for entry in folder.iterdir()} - MAY_BE_THERE):
        raise RipenError(f"{folder} exists and is not an empty folder. Choose another name, or empty it first.")
    try:
        shutil.copytree(STARTER, folder, ignore=ignore, copy_function=shutil.copyfile, dirs_exist_ok=True)
        shutil.copytree(SCHEMAS, folder / ".ripen", copy_function=shutil.copyfile)
    except OSError as error:
        raise RipenError(
            f"{folder} cannot be written: {error.strerror or error}. Choose a folder that you may write to."
        ) from error


def _not_for_copies(folder: str, names: list[str]) -> set[str]:
    """This module itself, and bytecode."""
    own = {"__init__.py"} if Path(folder) == STARTER else set()
    return (own | {"__pycache__"}) & set(names)
