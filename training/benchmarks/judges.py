"""Which bundle judges which set, and how fair that is: a set that an adapter was trained on is no test of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.detectors.arbiter import ArbiterPrior
from bot.detectors.base import Encoder
from bot.models.bundle import AdapterRecord, Bundle
from training.arbiter.prior import fit_prior
from training.arbiter.public import DATA_SETS
from training.benchmarks.precision import NAMES, has_shipped_adapter
from training.export.adapter import WEIGHTS
from training.export.build import Recipe, stage_bundle
from training.export.weights import checksum, find_base
from training.pretrain.corpus import DATA_SETS as PRETRAINED_ON

LEAVE_OUT = Path(__file__).parents[1] / "pretrain" / "without"
"""Adapters by the recipe of the shipped one, each without the set that it is named for; in the repository only."""


@dataclass(frozen=True, slots=True)
class Judge:
    """How a set was judged, for the reader of its figures. `seen`: the adapter was trained on the set."""

    data_set: str
    bundle: str
    adapter: str
    seen: bool
    own: bool
    prior: str


def introduce(name: str, bundle: Bundle, own: bool, prior: str) -> Judge:
    """The judge of set `name`; `own`: the bundle judges this set alone."""
    seen = has_shipped_adapter(bundle) and name in PRETRAINED_ON
    return Judge(name, bundle.name, describe_adapter(bundle), seen, own, prior)


def build_leave_out(name: str, shared: Bundle, folder: Path) -> Bundle | None:
    """`shared` with an adapter that was trained without the set `name`, in `folder`, not active.

    None where the set is none that `shared` was taught, or there is no such adapter. Raises BundleError.
    """
    adapter = shared.manifest.adapter
    taught = has_shipped_adapter(shared) and shared.manifest.training is None and name in PRETRAINED_ON
    if adapter is None or not taught or not (LEAVE_OUT / name).is_dir():
        return None
    made = shared.manifest
    recipe = Recipe(
        base=made.base.name,
        adapter=LEAVE_OUT / name,
        adapter_scale=adapter.scale,
        quantization=made.quantization,
        without=("sentiment",),
    )
    return stage_bundle(find_base(made.base.name), recipe, folder)


def describe_adapter(bundle: Bundle) -> str:
    """Which adapter was merged, and how much of it."""
    adapter = bundle.manifest.adapter
    tuned = f", tuned by {bundle.manifest.training.rung}" if bundle.manifest.training else ""
    if adapter is None:
        return f"none{tuned}"
    return f"{_name_adapter(bundle, adapter)} x {adapter.scale:g}{tuned}"


def _name_adapter(bundle: Bundle, adapter: AdapterRecord) -> str:
    if has_shipped_adapter(bundle):
        return "the shipped one"
    left_out = LEAVE_OUT / adapter.name / WEIGHTS
    if left_out.is_file() and checksum(left_out) == adapter.sha256:
        return f"by the shipped one's recipe, without {adapter.name},"
    return f"{adapter.name} ({adapter.sha256[:12]})"


def describe_bundle(bundle: Bundle) -> Mapping[str, str]:
    """The bundle in words."""
    made = bundle.manifest
    return {
        "name": bundle.name,
        "base": Path(made.base.name).name if Path(made.base.name).is_absolute() else made.base.name,
        "adapter": describe_adapter(bundle),
        "precision": NAMES[made.quantization],
        "fingerprint": bundle.fingerprint,
    }


def choose_prior(name: str, data: Path, bundle: Bundle, encoder: Encoder, bots: int) -> tuple[ArbiterPrior, str]:
    """The bundle's own prior; for a set that it was fitted on, one fitted on the other sets, if `data` has them."""
    shipped = ArbiterPrior.load(bundle.arbiter_path)
    if name not in shipped.data_sets:
        return shipped, "the bundle's, not fitted on this set"
    others = [other for other in DATA_SETS if other != name]
    if not needs_prior(name, data, bundle):
        return shipped, "the bundle's, FITTED ON THIS SET: the other sets to fit one without it are not in the data"
    return fit_prior(data, encoder, others, bots=bots), f"fitted without this set ({bots} bots a set)"


def needs_prior(name: str, data: Path, bundle: Bundle) -> bool:
    """Whether a prior has to be fitted for this set, and can be."""
    if name not in ArbiterPrior.load(bundle.arbiter_path).data_sets:
        return False
    return all((data / "intents" / other).is_dir() for other in DATA_SETS if other != name)
