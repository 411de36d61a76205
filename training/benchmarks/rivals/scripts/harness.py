"""One job for one rival, inside the rival's own environment: python harness.py SCRIPT FOLDER [VARIANT].

FOLDER has taught.csv (text, intent) and asked.csv (text); answers.json is written beside them. SCRIPT has a class
Rival: made with FOLDER and VARIANT, it has `learn` (texts, intents), `load` (what a start does beyond opening, once
something was learnt) and `answer` (texts to pairs of intent and confidence). RIVAL_SECONDS in the environment is the
limit that the job runs under. Standard library only; Python 3.8 and later.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import resource
import statistics
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

TIMED = 200
"""Messages that are put one by one; the rest goes in batches where a rival has them."""

WARM_UP = 5


def work(script: Path, folder: Path, variant: str) -> dict[str, Any]:
    """What the rival answered, how sure it was in [0, 1], and what it took."""
    taught, asked = read(folder / "taught.csv"), [row["text"] for row in read(folder / "asked.csv")]
    begun = perf_counter()
    rival = open_script(script).Rival(folder, variant)
    opened = perf_counter()
    rival.learn([row["text"] for row in taught], [row["intent"] for row in taught])
    learnt = perf_counter()
    rival.load()
    loaded = perf_counter()
    answers = rival.answer(asked)
    return {
        "intents": [intent for intent, _ in answers],
        "confidences": [max(min(float(confidence), 1.0), 0.0) for _, confidence in answers],
        "start_s": opened - begun + loaded - learnt,
        "train_s": learnt - opened,
        "message_ms": time_messages(rival, asked[:TIMED]),
        "memory_mb": peak_memory(),
    }


def open_script(script: Path) -> Any:
    """The module in that file."""
    spec = importlib.util.spec_from_file_location(script.stem, script)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{script} is no Python script")
    module = importlib.util.module_from_spec(spec)
    sys.modules[script.stem] = module
    spec.loader.exec_module(module)
    return module


def time_messages(rival: Any, texts: list[str]) -> float:
    """Median milliseconds of a message on its own."""
    for text in texts[:WARM_UP]:
        rival.answer([text])
    taken = []
    for text in texts:
        begun = perf_counter()
        rival.answer([text])
        taken.append((perf_counter() - begun) * 1000)
    return statistics.median(taken)


def peak_memory() -> float:
    """Megabytes resident at most so far, training included."""
    status = Path("/proc/self/status")
    if status.exists():  # what `resource` says includes the process that started this one
        lines = status.read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    units = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units


def read(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def main() -> None:
    """The last thing that is written is answers.json: without it, the job failed, and reason.txt may say why."""
    script, folder, variant = Path(sys.argv[1]), Path(sys.argv[2]), (sys.argv[3:] or [""])[0]
    try:
        answers = json.dumps(work(script, folder, variant))
    except (Exception, SystemExit) as error:  # in the log, a progress bar may have the last word
        told = str(error) if isinstance(error, SystemExit) else f"{type(error).__name__}: {error}"
        (folder / "reason.txt").write_text(told, encoding="utf-8")
        raise
    (folder / "answers.json").write_text(answers, encoding="utf-8")


if __name__ == "__main__":
    main()
