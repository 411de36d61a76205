"""*Models*: the versions, which one serves, and back. *Map*: all examples in two dimensions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from starlette.responses import Response
from starlette.routing import Route

from bot.connectors.web.door import HEADERS
from bot.console.frame import Frame, Visit
from bot.console.parts import Parts
from bot.console.training import Run, find_runs
from bot.errors import BundleError
from bot.models.bundle import Manifest, read_manifest
from bot.models.registry import activate, active_name, undo, versions

COLOURS = 12


@dataclass(frozen=True, slots=True)
class Version:
    """A bundle; `manifest` is None when it cannot be read, for the reason `fault`."""

    name: str
    manifest: Manifest | None
    fault: str
    active: bool
    serving: bool
    size: int


class ModelPages:
    """See the module."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self, frame: Frame) -> list[Route]:
        """Under /console."""
        return [
            Route("/console/models", frame.page(self.list), methods=["GET"]),
            Route("/console/models/runs", frame.page(self.runs), methods=["GET"]),
            Route("/console/models/use", frame.form(self.use), methods=["POST"]),
            Route("/console/models/undo", frame.form(self.undo), methods=["POST"]),
            Route("/console/map", frame.page(self.map), methods=["GET"]),
            Route("/console/map/spot", frame.page(self.spot), methods=["GET"]),
            Route("/console/map/ready", frame.page(self.ready), methods=["GET"]),
        ]

    async def list(self, visit: Visit) -> Response:
        """All versions beside each other."""
        found = await asyncio.to_thread(describe, self._parts.models, self._parts.serving())
        runs = await asyncio.to_thread(find_runs, self._parts.models)
        names = list(dict.fromkeys(name for each in found if each.manifest for name in _figures(each)))
        previous = (self._parts.models / "previous").exists()
        return await visit.show("models.html", versions=found, figures=names, runs=runs, previous=previous, now=_now())

    async def runs(self, visit: Visit) -> Response:
        """How far `ripen train` is; the page asks again and again, and is shown anew when one has begun or ended."""
        runs: Sequence[Run] = await asyncio.to_thread(find_runs, self._parts.models)
        response = await visit.show("part_runs.html", runs=runs, now=_now())
        if visit.ask("shown") != str(len(runs)):
            response.headers["HX-Refresh"] = "true"
        return response

    async def use(self, visit: Visit) -> Response:
        """Make a version the one that serves; the running bot follows within seconds."""
        await asyncio.to_thread(activate, self._parts.models, visit.form.get("name"))
        return visit.go("/models")

    async def undo(self, visit: Visit) -> Response:
        """Back to the version that served before."""
        await asyncio.to_thread(undo, self._parts.models)
        return visit.go("/models")

    async def map(self, visit: Visit) -> Response:
        """Every example, coloured by intent."""
        laid = await self._parts.landscape.look(await self._parts.newest())
        colours = {name: index % COLOURS for index, name in enumerate(laid.intents)}
        chosen = visit.ask("intent")
        spots = laid.drawn(chosen)
        drawn = [(name, list(some)) for name, some in groupby(spots, key=lambda each: each[1].intent)]
        return await visit.show(
            "map.html",
            laid=laid,
            drawn=drawn,
            count=len(spots),
            colours=colours,
            chosen=chosen,
            taken_back=bool(visit.ask("back")),
            done=visit.ask("done"),
            told=self._parts.files.told(visit.ask("done")),
            name_of=self._parts.name_of,
        )

    async def spot(self, visit: Visit) -> Response:
        """What stands at a place of the map. Of thousands few are ever read, so none is in the page."""
        laid = await self._parts.landscape.look(await self._parts.newest())
        spot = laid.find(visit.ask("number"), visit.ask("intent"))
        return await visit.show("part_spot.html", spot=spot, name_of=self._parts.name_of)

    async def ready(self, visit: Visit) -> Response:  # noqa: ARG002
        """Tells a page that the map is laid out better than it shows."""
        laid = await self._parts.landscape.look(await self._parts.newest())
        return Response(status_code=204, headers={**HEADERS, **({"HX-Refresh": "true"} if laid.final else {})})


def describe(folder: Path, serving: str) -> tuple[Version, ...]:
    """Every version in `folder`, the newest first; none is verified."""
    active = active_name(folder)
    found = []
    for name in versions(folder):
        manifest, fault = None, ""
        try:
            manifest = read_manifest(folder / name)
        except BundleError as error:
            fault = str(error)
        size = sum(file.stat().st_size for file in (folder / name).iterdir() if file.is_file())
        found.append(Version(name, manifest, fault, name == active, name == serving, size))
    return tuple(sorted(found, key=lambda each: each.manifest.built if each.manifest else "", reverse=True))


def _figures(version: Version) -> Sequence[str]:
    training = version.manifest.training if version.manifest else None
    return list(training.figures) if training else []


def _now() -> datetime:
    return datetime.now(UTC)
