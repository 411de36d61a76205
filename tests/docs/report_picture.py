"""The picture in docs/test.md, from a report of the sample bot: python -m tests.docs.report_picture report.html"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.docs.pages import ROOT

PICTURE = ROOT / "docs" / "pictures" / "test-report.png"
SHOWN = {"width": 1100, "height": 1750}


def take(report: Path, picture: Path) -> None:
    """From the confusion matrix on, in light colours."""
    found = os.environ.get("RIPEN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport=SHOWN, color_scheme="light")  # type: ignore[arg-type]
        page.goto(report.resolve().as_uri())
        page.evaluate("document.querySelector('#matrix').scrollIntoView()")
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), PICTURE)
