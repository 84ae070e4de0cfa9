"""Figures of decisions between classes: how many are right, and what is taken for what."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..store.errors import TabfabError
from .task import Decided, Figures, Tally


class ClassTally(Tally):
    """A confusion matrix.

    Parameters
    ----------
    outputs: how many classes the network tells apart.
    known: how many the data set has; 0 if it does not say.
    """

    def __init__(self, outputs: int, known: int = 0) -> None:
        self._known = known
        self._classes = max(outputs, known)
        self._counts = np.zeros((self._classes, self._classes), np.int64)

    def add(self, decided: Decided, truth: Decided) -> None:
        """Count class numbers; see `Tally.add`.

        Raises
        ------
        TabfabError: a number is of a class that the data set does not have.
        """
        highest = int(max(decided.max(initial=0), truth.max(initial=0)))
        if self._known and highest >= self._known:
            raise TabfabError(
                f"class number {highest} occurs, but the data set has {self._known} classes; "
                "give the data set that the network was trained on"
            )
        pairs = truth.astype(np.int64).ravel() * self._classes + decided.ravel()
        self._counts += np.bincount(pairs, minlength=self._counts.size).reshape(self._counts.shape)

    @property
    def confusion(self) -> NDArray[np.int64]:
        """(classes, classes) of the data set; see `Tally.confusion`."""
        classes = self._known or self._classes
        return self._counts[:classes, :classes]

    def figures(self) -> Figures:
        """The share that is right."""
        return {"accuracy": float(np.trace(self._counts) / max(self._counts.sum(), 1))}


class PixelTally(ClassTally):
    """A confusion matrix of pixels."""

    def figures(self) -> Figures:
        """The share of pixels that is right, and the mean intersection over union.

        Of each class that occurs, in truth or decision: the pixels where both say it, as a share
        of those where either does (the Jaccard index of PASCAL VOC; Everingham et al., 2010).
        """
        right = np.diag(self._counts)
        either = self._counts.sum(axis=0) + self._counts.sum(axis=1) - right
        met = either > 0
        shares = right[met] / either[met]
        return {
            **super().figures(),
            "mean_intersection_over_union": float(shares.mean()) if met.any() else None,
        }
