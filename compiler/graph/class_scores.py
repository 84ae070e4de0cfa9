"""Scores of a classifier in torch, whatever the number of its outputs."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def class_scores(answers: Tensor) -> Tensor:
    """(N, classes) scores: zero and the answer where there is but one, which tells two apart.

    Parameters
    ----------
    answers: (N, outputs) of a network. See `tabfab.compiler.program.class_scores`.
    """
    return functional.pad(answers, (1, 0)) if answers.shape[1] == 1 else answers
