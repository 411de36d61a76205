"""How fast `ripen check` is on this machine: python -m training.benchmarks.check [--bundle models] [--intents 500]
[--examples 50].

A made-up bot, in files of 50 intents, checked in a process of its own as a user would: with nothing remembered (cold),
once more (warm), and after one example was added (edited). Each sentence is different, eight words on average.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bot.models.registry import active_name

VERBS = (
    "change", "cancel", "find", "track", "print", "renew", "share", "block", "move", "lend", "paint", "return",
    "order", "book", "review", "sort", "sell", "fix",
)  # fmt: skip
THINGS = (
    "ticket", "garden", "letter", "engine", "blanket", "recipe", "bicycle", "invoice", "parcel", "window",
    "contract", "heater", "camera", "lesson", "table", "voucher", "ladder", "mirror", "saddle", "kettle", "carpet",
    "pillow",
)  # fmt: skip
OPENINGS = ("i want to", "how do i", "please", "can you", "is it possible to", "help me to", "who is able to", "let us")
OWNERS = ("my", "the", "an old", "our", "his", "this", "that", "another")
OTHERS = (
    "today", "again", "sister", "shop", "receipt", "weekend", "rain", "phone", "app", "spring", "broken", "cheap",
    "colleague", "balcony", "winter", "salt", "engineer", "noise", "invitation", "dog", "late", "colour", "size",
    "upstairs", "border", "holiday", "neighbour", "queue", "battery", "glass", "train", "kitchen", "island",
    "museum", "doctor", "birthday", "paper", "music", "concert", "harbour", "mountain", "football", "wallet",
    "passport", "button", "screen", "curtain", "candle", "river", "teacher", "secret", "storm", "lunch", "price",
    "password", "guest", "driver", "office", "coat", "market", "school", "bridge", "lawyer", "tooth", "pocket",
    "ferry", "cousin", "piano", "radio", "tower", "forest",
)  # fmt: skip
ROOT = Path(__file__).parents[2]
INTENTS_PER_FILE = 50


def write_bot(folder: Path, intents: int, examples: int) -> None:
    """config.yml, and intents whose examples are all different."""
    generator = random.Random(1)
    (folder / "intents").mkdir(parents=True)
    (folder / "config.yml").write_text("name: Benchmark\n", encoding="utf-8")
    seen: set[str] = set()
    files: dict[int, list[str]] = {}
    for number in range(intents):
        verb, thing = VERBS[number % len(VERBS)], THINGS[number // len(VERBS) % len(THINGS)]
        name = f"{verb}_{thing}" + (f"_{number}" if number >= len(VERBS) * len(THINGS) else "")
        lines = [f"{name}:", f"  description: The customer wants to {verb} a {thing}, case {number}."]
        lines += ["  responses: [It is done.]", "  examples:"]
        while len(lines) < examples + 4:
            text = " ".join(
                [generator.choice(OPENINGS), verb, generator.choice(OWNERS), thing, *generator.sample(OTHERS, 3)]
            )
            if text not in seen:
                seen.add(text)
                lines.append(f"    - {text}")
        files.setdefault(number // INTENTS_PER_FILE, []).extend(lines)
    for number, rows in files.items():
        (folder / "intents" / f"{number}.yml").write_text("\n".join(rows) + "\n", encoding="utf-8")


def time_check(folder: Path) -> tuple[float, float, str]:
    """Seconds by the clock, seconds of processors, and the last line that `ripen check` printed."""
    before, start = os.times(), perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    wall, after = perf_counter() - start, os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    if done.returncode != 0:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    return wall, spent, done.stdout.strip().splitlines()[-1]


def link_bundle(models: Path, folder: Path) -> None:
    """The bundle of `models` in `folder`, without what was remembered beside it."""
    folder.mkdir()
    name = active_name(models)
    if name is None:
        sys.exit(f"There is no bundle in {models}: run ripen bundle build")
    (folder / name).symlink_to(models.resolve() / name)
    (folder / "active").write_bytes((models / "active").read_bytes())


def main() -> None:
    """Print how long each check took."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.check", description=__doc__)
    parser.add_argument("--bundle", type=Path, default=ROOT / "models")
    parser.add_argument("--intents", type=int, default=500)
    parser.add_argument("--examples", type=int, default=50)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_bot(folder / "bot", asked.intents, asked.examples)
        link_bundle(asked.bundle, folder / "bot" / "models")
        machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
        print(f"{asked.intents} intents x {asked.examples} examples, {machine}")
        for state in ("cold", "warm", "edited"):
            if state == "edited":
                file = folder / "bot" / "intents" / "0.yml"
                text = file.read_text(encoding="utf-8")
                file.write_text(
                    re.sub(r"\n    - ", "\n    - one more sentence\n    - ", text, count=1), encoding="utf-8"
                )
            wall, spent, told = time_check(folder / "bot")
            print(f"{state:7} {wall:6.2f} s by the clock, {spent:6.2f} s of processor time: {told}", flush=True)


if __name__ == "__main__":
    main()
