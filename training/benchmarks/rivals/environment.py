"""An environment for each list of pins: made once, used again until the pins or the interpreter change."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.errors import RipenError

STAMP = ".pins"
INSTALL_SECONDS = 1800.0
FIRST = "torch=="
"""This one goes first, with what it needs: it is what makes an environment large, and any other build is larger."""


class RivalError(RipenError):
    """A rival could not be measured; the message is the reason, fit for a table."""


def prepare(pins: Path, version: str, folder: Path, tell: Callable[[str], None]) -> Path:
    """The interpreter of the environment for `pins`, in `folder`, made if it is not there as it should be.

    `version` such as "3.10" asks for that Python; empty takes the running one. Raises RivalError: no such Python, or
    pip failed.
    """
    home, interpreter = folder / pins.stem, find_python(version)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = _fingerprint(pins, interpreter)
    stamp = home / STAMP
    if python.exists() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return python
    tell(f"installing what {pins.name} lists (minutes, once)")
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{pins.stem}.install.log"
    log.write_text("", encoding="utf-8")
    for command in _steps(pins, interpreter, home, python):
        _run(command, log)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def find_python(version: str) -> Path:
    """An interpreter of that version; the running one for "". Raises RivalError: there is none that runs."""
    if not version:
        return Path(sys.executable)
    for candidate in _candidates(version):
        if _answers(candidate, version):
            return candidate
    raise RivalError(f"it needs Python {version}: none on the PATH that runs, nor in pyenv. Install one and try again")


def last_line(log: Path) -> str:
    """The last line of a log that says anything, cut to fit in a table."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").replace("\r", "\n").splitlines()]
    return next((line[-200:] for line in reversed(lines) if line), "nothing was written")


def _candidates(version: str) -> Iterator[Path]:
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)


def _answers(candidate: Path, version: str) -> bool:
    """Whether it runs and is of that version: a pyenv shim is there for versions that are not switched on, too."""
    ask = [str(candidate), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        done = subprocess.run(ask, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == version


def _fingerprint(pins: Path, interpreter: Path) -> str:
    made_by = f"{interpreter.resolve()}\n".encode()
    return hashlib.sha256(made_by + pins.read_bytes()).hexdigest()


def _steps(pins: Path, interpreter: Path, home: Path, python: Path) -> Iterator[list[str]]:
    """`pins` names everything, so nothing is resolved: what a package would like beside that stays out."""
    yield [str(interpreter), "-m", "venv", "--clear", str(home)]
    install = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    first = [line for line in pins.read_text("utf-8").splitlines() if line.startswith(FIRST)]
    if first:
        yield [*install, "--constraint", str(pins), *first]
    yield [*install, "--no-deps", "--requirement", str(pins)]


def _run(command: list[str], log: Path) -> None:
    step = " ".join(command[1:4])
    with log.open("ab") as output:
        try:
            done = subprocess.run(
                command, stdout=output, stderr=subprocess.STDOUT, timeout=INSTALL_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise RivalError(f"{step} took more than {INSTALL_SECONDS:.0f} s (see {log})") from error
        except OSError as error:
            raise RivalError(f"{step} could not be run: {error.strerror or error}") from error
    if done.returncode:
        raise RivalError(f"{step} failed: {last_line(log)} (see {log})")
