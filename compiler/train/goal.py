"""What a network is trained to answer, and how far from it its answers are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ..data import ImageSet
from ..data.image_set import DataError
from ..networks import find_network
from ..store.errors import TabfabError
from ..tasks import Targets, find_task

_LEAST_VARIANCE = 1e-12


class Goal(ABC):
    """What the images of a data set should be answered with.

    Parameters
    ----------
    data: the training images, or those to test on.
    """

    task: str
    """The name of the task that the answers are judged by."""

    def __init__(self, data: ImageSet) -> None:
        self.targets = torch.from_numpy(self.wanted(data))
        self.classes = data.classes
        """Names of what the network's outputs stand for, if they stand for classes."""

    @abstractmethod
    def wanted(self, data: ImageSet) -> Targets:
        """(N, ...) what each image should be answered with.

        Raises
        ------
        TabfabError: the data set does not say.
        """

    @abstractmethod
    def loss(self, answers: Tensor, wanted: Tensor) -> Tensor:
        """One number to be made small."""

    @abstractmethod
    def right(self, answers: Tensor, wanted: Tensor) -> tuple[float, int]:
        """How much of some answers is right, and of how many decisions: a share, in two numbers."""

    def quality(self, answers: NDArray[np.float32]) -> float:
        """The figure of the task, of answers to all images.

        Parameters
        ----------
        answers: (N, values), in the order of torch: channels before rows and columns.
        """
        size = self.targets.shape[1:] if self.task == "segmentation" else (1, 1)
        maps = answers.reshape(len(answers), -1, *size)
        task = find_task(self.task)
        decided = task.decide(maps.transpose(0, 2, 3, 1))
        return task.quality(decided, self.targets.numpy(), maps.shape[1:])


class _Classes(Goal):
    task = "classes"

    def wanted(self, data: ImageSet) -> Targets:
        labels = data.labels  # before anything: there may be none
        if len(data.classes) < 2:
            raise TabfabError(
                f"{data.name} has images of one class alone, and a classifier tells some apart; "
                "give a data set with at least two"
            )
        return labels

    def loss(self, answers: Tensor, wanted: Tensor) -> Tensor:
        return functional.cross_entropy(answers, wanted)

    def right(self, answers: Tensor, wanted: Tensor) -> tuple[float, int]:
        return int((answers.argmax(1) == wanted).sum()), wanted.numel()


class _Pixels(_Classes):
    task = "segmentation"

    def wanted(self, data: ImageSet) -> Targets:
        targets = data.targets
        if targets is None or targets.dtype.kind != "i" or targets.ndim != 3:
            raise DataError(
                f"{data.name} has no class number for each pixel, which this network answers with; "
                "give a data set that has, such as scattered-digits, or an .npz with labels of "
                "(N, height, width)"
            )
        return targets


class _Itself(Goal):
    task = "regression"

    def __init__(self, data: ImageSet) -> None:
        super().__init__(data)
        self.classes = ()

    def wanted(self, data: ImageSet) -> Targets:
        pixels = data.images.transpose(0, 3, 1, 2).reshape(len(data), -1)
        return (pixels / 255).astype(np.float32)

    def loss(self, answers: Tensor, wanted: Tensor) -> Tensor:
        return functional.mse_loss(answers, wanted) / self._variance

    def right(self, answers: Tensor, wanted: Tensor) -> tuple[float, int]:
        return len(wanted) * (1 - float(self.loss(answers, wanted))), len(wanted)

    @cached_property
    def _variance(self) -> float:
        # Of all targets: once, and not for each batch.
        return max(float(self.targets.var()), _LEAST_VARIANCE)


_GOALS: dict[str, type[Goal]] = {"classes": _Classes, "pixels": _Pixels, "itself": _Itself}
"""By what a network answers (`tabfab.compiler.networks.Network.answers`)."""


def goal_of(network: str, data: ImageSet) -> Goal:
    """What the built-in `network` should answer to `data`.

    Raises
    ------
    TabfabError: there is no such network, or the data set does not say.
    """
    return _GOALS[find_network(network).answers](data)
