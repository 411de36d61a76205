"""NLI models into a bundle, held to transformers' own zero-shot-classification pipeline."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from bot.detectors.entailment import OnnxEntailment
from bot.errors import BundleAltered, BundleError, BundleMissing
from bot.models.bundle import Bundle
from tests.training.tiny_bert import write_base
from tests.training.tiny_nli import LABELS, POSITIONS, write_nli
from training.export import entailment
from training.export.build import Recipe, build_bundle, name_bundle
from training.export.entailment import find_labels
from training.export.weights import find_base

pytestmark = [pytest.mark.training, pytest.mark.filterwarnings("ignore")]  # torch and transformers deprecate much
pytest.importorskip("torch")

MESSAGES = (
    "where is my parcel",
    "a",
    "thanks, that was quick!",
    "i ordered a lamp last week and it has not come yet, when will it be here? " * 3,
)
DESCRIPTIONS = ("parcel", "wants a refund", "hi")
TEMPLATE = "it is: {}"


def build(folder: Path, nli: Path, quantization: Any = "none") -> Bundle:
    base = folder / "base"
    return build_bundle(
        Recipe(
            base=str(base if base.exists() else write_base(base)),
            quantization=quantization,
            without=("sentiment", "arbiter"),
            nli=find_base(str(nli), "NLI model"),
        ),
        folder / "models",
    )


def judge(bundle: Bundle, message: str) -> Any:
    assert bundle.manifest.entailment
    model = OnnxEntailment.from_bundle(bundle, bundle.manifest.entailment.name)
    return model.judge(message, [TEMPLATE.format(description) for description in DESCRIPTIONS])


def pipeline_says(folder: Path, message: str) -> list[float]:
    from transformers import pipeline

    asked = pipeline("zero-shot-classification", str(folder), device="cpu")
    said: Any = asked(message, list(DESCRIPTIONS), hypothesis_template=TEMPLATE, multi_label=True)
    found = dict(zip(said["labels"], said["scores"], strict=True))
    return [found[description] for description in DESCRIPTIONS]


TURNED = {0: "ENTAILMENT", 1: "neutral", 2: "contradiction"}


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_nli(tmp_path_factory.mktemp("nli") / "bert")


@pytest.fixture(scope="module")
def built(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return build(tmp_path_factory.mktemp("bot"), bert)


@pytest.fixture
def copied(built: Bundle, tmp_path: Path) -> Bundle:
    """To be damaged."""
    return Bundle.open(Path(shutil.copytree(built.folder, tmp_path / built.name)))


def test_float32_answers_as_the_pipeline_of_transformers(bert: Path, built: Bundle) -> None:
    assert built.manifest.entailment
    assert built.manifest.entailment.quantization == "none"
    assert built.manifest.entailment.max_tokens == POSITIONS
    said = [pipeline_says(bert, message) for message in MESSAGES]
    assert np.ptp(said) > 0.1  # the model says different things, so there is something to agree on
    for message, expected in zip(MESSAGES, said, strict=True):
        np.testing.assert_allclose(judge(built, message), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("kind", "labels", "max_tokens"), [("Roberta", LABELS, POSITIONS - 1), ("DebertaV2", TURNED, POSITIONS)]
)
def test_so_do_other_families(kind: str, labels: dict[int, str], max_tokens: int, tmp_path: Path) -> None:
    nli = write_nli(tmp_path / kind, kind, labels)
    bundle = build(tmp_path, nli)
    assert bundle.manifest.entailment
    assert bundle.manifest.entailment.max_tokens == max_tokens
    for message in MESSAGES:
        np.testing.assert_allclose(judge(bundle, message), pipeline_says(nli, message), atol=1e-3)


def test_int8_stays_near_where_it_is_good_enough(
    bert: Path, built: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = onnx.load(built.folder / "entailment.onnx")
    monkeypatch.setattr(entailment, "export_module", lambda *_: graph)  # which would export the same again
    bundle = build(tmp_path, bert, "int8")
    assert bundle.manifest.entailment
    assert bundle.manifest.entailment.quantization == "int8"
    for message in MESSAGES:
        np.testing.assert_allclose(judge(bundle, message), pipeline_says(bert, message), atol=0.1)


def test_a_model_that_int8_spoils_stays_float32(
    bert: Path, built: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entailment, "INT8_TOLERANCE", 1e-6)
    (tmp_path / "again").symlink_to(bert)
    bundle = build(tmp_path, tmp_path / "again", "int8")
    assert bundle.manifest.quantization == "int8"
    assert bundle.manifest.entailment
    assert bundle.manifest.entailment.quantization == "none"
    assert bundle.manifest.files["entailment.onnx"] == built.manifest.files["entailment.onnx"]


@pytest.mark.parametrize(
    ("labels", "places"),
    [
        (("contradiction", "neutral", "entailment"), (2, 0)),
        (("entailment", "neutral", "contradiction"), (0, 2)),
        (("Entailment", "not_entailment"), (0, 1)),
        (("contradiction", "entailed", "neutral"), (1, 0)),
    ],
)
def test_labels_are_found_as_transformers_finds_them(labels: tuple[str, ...], places: tuple[int, int]) -> None:
    assert find_labels("a model", {label: index for index, label in enumerate(labels)}) == places


@pytest.mark.parametrize(
    "labels", [{0: "negative", 1: "neutral", 2: "positive"}, {0: "not_entailment", 1: "b", 2: "c"}]
)
def test_a_model_without_entailment_is_refused(tmp_path: Path, labels: dict[int, str]) -> None:
    folder = write_nli(tmp_path / "feelings", labels=labels)
    with pytest.raises(BundleError, match=rf"{labels[0]}.*'entail'.*zero_shot\.model"):
        build(tmp_path, folder)
    assert not list((tmp_path / "models").glob("*/manifest.json"))


def test_weights_that_are_no_safetensors_are_refused(bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json"):
        (folder / name).write_bytes((bert / name).read_bytes())
    (folder / "pytorch_model.bin").write_bytes(b"\x80")
    with pytest.raises(BundleError, match=r"NLI model .* has no model\.safetensors"):
        build(tmp_path, folder)


def test_it_is_held_to_its_name(built: Bundle) -> None:
    with pytest.raises(BundleMissing, match=r"names the NLI model another.*holds the NLI model.*ripen bundle build"):
        OnnxEntailment.from_bundle(built, "another")


def test_it_is_held_to_its_checksum(copied: Bundle) -> None:
    with (copied.folder / "entailment.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(BundleAltered, match=r"entailment\.onnx"):
        Bundle.open(copied.folder)


def test_a_graph_that_is_none_is_reported(bert: Path, copied: Bundle) -> None:
    (copied.folder / "entailment.onnx").write_bytes(b"no graph")
    with pytest.raises(BundleAltered, match=r"NLI model .* cannot be loaded.*ripen bundle build"):
        OnnxEntailment.from_bundle(copied, str(bert))


def test_a_manifest_that_promises_a_model_must_name_its_files(copied: Bundle) -> None:
    manifest = json.loads((copied.folder / "manifest.json").read_text())
    del manifest["files"]["entailment_tokenizer.json"]
    (copied.folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BundleMissing, match=r"entailment_tokenizer\.json"):
        Bundle.open(copied.folder)


def test_a_bundle_is_named_for_the_model_that_config_yml_asks_for(built: Bundle) -> None:
    record = built.manifest.entailment
    assert record
    renamed = built.manifest.model_copy(update={"entailment": record.model_copy(update={"name": "elsewhere"})})
    assert name_bundle(renamed) != name_bundle(built.manifest) == built.name


def test_another_bundle_can_take_it_over(built: Bundle, tmp_path: Path) -> None:
    recipe = Recipe(base=str(write_base(tmp_path / "tuned", seed=2)), without=("sentiment", "arbiter"), nli=built)
    heir = build_bundle(recipe, tmp_path / "models")
    assert heir.fingerprint != built.fingerprint
    assert heir.manifest.entailment == built.manifest.entailment
    assert judge(heir, MESSAGES[0]).tolist() == judge(built, MESSAGES[0]).tolist()


def test_a_graph_that_is_not_the_model_is_refused(
    built: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = onnx.load(built.folder / "entailment.onnx")
    monkeypatch.setattr(entailment, "export_module", lambda *_: graph)
    with pytest.raises(BundleError, match=r"is not the model: a probability is off by 0\.\d+"):
        build(tmp_path, write_nli(tmp_path / "turned", labels=TURNED))


def test_a_model_that_cannot_be_exported_is_named(bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("operator\nunknown")

    monkeypatch.setattr(entailment, "export_module", fail)
    with pytest.raises(BundleError, match=r"cannot export the NLI model .*bert as ONNX \(RuntimeError\).*DeBERTa"):
        build(tmp_path, bert)


def test_without_the_training_extra_it_says_what_to_install(
    bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(
        BundleError,
        match=r"NLI model .* training extra \(onnxscript is not installed\).*pip install 'ripen-bot\[train\]'",
    ):
        build(tmp_path, bert)
