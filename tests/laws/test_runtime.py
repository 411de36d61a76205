"""The bot is started for real, in a process of its own, and what it loaded is looked at."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.laws.source import ROOT

HEAVY = ("torch", "transformers", "peft", "setfit", "sentence_transformers", "datasets", "training", "onnx")

SERVE_AND_LOOK = """
import asyncio, json, sys
from pathlib import Path
import httpx
from bot.serving import serve_bot

async def main():
    ready = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_bot(Path(sys.argv[1]), None, 0, ready.set_result))
    await asyncio.wait({ready, serving}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        body = {"sender": "law", "message": "where is my order A-1042"}
        answer = await client.post(ready.result() + "/webhooks/rest/webhook", json=body)
    print(json.dumps({"answer": answer.json(), "modules": sorted(sys.modules)}), flush=True)

asyncio.run(asyncio.wait_for(main(), 60))
"""


def test_a_serving_bot_has_not_loaded_torch_or_the_training_half(tmp_path: Path, models: Path) -> None:
    for name in ("intents", "actions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "config.yml", tmp_path)
    (tmp_path / "models").symlink_to(models)
    done = subprocess.run(
        [sys.executable, "-c", SERVE_AND_LOOK, str(tmp_path / "config.yml")],
        capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert "A-1042" in str(seen["answer"])
    loaded = {name.split(".")[0] for name in seen["modules"]}
    assert not loaded & set(HEAVY)
