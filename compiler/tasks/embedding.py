"""The task `embedding`: a vector whose direction tells what an image is like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Shape
from ..store.errors import TabfabError
from .task import Answers, Decided, Figures, Tally, Targets, Task, is_map, shown_map


class CosineTally(Tally):
    """Cosine similarities of vectors."""

    def __init__(self) -> None:
        self._count, self._sum, self._least = 0, 0.0, 1.0

    def add(self, decided: Decided, truth: Decided) -> None:
        """Count vectors, the last axis; a zero vector is like nothing but another one."""
        lengths = np.linalg.norm(decided, axis=-1) * np.linalg.norm(truth, axis=-1)
        both_zero = ~(decided.any(axis=-1) | truth.any(axis=-1))
        products = (decided * truth).sum(axis=-1)
        cosines = np.where(both_zero, 1.0, products / np.where(lengths > 0, lengths, np.inf))
        self._count += cosines.size
        self._sum += float(cosines.sum())
        self._least = min(self._least, float(cosines.min(initial=1.0)))

    def figures(self) -> Figures:
        """Mean and smallest similarity."""
        return {
            "cosine_similarity": self._sum / max(self._count, 1),
            "least_cosine_similarity": self._least,
        }


class Embedding(Task):
    """A vector that is compared by its direction."""

    name: ClassVar[str] = "embedding"
    meaning: ClassVar[str] = "a vector that is compared by its direction"
    searched: ClassVar[str] = "cosine_similarity"
    between: ClassVar[Mapping[str, str]] = {
        "cosine_similarity": "cosine_similarity_between",
        "least_cosine_similarity": "least_cosine_similarity_between",
    }

    def misfit(self, output: Shape) -> str:
        """See `Task.misfit`."""
        if is_map(output):
            return f"the network answers with {shown_map(output)}; use --task map"
        if output[0] == 1:
            return "the network has one output; use --task regression"
        return ""

    def truth(self, targets: Targets, output: Shape) -> NDArray[np.float64] | None:
        """(N, outputs); see `Task.truth`."""
        if targets.ndim != 2:
            return None
        if targets.shape[1] != output[0]:
            raise TabfabError(
                f"the data set has vectors of {targets.shape[1]} numbers, but the network has "
                f"{output[0]} outputs; use the data set that it was trained on"
            )
        return targets.astype(np.float64)

    def decide(self, answers: Answers) -> NDArray[np.float64]:
        """(N, outputs) the vectors, behind the network's ending."""
        return self.ended(answers).reshape(len(answers), -1)

    def tally(self, output: Shape, classes: Sequence[str] = ()) -> Tally:
        """See `Task.tally`."""
        return CosineTally()
