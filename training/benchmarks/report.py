"""Everything that a run measured, and its form on disk: JSON, one figure a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from training.benchmarks.figures import Figure, Reliability
from training.benchmarks.judges import Judge
from training.benchmarks.timing import Timing
from training.evaluation.csv_rows import DataError

DIGITS = 5


@dataclass(frozen=True, slots=True)
class Report:
    """A run: what was asked, where and with what, and what came out. `notes`: what was made or left out, by set."""

    command: str
    split: str
    quick: bool
    made: str
    seconds: int
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    bundle: Mapping[str, str]
    judges: tuple[Judge, ...]
    notes: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]
    figures: tuple[Figure, ...]
    reliability: tuple[Reliability, ...]
    timings: tuple[Timing, ...]
    learning: Mapping[str, float]
    format: Literal[1] = 1


def as_json(report: Report) -> str:
    """One entry of a list a line; figures with five digits."""
    written = []
    for name, value in asdict(report).items():
        shown = _rounded(value)
        if isinstance(shown, list) and shown:
            lines = ",\n".join(f"  {_dump(entry)}" for entry in shown)
            written.append(f" {_dump(name)}: [\n{lines}\n ]")
        else:
            written.append(f" {_dump(name)}: {_dump(shown)}")
    return "{\n" + ",\n".join(written) + "\n}\n"


def read_report(file: Path) -> Report:
    """The run that `as_json` wrote. Raises DataError: the file is not there, or not one of ours."""
    try:
        return TypeAdapter(Report).validate_json(file.read_bytes())
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(
            f"{file} is no benchmark.json of this version: {where}: {first['msg']}. Make one with: ripen benchmark"
        ) from error


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, Mapping):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(one) for one in value]
    return value
