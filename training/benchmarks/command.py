"""`ripen benchmark`. Cheap to import: what measures is imported when it is asked to."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from training.benchmarks.plan import Asked
    from training.benchmarks.report import Report

benchmark = typer.Typer()

MODELS = Path("models")
OUT = Path("benchmark")


class Split(StrEnum):
    """What is asked: choose on valid, report test."""

    valid = "valid"
    test = "test"


@benchmark.command()
def measure(  # noqa: PLR0913 - a parameter for each option
    data: Annotated[
        Path, typer.Option(help="Utterances as CSV (text, intent): a file, a folder, or one with intents/NAME/.")
    ] = Path("data"),
    bundle: Annotated[Path, typer.Option(help="The folder of bundles; its active one is judged.")] = MODELS,
    bundle_for: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FOLDER", help="Judge this set by the active bundle of another folder; may be repeated."
        ),
    ] = None,
    sets: Annotated[str, typer.Option(help="Sets to judge, as banking77,clinc150; otherwise all that are there.")] = "",
    split: Annotated[Split, typer.Option(help="Choose on valid; read test once, to report.")] = Split.test,
    quick: Annotated[bool, typer.Option("--quick", help="Less of everything, in minutes; it says what.")] = False,
    rivals: Annotated[
        bool, typer.Option("--rivals", help="Measure other software beside it: hours, and gigabytes in OUT/rivals.")
    ] = False,
    rivals_on: Annotated[str, typer.Option(help="With --rivals, measure them on these sets only, as banking77.")] = "",
    other_precision: Annotated[
        Path | None,
        typer.Option(help="A folder whose active bundle is the same in fp32, if it cannot be built from here."),
    ] = None,
    cache: Annotated[Path | None, typer.Option(help="File to keep embeddings in between runs.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for benchmark.json, benchmark.md and pictures.")] = OUT,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Of an encoder pass.")] = 1,
) -> None:
    """Measure a bundle on labelled utterances: understanding, confidence, strangers, sentiment and speed.

    Example: `ripen benchmark --data my-utterances.csv`

    Example: `ripen benchmark --data DIR --split valid --quick`

    Example: `ripen benchmark --data DIR --sets hwu64 --bundle-for hwu64=models-without-hwu64`
    """
    from training.benchmarks.plan import Asked

    asked = Asked(
        data,
        bundle,
        read_pairs(bundle_for or ()),
        read_names(sets),
        split.value,
        quick,
        out / "rivals" if rivals or rivals_on else None,
        read_names(rivals_on),
        threads,
        other_precision,
        cache,
    )
    check_before(asked, out)
    try:
        report = _measure(asked)
    except KeyboardInterrupt:
        typer.echo("\nstopped; nothing was written", err=True)
        raise typer.Exit(130) from None
    written = write_report(report, out)
    typer.echo(f"{written} has the figures; benchmark.json and pictures are beside it.")


def read_names(given: str) -> tuple[str, ...]:
    """Names between commas, each once."""
    return tuple(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))


def read_pairs(given: Sequence[str]) -> Mapping[str, Path]:
    """NAME=FOLDER, several times. Raises DataError for anything else."""
    from training.evaluation.csv_rows import DataError

    pairs = {}
    for one in given:
        name, mark, folder = one.partition("=")
        if not (name and mark and folder):
            raise DataError(f"--bundle-for takes NAME=FOLDER, as hwu64=models-without-hwu64, not {one!r}.")
        if name in pairs:
            raise DataError(f"--bundle-for names {name} twice.")
        pairs[name] = Path(folder)
    return pairs


def describe_command(asked: Asked) -> str:
    """The command that measures this again; folders by what they hold, for they are named differently elsewhere."""
    words = ["ripen benchmark --data DIR"]
    words += [f"--bundle-for {name}=FOLDER" for name in asked.own_bundles]
    words += [f"--sets {','.join(asked.sets)}"] if asked.sets else []
    words += [f"--split {asked.split}"]
    words += ["--quick"] if asked.quick else []
    words += ["--rivals"] if asked.rivals else []
    words += [f"--rivals-on {','.join(asked.rivals_on)}"] if asked.rivals_on else []
    words += ["--other-precision FOLDER"] if asked.other_precision else []
    words += [f"--threads {asked.threads}"] if asked.threads > 1 else []
    return " ".join(words)


def check_before(asked: Asked, out: Path) -> None:
    """Raises what would otherwise come after hours of measuring: DataError, PicturesMissing."""
    from training.benchmarks.pictures import check_drawing
    from training.evaluation.csv_rows import DataError

    if asked.quick and asked.rivals:
        raise DataError("--quick asks a part of each split, --rivals all of it, so they cannot be compared: drop one.")
    check_drawing()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"the report cannot be written to {out}: {error.strerror or error}.") from error
    if not os.access(out, os.W_OK):
        raise DataError(f"the report cannot be written to {out}: permission denied.")


def _measure(asked: Asked) -> Report:
    from training.benchmarks.run import run

    with tempfile.TemporaryDirectory(prefix="ripen-benchmark-") as scratch:
        return run(asked, describe_command(asked), Path(scratch), _teller())


def _teller() -> Callable[[str], None]:
    """A plain line to standard error; the terminal stays scrollable and logs stay readable."""
    return lambda text: typer.echo(text, err=True)


def write_report(report: Report, folder: Path) -> Path:
    """benchmark.json, benchmark.md and pictures/ in `folder`; the page. Raises DataError, PicturesMissing."""
    from training.benchmarks.page import write_page
    from training.benchmarks.pictures import draw_pictures
    from training.benchmarks.report import as_json
    from training.evaluation.csv_rows import DataError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "benchmark.json").write_text(as_json(report), "utf-8")
        page = folder / "benchmark.md"
        page.write_text(write_page(report), "utf-8")
        draw_pictures(report, folder / "pictures")
    except OSError as error:
        raise DataError(f"the report cannot be written to {folder}: {error.strerror or error}.") from error
    return page
