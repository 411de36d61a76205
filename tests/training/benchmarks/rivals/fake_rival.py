# ruff: noqa: T201 - it talks to its log
"""A rival that says the first word of a message; by its variant it also breaks in every way that one can break."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class Rival:
    def __init__(self, folder: Path, variant: str) -> None:
        self.folder, self.variant = folder, variant
        if variant == "crash":
            atexit.register(print, "100%|##########|")
            raise ValueError("this rival\nis broken")
        if variant == "kill":
            print("so long", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        if variant == "leave":
            print("goodbye")
            os._exit(0)
        if variant == "hang":
            helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            print(f"helper {helper.pid}", flush=True)
            time.sleep(60)

    def learn(self, texts: list[str], intents: list[str]) -> None:
        self.known = set(intents)
        if self.variant == "slow":
            time.sleep(0.2)

    def load(self) -> None:
        if self.variant == "spy":
            offline, limit = os.environ["HF_HUB_OFFLINE"], os.environ["RIVAL_SECONDS"]
            print(sorted(file.name for file in self.folder.iterdir()), offline, limit, os.environ.get("PYTHONPATH"))
            print((self.folder / "asked.csv").read_text("utf-8"))

    def answer(self, texts: list[str]) -> list[tuple[str, float]]:
        if self.variant == "few" and len(texts) > 1:
            texts = texts[1:]
        sure = {"unsure": float("nan"), "oversure": 1.0000001}.get(self.variant, 0.75)
        words = [text.split()[-1] if text.split() else "" for text in texts]
        return [(word if word in self.known or not self.known else "", sure) for word in words]
