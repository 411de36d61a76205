"""Writes a report: a page for people, JSON for programs and the next run, Markdown for pull requests."""

from __future__ import annotations

import json
import os
from pathlib import Path

from training.evaluation.csv_rows import DataError
from training.testing.changes import Kept
from training.testing.markdown import write_markdown
from training.testing.page import write_page
from training.testing.report import Report, read_kept

PAGE, LAST, SHORT = "report.html", "report.json", "report.md"


ELSEWHERE = "Name another folder with --out."


def as_json(report: Report, before: Kept | None = None) -> str:
    """All of it; and of the part that was not asked for what was found `before`."""
    return json.dumps(report.as_dict(before), indent=1, ensure_ascii=False)


def check_place(folder: Path) -> None:
    """Raises DataError where `folder` is not there and cannot be made, or cannot be written to.

    Better before minutes of asking than after; but nothing is made before there is a report.
    """
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    if not there.is_dir():
        raise DataError(f"the report cannot be written to {folder}: {there} is no folder. {ELSEWHERE}")
    if not os.access(there, os.W_OK):
        raise DataError(f"the report cannot be written to {folder}: {there} is read-only. {ELSEWHERE}")


def write_report(report: Report, folder: Path) -> Path:
    """report.html, report.json and report.md in `folder`, each whole or not at all; the page. Raises DataError."""
    check_place(folder)
    before = read_kept(folder / LAST)
    written = {PAGE: write_page(report), SHORT: write_markdown(report), LAST: as_json(report, before)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            draft = folder / f".{name}.draft"
            draft.write_text(text, "utf-8")
            draft.replace(folder / name)
    except OSError as error:
        raise DataError(f"the report cannot be written to {folder}: {error.strerror or error}. {ELSEWHERE}") from error
    return folder / PAGE
