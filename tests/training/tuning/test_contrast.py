from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
from training.tuning.contrast import contrast_cards, contrast_siblings  # noqa: E402 - only where torch is

OWNERS = torch.tensor([0, 0, 1, 1])
APART = torch.eye(2)[OWNERS]
MIXED = torch.eye(2)[torch.tensor([0, 1, 0, 1])]


def test_cards_are_told_apart_best_where_utterances_lie_at_their_own() -> None:
    cards = torch.eye(2)
    assert contrast_cards(APART, cards, OWNERS, 20.0) < 1e-4 < contrast_cards(MIXED, cards, OWNERS, 20.0)


def test_siblings_are_told_apart_best_where_they_are_near() -> None:
    assert contrast_siblings(APART, OWNERS, 14.0) < 1e-4 < contrast_siblings(MIXED, OWNERS, 14.0)


def test_utterances_without_siblings_are_no_loss_and_have_a_gradient() -> None:
    utterances = torch.eye(3).requires_grad_()
    loss = contrast_siblings(utterances, torch.arange(3), 14.0)
    loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
    assert loss.item() == 0.0
    assert torch.isfinite(utterances.grad).all()
