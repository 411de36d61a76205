"""The arbiter: fair play between new and mature intents, and none of them, as one calibrated probability each.

A conditional logit (McFadden, 1974). Every intent has a utility, linear in a few features of the intent for this
message and of the message as a whole; "none of them" has utility 0; the probabilities are their softmax. Its weights
are learnt from episodes in which intents were hidden, so that it was known which side was right (episodes.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.detectors import mature, zero_shot
from bot.detectors.exemplars import Floats, Reading
from bot.detectors.risk import BINS, TOGETHER_BINS, HeldOut
from bot.errors import BundleAltered, BundleMissing, BundleVersion

Doubles = npt.NDArray[np.float64]

FORMAT = "ripen-arbiter"
VERSION = 2
CONTEXT = (*mature.CONTEXT_FEATURES, *zero_shot.CONTEXT_FEATURES)
_MATURE, _NEW, _CONTEXT = len(mature.CANDIDATE_FEATURES), len(zero_shot.CANDIDATE_FEATURES), len(CONTEXT)
_ENDS = (_MATURE, _MATURE + _NEW, _MATURE + _NEW + _CONTEXT)
PARAMETERS = (
    *(f"mature.{name}" for name in mature.CANDIDATE_FEATURES),
    *(f"new.{name}" for name in zero_shot.CANDIDATE_FEATURES),
    *(f"mature.given.{name}" for name in CONTEXT),
    *(f"new.given.{name}" for name in CONTEXT),
)


@dataclass(frozen=True, slots=True)
class Arbiter:
    """The weights, in the order of PARAMETERS, and how the context's features are centred and scaled."""

    weights: Doubles
    centre: Doubles
    scale: Doubles

    def scaled(self, context: Floats) -> Doubles:
        """Context features around 0; what could not be measured is 0, the ordinary."""
        return np.nan_to_num((context - self.centre) / self.scale)

    def decide(self, matured: Reading, new: Reading) -> Doubles:
        """Probabilities, shape (messages, mature intents + new intents + 1); the last column is "none of them"."""
        context = self.scaled(np.hstack([matured.context, new.context]))
        for_mature, for_new, given_mature, given_new = np.split(self.weights, _ENDS)
        utilities = np.hstack(
            [
                matured.candidates @ for_mature + (context @ given_mature)[:, None],
                new.candidates @ for_new + (context @ given_new)[:, None],
                np.zeros((len(context), 1)),
            ]
        )
        utilities -= utilities.max(axis=1, keepdims=True)
        odds: Doubles = np.exp(utilities)
        odds /= odds.sum(axis=1, keepdims=True)
        return odds


@dataclass(frozen=True)
class ArbiterPrior:
    """An arbiter fitted on public data sets, for bots too young to have episodes of their own.

    `held_out` says how such arbiters did on bots that they were not fitted on; `made_of` how it was made: data sets,
    episodes, seed.
    """

    arbiter: Arbiter
    held_out: HeldOut
    made_of: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> ArbiterPrior:
        """Read what `save` wrote. Raises BundleMissing, BundleVersion or BundleAltered."""
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise BundleMissing(f"{path}: the arbiter's prior is missing; build it again: ripen bundle build") from None
        except (OSError, ValueError) as error:
            raise BundleAltered(
                f"{path}: the arbiter's prior cannot be read ({error}); build it again: ripen bundle build"
            ) from None
        if not isinstance(written, dict) or (written.get("format"), written.get("version")) != (FORMAT, VERSION):
            raise BundleVersion(f"{path}: not a {FORMAT} of version {VERSION}; build it again: ripen bundle build")
        return cls(_arbiter_from(path, written), _held_out_from(path, written), written.get("made_of", {}))

    def save(self, path: Path) -> None:
        """Write as JSON: every number beside the name of what it weighs."""
        arbiter = self.arbiter
        context = {
            name: {"centre": round(centre, 6), "scale": round(scale, 6)}
            for name, centre, scale in zip(CONTEXT, arbiter.centre.tolist(), arbiter.scale.tolist(), strict=True)
        }
        weights = dict(zip(PARAMETERS, (round(weight, 6) for weight in arbiter.weights.tolist()), strict=True))
        written = {
            "format": FORMAT, "version": VERSION, "made_of": dict(self.made_of), "context": context,
            "weights": weights, "held_out": _write_held_out(self.held_out),
        }  # fmt: skip
        path.write_text(_write(written) + "\n", encoding="utf-8")

    @property
    def fingerprint(self) -> str:
        """Equal for priors that judge alike."""
        arbiter, held_out = self.arbiter, self.held_out
        judging = (arbiter.weights, arbiter.centre, arbiter.scale, held_out.seen, held_out.wrong)
        return sha256(b"".join(each.tobytes() for each in judging)).hexdigest()

    @cached_property
    def data_sets(self) -> tuple[str, ...]:
        """The public data sets that it was fitted on."""
        return tuple(self.made_of.get("data_sets", ()))


def _arbiter_from(path: Path, written: Mapping[str, Any]) -> Arbiter:
    try:
        weights = np.array([written["weights"][name] for name in PARAMETERS], np.float64)
        centre = np.array([written["context"][name]["centre"] for name in CONTEXT], np.float64)
        scale = np.array([written["context"][name]["scale"] for name in CONTEXT], np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise BundleAltered(f"{path}: the arbiter's prior lacks {error}; build it again: ripen bundle build") from None
    if not (np.isfinite([weights.sum(), centre.sum()]).all() and (scale > 0).all()):
        raise BundleAltered(
            f"{path}: the arbiter's prior holds numbers that are not finite; build it again: ripen bundle build"
        )
    return Arbiter(weights, centre, scale)


def _write_held_out(held_out: HeldOut) -> dict[str, Any]:
    """By hundredth of confidence: how many were wrong, and how many were seen by confidence in the best together."""
    rows = np.column_stack([held_out.wrong, held_out.seen]).round(2).tolist()
    return {f"{number / BINS:.2f}": row for number, row in enumerate(rows)}


def _held_out_from(path: Path, written: Mapping[str, Any]) -> HeldOut:
    try:
        rows = np.array(list(written["held_out"].values()), np.float64).reshape(BINS, 1 + TOGETHER_BINS)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleAltered(
            f"{path}: the arbiter's prior lacks held-out messages ({error}); build it again: ripen bundle build"
        ) from None
    wrong, seen = np.ascontiguousarray(rows[:, 0]), np.ascontiguousarray(rows[:, 1:])
    if not (np.isfinite(rows).all() and (rows >= 0).all() and (wrong <= seen.sum(axis=1) + 1).all()):
        raise BundleAltered(
            f"{path}: the arbiter's prior holds counts that cannot be; build it again: ripen bundle build"
        )
    return HeldOut(seen, wrong)


def _write(value: Any, indent: str = "") -> str:
    """JSON in which a mapping has a line for each key, and a list is one line."""
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = ",\n".join(f"{indent} {json.dumps(key)}: {_write(each, indent + ' ')}" for key, each in value.items())
    return f"{{\n{inner}\n{indent}}}"
