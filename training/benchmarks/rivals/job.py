"""One job for a rival: what it learns from, what it is asked, and what came back from its own process."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from training.benchmarks.rivals.environment import RivalError, last_line
from training.benchmarks.rivals.roster import SCRIPTS, Rival
from training.evaluation.intent_sets import Utterance

HARNESS = SCRIPTS / "harness.py"
ANSWERS, REASON = "answers.json", "reason.txt"
LEFT_BEHIND = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDEVMODE", "PYTHONWARNINGS")
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "RASA_TELEMETRY_ENABLED": "false",
    "WANDB_DISABLED": "true",
}
"""No rival fetches or reports anything; the weights come with its packages."""


@dataclass(frozen=True, slots=True)
class Job:
    """`taught` may be empty, for one that learns nothing; `variant` overrides the rival's own."""

    name: str
    taught: Sequence[Utterance]
    asked: Sequence[Utterance]
    variant: str = ""


class Answers(BaseModel):
    """answers.json of the harness: intents ("": refused), confidences in [0, 1], and the costs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intents: list[str]
    confidences: list[Annotated[float, Field(ge=0, le=1)]]
    start_s: float
    train_s: float
    message_ms: float
    memory_mb: float


def run_job(python: Path, rival: Rival, job: Job, logs: Path) -> Answers:
    """Put it to the rival in a process of its own. Raises RivalError: it failed, took too long, or answered rubbish."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{_plain(rival.subject)}.{_plain(job.name)}.log"
    with tempfile.TemporaryDirectory(prefix="rival-") as scratch:
        folder = Path(scratch)
        _write(folder / "taught.csv", job.taught)
        _write(folder / "asked.csv", job.asked)
        command = [str(python), str(HARNESS), str(rival.script), scratch, job.variant or rival.variant]
        if status := _wait(command, rival.seconds, log):
            said = folder / REASON if (folder / REASON).is_file() else log
            raise RivalError(f"it stopped with exit status {status}: {last_line(said)} (see {log})")
        return _read(folder / ANSWERS, len(job.asked), log)


def _wait(command: list[str], seconds: float, log: Path) -> int:
    """The exit status."""
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_BEHIND}
    surroundings = {**kept, **OFFLINE, "RIVAL_SECONDS": f"{seconds:.0f}"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=surroundings, start_new_session=True
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise RivalError(f"it ran past its limit of {seconds:.0f} s (see {log})") from error
        finally:
            _end(process)
    return process.returncode


def _end(process: subprocess.Popen[bytes]) -> None:
    """Its helpers, too, whatever made us stop waiting; nothing to do when it has ended by itself."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(file: Path, asked: int, log: Path) -> Answers:
    try:
        answers = Answers.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise RivalError(f"it ended without answers: {last_line(log)} (see {log})") from error
    except ValidationError as error:
        wrong = error.errors()[0]
        at = ".".join(str(part) for part in wrong["loc"]) or "the whole"
        raise RivalError(f"its answers are not as agreed: {at}: {wrong['msg']} (see {log})") from error
    if not len(answers.intents) == len(answers.confidences) == asked:
        raise RivalError(
            f"{asked} messages got {len(answers.intents)} intents, {len(answers.confidences)} confidences (see {log})"
        )
    return answers


def _write(file: Path, rows: Sequence[Utterance]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(("text", "intent"))
        writer.writerows((row.text, row.intent if file.stem == "taught" else "") for row in rows)


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in name)
