"""Imports a bot's action modules from its folder, and says where Python code went wrong."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import sysconfig
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from bot.errors import ConfigError

INSTALLED = tuple(Path(sysconfig.get_path(key)).resolve() for key in ("stdlib", "purelib", "platlib"))


def import_modules(names: Sequence[str], root: Path) -> list[ModuleType]:
    """Import `names` and, where they are packages, all modules below them; the bot's folder `root` comes first.

    Raises ConfigError with module, file and line.
    """
    root = root.resolve()
    if sys.path[:1] != [str(root)]:
        sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    found: dict[str, ModuleType] = {}
    for name in names:
        _make_room(name.partition(".")[0], root)
        for module in _walk(name, root):
            found.setdefault(module.__name__, module)
    return list(found.values())


def raised_at(error: BaseException, root: Path) -> str:
    """`file:line` of the deepest frame in the bot's folder, or of the deepest frame at all."""
    root = root.resolve()
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_under(Path(frame.filename), root)]
    if not frames:
        return "an unknown place"
    frame = (own or list(frames))[-1]
    return f"{_shown(frame.filename, root)}:{frame.lineno}"


def _walk(name: str, root: Path) -> Iterator[ModuleType]:
    module = _import(name, root)
    yield module
    for info in pkgutil.iter_modules(getattr(module, "__path__", ()), prefix=f"{name}."):
        if info.name.rpartition(".")[2] != "__main__":
            yield from _walk(info.name, root)


def _import(name: str, root: Path) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise ConfigError(_import_message(name, root, error)) from error


def _import_message(name: str, root: Path, error: BaseException) -> str:
    start = f"{root / 'config.yml'}: actions.modules: cannot import {name!r}"
    if not all(part.isidentifier() for part in name.split(".")) or (root / name).is_file():
        return f"{start}: that is no module's name. Write it with dots and without .py, as actions.orders."
    if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
        wanted = error.name.replace(".", "/")
        return f"{start}: there is no {wanted}.py and no folder {wanted}/ in {root}. Create it or correct the name."
    if isinstance(error, SyntaxError):
        return f"{start}: {error.msg} ({_shown(error.filename, root)}:{error.lineno}). Correct that line."
    remedy = (
        f"Install what provides {error.name!r}, or correct the import."
        if isinstance(error, ModuleNotFoundError)
        else "Correct that line."
    )
    return f"{start}: {type(error).__name__}: {error} ({raised_at(error, root)}). {remedy}"


def _make_room(package: str, root: Path) -> None:
    """Forget a package of the same name that came from another bot's folder, as when tests run several bots.

    Raises ConfigError when the name belongs to Python, to an installed package or to Ripen itself.
    """
    loaded = sys.modules.get(package)
    mine = [path.resolve() for path in (root / f"{package}.py", root / package)]
    if loaded is None or not any(path.exists() for path in mine):
        return
    places = [
        Path(place).resolve()
        for place in (*getattr(loaded, "__path__", ()), getattr(loaded, "__file__", None))
        if place
    ]
    if any(place in mine or place.parent in mine for place in places):
        return
    if not places or package in {"bot", "training"} or any(_is_below(place, INSTALLED) for place in places):
        raise ConfigError(
            f"{root / 'config.yml'}: actions.modules: the name {package!r} is taken by "
            f"{places[0] if places else 'Python itself'}. Rename the folder or file in {root}."
        )
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]


def _is_under(file: Path, root: Path) -> bool:
    # The virtual environment often lies in the bot's folder; what is installed there is not the bot's code.
    return file.is_relative_to(root) and not _is_below(file, INSTALLED)


def _is_below(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _shown(file: str | None, root: Path) -> str:
    path = Path(file or "?")
    return str(path.relative_to(root)) if _is_under(path, root) else str(path)
