"""A throwaway PostgreSQL server, for tests: started from an installed postgresql package, on a unix socket only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    """The folder with initdb and pg_ctl: on PATH, or where packages put them."""
    found = shutil.which("initdb")
    if found and shutil.which("pg_ctl"):
        return Path(found).parent
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: file.parent.parent.name)
    return candidates[-1].parent if candidates else None


@contextmanager
def postgres_server(binaries: Path) -> Iterator[str]:
    """A running server; yields the URL of its database `postgres`. PostgreSQL refuses root, so root lends a user."""
    user = _unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="ripen-pg-"))  # a unix socket's path must be short
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    try:
        _run([binaries / "initdb", "-D", data, "-U", "ripen", "-A", "trust", "-E", "UTF8", "--no-sync"], user)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        _run([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], user)
        try:
            yield f"postgresql://ripen@/postgres?host={folder}"
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder)


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: list[str | Path], user: str | None) -> None:
    result = subprocess.run(
        [str(word) for word in command],
        user=user,
        cwd="/",
        check=False,
        stdout=subprocess.DEVNULL,  # a pipe would be held open by the server
        stderr=subprocess.DEVNULL,
    )
    assert result.returncode == 0, f"{command[0]} exited with {result.returncode}"
