"""The losses that tell intents apart, shared by pretraining and by the rungs. Needs torch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def contrast_cards(utterances: Tensor, cards: Tensor, owners: Tensor, scale: float) -> Tensor:
    """Cross-entropy of each utterance (n, d) over the cards (c, d) of the batch; `owners` (n,) says which is its own.

    Rows have length 1; cosines are multiplied by `scale`.
    """
    return cross_entropy(scale * utterances @ cards.T, owners)


def contrast_siblings(utterances: Tensor, owners: Tensor, scale: float) -> Tensor:
    """Supervised contrast (arXiv:2004.11362), temperature 1 / `scale`: siblings near, the others of the batch far.

    Utterances without a sibling in the batch only repel; 0 when there are no siblings at all.
    """
    alone = torch.eye(len(owners), dtype=torch.bool, device=owners.device)
    chances = (scale * utterances @ utterances.T).masked_fill(alone, -1e4).log_softmax(dim=1)
    siblings = ((owners[:, None] == owners[None]) & ~alone).to(chances.dtype)
    count = siblings.sum(dim=1)
    of_siblings = -(chances * siblings).sum(dim=1) / count.clamp(min=1)
    return of_siblings[count > 0].mean() if bool((count > 0).any()) else utterances.sum() * 0
