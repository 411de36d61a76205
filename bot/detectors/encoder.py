"""Text -> unit vectors, by ONNX Runtime. Only this file of bot/ and entailment.py know onnxruntime and tokenizers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.detectors.abandonment import go_on
from bot.detectors.base import Embeddings, Encoded, Widths
from bot.detectors.graph import cut_graph
from bot.errors import BundleAltered
from bot.models.bundle import REMEDY, Bundle

SLOW_FUSIONS = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""Of an addition and a normalisation into one operator, whose kernel for CPUs takes four times as long as the two: left
out, a pass of MiniLM-L6 with a branch takes 15 to 20 % less. And of an addition and a GELU: the kernel of a product in
int8 adds the bias as it goes, and GELU's own is written in AVX-512; in batches a twelfth less."""

CHARS_PER_TOKEN = 64
"""Texts are cut to this many characters a token before tokenizing: 100,000 characters then cost what 16,384 do."""

MEANING, WORDING, FEELING = "sentence_embedding", "wording", "feeling"
"""The graph's outputs, each of shape (batch, width) with rows of length 1; the last one is optional."""

ALL = (MEANING, WORDING, FEELING)


INSIDE, BEGINNINGS = "##", ("\u2581", "\u0120")
"""How vocabularies mark a piece from within a word (WordPiece), or one that begins a word (SentencePiece, bytes)."""


class OnnxEncoder:
    """The Encoder of a bundle. Thread-safe; one instance serves all detectors."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, bundle: Bundle) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._manifest = bundle.manifest
        self._fingerprint = bundle.fingerprint
        widths = {output.name: output.shape[-1] for output in session.get_outputs()}
        self._outputs = [name for name in ALL if name in widths]
        self._widths = Widths(widths[MEANING], widths.get(WORDING, 0), widths.get(FEELING))

    @classmethod
    def from_bundle(cls, bundle: Bundle, threads: int = 1, outputs: Collection[str] = ALL) -> OnnxEncoder:
        """Load the graph and the tokenizer of `bundle`; one pass uses `threads` threads.

        With MEANING and WORDING for `outputs` a pass takes little more than half the time, with MEANING alone a little
        less again; what it tells of them is the same. Raises BundleAltered when the libraries cannot read the files.
        """
        try:
            tokenizer = Tokenizer.from_file(str(bundle.tokenizer_path))
            whole = set(ALL).issubset(outputs)
            model = bundle.encoder_path if whole else cut_graph(bundle.encoder_path.read_bytes(), outputs)
            session = open_session(model, threads)
        except Exception as error:  # the libraries raise plain Exception and classes of their own
            raise BundleAltered(f"the encoder in {bundle.folder} cannot be loaded: {error}. {REMEDY}") from error
        lacking = {MEANING, WORDING}.intersection(outputs) - {output.name for output in session.get_outputs()}
        if lacking:
            raise BundleAltered(f"{bundle.encoder_path} has no output {', '.join(sorted(lacking))}. {REMEDY}")
        tokenizer.no_padding()
        tokenizer.enable_truncation(bundle.manifest.max_tokens)
        return cls(session, tokenizer, bundle)

    @property
    def fingerprint(self) -> str:
        """Names the exact weights, tokenizer and truncation."""
        return self._fingerprint

    @property
    def widths(self) -> Widths:
        """How long the rows are."""
        return self._widths

    @cached_property
    def whole_words(self) -> frozenset[str]:
        """The words that the tokenizer has in one piece."""
        vocabulary = self._tokenizer.get_vocab()
        if any(piece.startswith(INSIDE) for piece in vocabulary):
            return frozenset(piece for piece in vocabulary if not piece.startswith(INSIDE))
        return frozenset(piece[1:] for piece in vocabulary if piece.startswith(BEGINNINGS))

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """The meaning of `texts`: float32, shape (len(texts), d), rows of length 1."""
        return self.encode_fully(texts).meaning

    def encode_fully(self, texts: Sequence[str]) -> Encoded:
        """All that one pass tells of `texts`.

        Each text has a pass of its own: int8 activations share one step per pass, so in a batch an embedding would
        depend on its neighbours, and a cached example would differ from the same sentence served. On one thread
        batching short texts gains little anyway.
        """
        rows = np.empty((len(texts), self._widths.packed), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            go_on()
            row[:] = self._encode_one(text)
        return Encoded.unpack(rows, self._widths)

    def encode_ids(self, ids: Sequence[Sequence[int]]) -> Embeddings:
        """The meaning of texts of equally many tokens, in one pass: float32, shape (len(ids), d)."""
        batch = np.array(ids, dtype=np.int64)
        inputs = {"input_ids": batch, "attention_mask": np.ones_like(batch)}
        meaning: Embeddings = self._session.run([MEANING], inputs)[0]
        return meaning

    def _encode_one(self, text: str) -> Embeddings:
        ids = np.array([self.tokenize(text)], dtype=np.int64)
        parts = self._session.run(self._outputs, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        packed: Embeddings = np.concatenate(parts, axis=1)[0]
        return packed

    def tokenize(self, text: str) -> list[int]:
        """The ids of `text`, cut to what the encoder reads."""
        return self._tokenizer.encode(clean_text(text, self._manifest.max_tokens)).ids


def clean_text(text: str, max_tokens: int) -> str:
    """`text` as a tokenizer takes it: not endless, and without the lone surrogates that JSON's \\ud800 gives."""
    return text[: max_tokens * CHARS_PER_TOKEN].encode("utf-8", "replace").decode("utf-8")


def open_session(model: Path | bytes, threads: int) -> onnxruntime.InferenceSession:
    """The graph `model`, for the processor; a pass uses `threads` threads. Raises what ONNX Runtime raises."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: its warnings are about graphs, not about this message
    given = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(
        given, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW_FUSIONS
    )
