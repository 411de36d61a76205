from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import BPE

from tests.training.tiny_bert import make_tokenizer
from tests.training.tiny_bot import write_telling_base
from training.export.build import Recipe, build_bundle
from training.export.emoticons import EMOTICONS, read_emoji


def test_each_emoji_is_read_as_its_emoticon_and_no_other() -> None:
    tokenizer = read_emoji(make_tokenizer())
    assert tokenizer.normalizer.normalize_str("Works 😀❤️ again 😡") == "works  :)  <3  again  :( "
    everyone = "".join(EMOTICONS.values())
    assert len(set(everyone)) == len(everyone)


def test_text_without_emoji_is_read_as_before() -> None:
    plain, reading = make_tokenizer(), read_emoji(make_tokenizer())
    for text in ("", "Is it 5?", "naïve çedilla", "a-b :) :("):
        assert reading.encode(text).ids == plain.encode(text).ids


def test_a_vocabulary_of_bytes_knows_emoji_itself() -> None:
    tokenizer = Tokenizer(BPE())
    assert read_emoji(tokenizer).normalizer is None


def test_a_bundle_reads_them(tmp_path: Path) -> None:
    base = write_telling_base(tmp_path / "base")
    built = build_bundle(Recipe(base=str(base), without=("sentiment", "arbiter")), tmp_path / "models")
    saved = Tokenizer.from_file(str(built.tokenizer_path))
    assert ":)" in saved.normalizer.normalize_str("ok 👍")
