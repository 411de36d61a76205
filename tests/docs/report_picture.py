"""The picture in docs/test.md, from a report of the sample bot: python -m tests.docs.report_picture report.html"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.docs.pages import ROOT
from tests.standins.chromium import chromium

PICTURE = ROOT / "docs" / "pictures" / "test-report.png"


async def take(report: Path, picture: Path) -> None:
    """From the confusion matrix on, in light colours."""
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1100, "height": 1750}, color_scheme="light")
        await page.goto(report.resolve().as_uri())
        await page.evaluate("document.querySelector('#matrix').scrollIntoView()")
        await page.screenshot(path=picture)


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]), PICTURE))
