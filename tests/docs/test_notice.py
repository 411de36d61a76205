"""NOTICE names every data set that shipped parameters say they were fitted on."""

from __future__ import annotations

import json

import pytest
from safetensors import safe_open

from tests.docs.pages import ROOT

ASSETS = ROOT / "training" / "export" / "assets"
NAMES = {
    "clinc150": "CLINC150",
    "hwu64": "HWU64",
    "snips": "SNIPS",
    "sgd": "Schema-Guided Dialogue",
    "sst2": "SST-2",
    "tweeteval": "TweetEval, sentiment",
    "tweeteval_emotion": "TweetEval, sentiment and emotion",
    "human_rated": "VADER",
    "support": "training/sentiment/support.csv",
}


def data_sets_of(asset: str) -> list[str]:
    if asset.endswith(".json"):
        made_of = json.loads((ASSETS / asset).read_text(encoding="utf-8"))["made_of"]
        return [str(name) for name in made_of["data_sets"]]
    with safe_open(ASSETS / asset, "np") as opened:
        return [name.strip() for name in opened.metadata()["data_sets"].split(",")]


@pytest.mark.parametrize("asset", ["arbiter.json", "sentiment.safetensors"])
def test_the_notice_names_the_data_behind(asset: str) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    section = notice.split(f"({asset}):")[1].split("\n\n")[1]
    assert data_sets_of(asset)
    for name in data_sets_of(asset):
        assert NAMES[name] in section, f"NOTICE does not name {name} as data behind {asset}"


def test_every_asset_with_parameters_is_known() -> None:
    fitted = {file.name for file in ASSETS.iterdir() if file.suffix in (".json", ".safetensors")}
    assert fitted == {"arbiter.json", "sentiment.safetensors"}, "name the data behind a new one in NOTICE and here"
