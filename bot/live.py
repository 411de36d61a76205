"""What is live: a catalog and the detector built from it, swapped as a pair.

A message in flight keeps the snapshot that it started with. A broken edit leaves the last good one in place.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.catalog.catalog import Catalog
from bot.detectors.base import Detector


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A catalog and the detector that knows exactly its intents."""

    catalog: Catalog
    detector: Detector


class LiveSnapshot:
    """Holds the current snapshot and why the newest edit is not in it, if it is not."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._current = snapshot
        self._error: str | None = None

    @property
    def current(self) -> Snapshot:
        """The snapshot to use for one whole turn."""
        return self._current

    @property
    def error(self) -> str | None:
        """What is wrong with the newest edit; None when it is live."""
        return self._error

    def swap(self, snapshot: Snapshot) -> None:
        """Make the newest edit live for all turns that start from now on."""
        self._current, self._error = snapshot, None

    def improve(self, detector: Detector) -> None:
        """A better detector for the same catalog. Of an edit that is not live it says nothing."""
        self._current = Snapshot(self._current.catalog, detector)

    def keep(self, error: str) -> None:
        """Stay with the last good snapshot and remember why."""
        self._error = error
