"""How long the bot in this folder takes to its first answer, and what it weighs: python -m training.benchmarks.start.

Serves the bot of --config in a process of its own, three times on a free port: the first start may learn, the later
ones find everything where the first has left it. Memory is the server's, resident, after it has learnt.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx

from training.benchmarks.speed import machine

STARTS = 3
SETTLE_SECONDS = 8.0
MESSAGES = 200
ASKED = "could you please tell me where my order A-1042 is now"


def measure_start(config: Path) -> dict[str, float]:
    """Seconds to the first answer, milliseconds of a turn over REST (median), megabytes resident."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", "--config", str(config)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None  # noqa: S101 - for the type checker
        found = re.search(r"http://\S+", server.stdout.readline())
        if found is None:
            raise SystemExit("the bot did not start; see `ripen serve`")
        with httpx.Client(base_url=found[0], trust_env=False, timeout=60) as client:
            _ask(client)
            first_answer = time.perf_counter() - start
            time.sleep(SETTLE_SECONDS)
            taken = sorted(_ask(client) for _ in range(MESSAGES))
            resident = resident_mb(server.pid)
    finally:
        server.terminate()
        server.wait(30)
    return {"first answer s": first_answer, "turn over REST ms": taken[MESSAGES // 2] * 1000, "resident MB": resident}


def _ask(client: httpx.Client) -> float:
    start = time.perf_counter()
    answer = client.post("/webhooks/rest/webhook", json={"sender": "benchmark", "message": ASKED})
    answer.raise_for_status()
    return time.perf_counter() - start


def resident_mb(process: int) -> float:
    """Megabytes of memory that a process holds. Linux only; elsewhere not a number."""
    status = Path(f"/proc/{process}/status")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text(encoding="utf-8")) if status.exists() else None
    return int(found[1]) / 1024 if found else float("nan")


def main() -> None:
    """Print a line for each start."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.start", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("config.yml"))
    config = parser.parse_args().config
    where = machine()
    print(f"{where['cpu']}, {where['cores']} cores, load {where['load']}")
    for number in range(1, STARTS + 1):
        figures = measure_start(config)
        print(f"start {number}", "  ".join(f"{name} {value:.2f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
