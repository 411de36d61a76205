"""Another model is put to work while the bot serves."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from bot.models.registry import active_name
from tests.scenarios.served import Served, serve
from training.export.build import Recipe, build_bundle


async def ripen(*arguments: str, folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", *arguments, cwd=folder)
    assert await process.wait() == 0


async def test_models_are_switched_and_switched_back_without_a_dropped_message(sample: Path, models: Path) -> None:
    own = sample / "models"
    own.unlink()
    shutil.copytree(models, own)
    first = active_name(own)
    assert first is not None
    second = build_bundle(Recipe(quantization="none"), own).name
    await ripen("models", "use", first, folder=sample)
    async with serve(sample) as bot:
        talking = asyncio.create_task(keep_talking(bot))
        await ripen("models", "use", second, folder=sample)
        await bot.until_logged(f"{second} is live", 60)
        assert second in (await bot.client.get(f"{bot.address}/status")).text
        await ripen("models", "undo", folder=sample)
        await bot.until_logged(f"{first} is live", 60)
        talking.cancel()
        answered = await asyncio.gather(talking, return_exceptions=True)
        assert isinstance(answered[0], asyncio.CancelledError), answered


async def keep_talking(bot: Served) -> None:
    while True:
        assert any("A-1042" in text for text in await bot.texts("where is my order A-1042", sender="talker"))
