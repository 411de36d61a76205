"""Files of npm packages that tests run against and that are not ours to commit."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from base64 import b64encode
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "npm"
SECONDS = 60


def fetch_file(package: str, integrity: str, member: str) -> Path:
    """`member` of `package` (name@version), which npm brings once; skips the test where npm or its registry are not.

    `integrity` is the registry's own `dist.integrity`: another content fails the test.
    """
    place = CACHE / package / Path(member).name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        tarball = _pack(package, place.parent)
        algorithm, _, expected = integrity.partition("-")
        found = b64encode(hashlib.new(algorithm, tarball.read_bytes()).digest()).decode()
        assert found == expected, f"{package} is not the package that these tests were written with"
        with tarfile.open(tarball) as packed:
            content = packed.extractfile(f"package/{member}")
            assert content is not None
            place.write_bytes(content.read())
        tarball.unlink()
    return place


def _pack(package: str, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is not installed, which would bring {package}")
    command = [npm, "pack", package, "--pack-destination", str(folder), "--silent"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not bring {package} within {SECONDS} s")
    if done.returncode:
        pytest.skip(f"npm cannot bring {package}: {done.stderr.strip().splitlines()[-1:]}")
    return folder / done.stdout.split()[-1]
