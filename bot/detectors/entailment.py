"""Message and hypothesis -> entailment, by ONNX Runtime, read as transformers' zero-shot-classification does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from bot.detectors.base import Probabilities
from bot.detectors.encoder import clean_text, open_session
from bot.errors import BundleAltered, BundleMissing
from bot.models.bundle import REMEDY, Bundle

SEGMENT_IDS = "token_type_ids"
Feed = dict[str, npt.NDArray[np.int64]]


class PairTokenizer:
    """Message and hypothesis -> token ids. As in transformers, of a pair that is too long the message is cut.

    Where the hypothesis alone leaves it no room, which transformers does not survive, the longer of the two is cut.
    """

    def __init__(self, tokenizer: Tokenizer, max_tokens: int, pad_id: int) -> None:
        self._max_tokens, self._pad_id = max_tokens, pad_id
        self._tokenizer, self._cramped = tokenizer, Tokenizer.from_str(tokenizer.to_str())
        for each, strategy in ((self._tokenizer, "only_first"), (self._cramped, "longest_first")):
            each.no_padding()
            each.enable_truncation(max_tokens, strategy=strategy)

    def encode(self, message: str, hypotheses: Sequence[str]) -> Feed:
        """What a graph is fed: int64 arrays of shape (len(hypotheses), the longest pair)."""
        cut = clean_text(message, self._max_tokens)
        pairs = [self._encode_one(cut, clean_text(each, self._max_tokens)) for each in hypotheses]
        shape = (len(pairs), max(len(pair) for pair in pairs))
        ids = np.full(shape, self._pad_id, np.int64)
        mask, types = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair)], mask[row, : len(pair)], types[row, : len(pair)] = pair.ids, 1, pair.type_ids
        return {"input_ids": ids, "attention_mask": mask, SEGMENT_IDS: types}

    def _encode_one(self, message: str, hypothesis: str) -> Encoding:
        try:
            return self._tokenizer.encode(message, hypothesis)
        except Exception:  # tokenizers raises nothing more special: the message is too short to be cut
            return self._cramped.encode(message, hypothesis)


class OnnxEntailment:
    """The Entailment of a bundle. Thread-safe; one instance serves all detectors."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: PairTokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._inputs = tuple(each.name for each in session.get_inputs())

    @classmethod
    def from_bundle(cls, bundle: Bundle, model: str, threads: int = 1) -> OnnxEntailment:
        """Load the graph and the tokenizer of `model`; one pass uses `threads` threads.

        Raises BundleMissing when the bundle holds no NLI model, or another than the one that config.yml calls `model`,
        BundleAltered when ONNX Runtime or tokenizers cannot read it.
        """
        record, paths = bundle.manifest.entailment, bundle.entailment_paths
        if record is None or paths is None or record.name != model:
            held = f"the NLI model {record.name}" if record else "no NLI model"
            raise BundleMissing(
                f"config.yml names the NLI model {model} (zero_shot.model), but the bundle {bundle.folder} holds "
                f"{held}. Build it again, with the training extra installed (pip install 'ripen-bot[train]'): "
                "ripen bundle build. Or set zero_shot.engine to cards."
            )
        graph, tokens = paths
        try:
            tokenizer = PairTokenizer(Tokenizer.from_file(str(tokens)), record.max_tokens, record.pad_id)
            return cls(open_session(graph, threads), tokenizer)
        except Exception as error:  # both libraries raise plain Exception and classes of their own
            raise BundleAltered(f"the NLI model in {bundle.folder} cannot be loaded: {error}. {REMEDY}") from error

    def judge(self, message: str, hypotheses: Sequence[str]) -> Probabilities:
        """How likely `message` entails each hypothesis, rather than contradicting it, in one pass over all pairs.

        Shape (len(hypotheses),): the softmax over entailment and contradiction, transformers' `multi_label=True`. int8
        activations share one step per pass, so there a figure moves a little with the others asked beside it.
        """
        if not hypotheses:
            return np.zeros(0)
        feed = self._tokenizer.encode(message, hypotheses)
        (log_odds,) = self._session.run(None, {name: feed[name] for name in self._inputs})
        likely: Probabilities = 0.5 * (1 + np.tanh(log_odds.astype(np.float64) / 2))  # the softmax of two
        return likely
