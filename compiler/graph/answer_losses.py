"""How far answers are from others in torch, by task: what training and searches make small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..store.errors import TabfabError
from ..tasks import Task

_LEAST_VARIANCE = 1e-12

Distance = Callable[[Tensor, Tensor, float], Tensor]
"""Of (answers, answers that are wanted, temperature): one number, 0 where they are equal."""
ToTargets = Callable[[Tensor, Tensor], Tensor]
"""Of (answers, `Task.truth` of the same images): one number."""


@dataclass(frozen=True)
class AnswerLoss:
    """Two distances of a task's answers, (N, outputs) or (N, pixels, channels).

    Parameters
    ----------
    distance: from another network's answers.
    to_targets: from what the data set says.
    """

    distance: Distance
    to_targets: ToTargets


def _divergence(answers: Tensor, wanted: Tensor, temperature: float) -> Tensor:
    """Mean Kullback-Leibler divergence of the classes' probabilities, in nats.

    Both are softened by a temperature (Hinton et al., arXiv 1503.02531). Gradients shrink with its
    square (section 2 there), which is made up for.
    """
    answers, wanted = answers.flatten(0, -2), wanted.flatten(0, -2)
    return temperature**2 * functional.kl_div(
        functional.log_softmax(answers / temperature, 1),
        functional.softmax(wanted / temperature, 1),
        reduction="batchmean",
    )


def _cross_entropy(answers: Tensor, truth: Tensor) -> Tensor:
    return functional.cross_entropy(answers.flatten(0, -2), truth.flatten())


def two_scores(logits: Tensor) -> Tensor:
    """(..., 2) scores of no and yes: zero, and each logit."""
    return functional.pad(logits.unsqueeze(-1), (1, 0))


def _binary_divergence(answers: Tensor, wanted: Tensor, temperature: float) -> Tensor:
    return _divergence(two_scores(answers), two_scores(wanted), temperature)


def _binary_cross_entropy(answers: Tensor, truth: Tensor) -> Tensor:
    return _cross_entropy(two_scores(answers), truth)


def _pixel_divergence(answers: Tensor, wanted: Tensor, temperature: float) -> Tensor:
    distance = _binary_divergence if answers.shape[-1] == 1 else _divergence
    return distance(answers, wanted, temperature)


def _pixel_cross_entropy(answers: Tensor, truth: Tensor) -> Tensor:
    return (_binary_cross_entropy if answers.shape[-1] == 1 else _cross_entropy)(answers, truth)


def _squared_error(answers: Tensor, wanted: Tensor, _temperature: float = 1.0) -> Tensor:
    """Mean squared error as a share of the variance of what is wanted."""
    wanted = wanted.to(answers.dtype).reshape(answers.shape)
    spread = (wanted - wanted.mean()).square().mean().clamp(min=_LEAST_VARIANCE)
    return functional.mse_loss(answers, wanted) / spread


def _turned(answers: Tensor, wanted: Tensor, _temperature: float = 1.0) -> Tensor:
    """One less the cosine similarity, on average."""
    wanted = wanted.to(answers.dtype)
    return 1 - functional.cosine_similarity(answers, wanted, dim=-1).mean()


ANSWER_LOSSES: dict[str, AnswerLoss] = {
    "classes": AnswerLoss(_divergence, _cross_entropy),
    "binary": AnswerLoss(_binary_divergence, _binary_cross_entropy),
    "regression": AnswerLoss(_squared_error, _squared_error),
    "segmentation": AnswerLoss(_pixel_divergence, _pixel_cross_entropy),
    "map": AnswerLoss(_squared_error, _squared_error),
    "embedding": AnswerLoss(_turned, _turned),
}
"""By the task's name."""

_ENDINGS: dict[str, Callable[[Tensor], Tensor]] = {
    "": lambda answers: answers,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": functional.logsigmoid,
    "softmax": lambda answers: functional.softmax(answers, -1),
    "log_softmax": lambda answers: functional.log_softmax(answers, -1),
}
"""As `tabfab.compiler.tasks.ENDINGS`."""


class TaskLoss:
    """The losses of one network.

    Parameters
    ----------
    task: what its answers mean.
    channels: of its output.

    Raises
    ------
    TabfabError: no losses are known of the task.
    """

    def __init__(self, task: Task, channels: int) -> None:
        if task.name not in ANSWER_LOSSES:
            raise TabfabError(
                f"no loss is known of the task {task.name!r}; add it to "
                "compiler/graph/answer_losses.py"
            )
        self._loss = ANSWER_LOSSES[task.name]
        self._channels = channels
        # Only values have to be as they were: scores mean the same without.
        compares_values = self._loss.to_targets in (_squared_error, _turned)
        self._ending = _ENDINGS[task.ending if compares_values else ""]

    def distance(self, answers: Tensor, wanted: Tensor, temperature: float = 1.0) -> Tensor:
        """How far a network's answers are from another's.

        Parameters
        ----------
        answers, wanted: (N, height * width * channels), channel-minor.
        temperature: of both, where they are scores.
        """
        return self._loss.distance(self._pixels(answers), self._pixels(wanted), temperature)

    def to_targets(self, answers: Tensor, truth: Tensor) -> Tensor:
        """How far a network's answers are from what the data set says.

        Parameters
        ----------
        answers: (N, height * width * channels), channel-minor.
        truth: of the task (`tabfab.compiler.tasks.Task.truth`).
        """
        return self._loss.to_targets(self._ending(self._pixels(answers)), truth)

    def _pixels(self, answers: Tensor) -> Tensor:
        if answers.shape[1] == self._channels:
            return answers
        return answers.reshape(len(answers), -1, self._channels)
