"""What a mask would lose, predicted from what single layers lose.

Every way to compute a layer was tried by itself, and changed the network's answers to each judged
image by so much (`tabfab.compiler.mask.tries`). Two predictions follow. To first order changes add
up: the answers of a mask are those of the network in integers, all layers exact, and the sum of its
layers' changes, and the figure is counted on these as on real ones. Or each layer takes its share
of what the layers before it left right: the product of the figures' ratios. The first is too low
where losses are large, since layers make up for each other's errors; the second is too high where
these meet in the same images. Their mean is taken, and bettered by what masks that were compiled
came to, the nearer the more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...compiler.data import ImageSet
from ...compiler.graph import Graph
from ...compiler.mask.tries import Tried
from ...compiler.tasks import Task
from ..float_network import truth_of
from .choices import Choice
from .settings import ChosenMask

_NEAR = 0.02
"""Share of its layers by which a mask may differ from a compiled one and be taken for it."""
_TRUST = 0.25
"""Share of its layers by which a mask may differ from a compiled one that counts half for it."""

_LEAST = 1e-6
"""A figure below which nothing is left to lose."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Baseline:
    """The network before any layer is anything but exact.

    Parameters
    ----------
    float_answers: (N, height * width * channels) of the float network.
    exact_answers: likewise, of the network in integers, all layers exact.
    """

    float_answers: Floats
    exact_answers: Floats


@dataclass(frozen=True)
class LossPrediction:
    """What is known of a mask that was not compiled.

    Parameters
    ----------
    figure: predicted; None while a layer's loss is not known.
    unknown: names of the layers whose losses are not measured yet.
    """

    figure: float | None
    unknown: tuple[str, ...] = ()


class Losses:
    """Measured losses of single layers, and what they predict of masks.

    Parameters
    ----------
    graph: the float network.
    judged: images that figures are counted on.
    task: what the answers mean.
    base: the choice of each layer that the baseline has.
    """

    def __init__(
        self, graph: Graph, judged: ImageSet, task: Task, base: Mapping[str, Choice]
    ) -> None:
        self._task, self._judged, self._base_choices = task, judged, dict(base)
        self._output = graph.layers[-1].shape
        self._baseline: Baseline | None = None
        self._truth: NDArray[Any] | None = None
        self._tried: dict[tuple[str, Choice], Tried] = {}
        self._refused: dict[tuple[str, Choice], str] = {}
        self._compiled: list[tuple[ChosenMask, float]] = []
        self._lost: dict[tuple[str, Choice], float] = {}
        self._left: list[tuple[ChosenMask, float]] | None = None
        self.float_figure: float | None = None
        self.exact_figure: float | None = None

    @property
    def name(self) -> str:
        """Of the figure."""
        return self._task.searched.replace("_", " ")

    @property
    def ready(self) -> bool:
        """Whether the baseline is known."""
        return self._baseline is not None

    def set_baseline(self, baseline: Baseline) -> None:
        """Take the answers that changes are changes of."""
        self._baseline = baseline
        targets = self._judged.targets
        truth = None if targets is None else truth_of(self._task, self._judged, self._output)
        if truth is None:
            truth = self._task.decide(self._shaped(baseline.float_answers))
        self._truth = truth
        self.float_figure = self._figure(baseline.float_answers)
        self.exact_figure = self._figure(baseline.exact_answers)

    def add(self, layer: str, choice: Choice, tried: Tried) -> None:
        """Take what came of a layer's choice."""
        self._tried[layer, choice] = tried
        if any(mask.get(layer) == choice for mask, _ in self._compiled):
            self._left = None

    def refuse(self, layer: str, choice: Choice, sentence: str) -> None:
        """Note why a layer's choice cannot be tried."""
        self._refused[layer, choice] = sentence

    def knows(self, layer: str, choice: Choice) -> bool:
        """Whether a layer's choice need not be tried any more."""
        pair = layer, choice
        return pair in self._tried or pair in self._refused or self._is_base(layer, choice)

    def lost(self, layer: str, choice: Choice) -> float | None:
        """By how much the figure falls if this layer alone is computed so; None if not known."""
        pair = layer, choice
        if self._baseline is None or not self.knows(*pair) or pair in self._refused:
            return None
        if pair not in self._lost:
            assert self.exact_figure is not None
            changed = self._baseline.exact_answers + self._change({layer: choice})
            self._lost[pair] = self.exact_figure - self._figure(changed)
        return self._lost[pair]

    def why(self, layer: str, choice: Choice) -> str:
        """Why a layer's choice cannot be tried; empty if it can."""
        return self._refused.get((layer, choice), "")

    def divergence(self, layer: str, choice: Choice) -> float | None:
        """How much the answers change if this layer alone is computed so."""
        tried = self._tried.get((layer, choice))
        return 0.0 if self._is_base(layer, choice) else None if tried is None else tried.loss

    def learn(self, compiled: Sequence[tuple[ChosenMask, float]]) -> None:
        """Take the figures that masks really came to."""
        by_choices = {tuple(mask.values()): (mask, figure) for mask, figure in compiled}
        self._compiled = list(by_choices.values())
        self._left = None

    def predict(self, mask: ChosenMask) -> LossPrediction:
        """The figure that a mask should come to."""
        unknown = self._unknown(mask)
        if self._baseline is None or unknown:
            return LossPrediction(None, unknown)
        figure = self._alone(mask) + self._correction(mask)
        return LossPrediction(min(max(figure, 0.0), 1.0))

    # ------------------------------------------------------------------- what is behind it

    def _alone(self, mask: ChosenMask) -> float:
        """What single layers' losses say of a mask."""
        assert self._baseline is not None
        assert self.exact_figure is not None
        added = self._figure(self._baseline.exact_answers + self._change(mask))
        left = self.exact_figure
        for layer, choice in mask.items():
            lost = self.lost(layer, choice)
            assert lost is not None
            left *= 1 - lost / max(self.exact_figure, _LEAST)
        return (added + left) / 2

    def _correction(self, mask: ChosenMask) -> float:
        """What compiled masks came to beyond their predictions, the nearer the more."""
        if self._left is None:
            known = [(m, f) for m, f in self._compiled if not self._unknown(m)]
            self._left = [(m, f - self._alone(m)) for m, f in known]
        total, weights = 0.0, 1 / (_NEAR + _TRUST) ** 2
        for other, left in self._left:
            apart = sum(mask[layer] != choice for layer, choice in other.items()) / len(mask)
            weight = 1 / (_NEAR + apart) ** 2
            total += weight * left
            weights += weight
        return total / weights

    def _unknown(self, mask: ChosenMask) -> tuple[str, ...]:
        """The layers whose losses are not measured."""
        return tuple(
            layer
            for layer, choice in mask.items()
            if not self._is_base(layer, choice) and (layer, choice) not in self._tried
        )

    def _change(self, mask: ChosenMask) -> Floats:
        assert self._baseline is not None
        total = np.zeros_like(self._baseline.exact_answers)
        for layer, choice in mask.items():
            if (layer, choice) in self._tried and not self._is_base(layer, choice):
                total += self._tried[layer, choice].change
        return total

    def _is_base(self, layer: str, choice: Choice) -> bool:
        return self._base_choices.get(layer) == choice

    def _figure(self, answers: Floats) -> float:
        decided = self._task.decide(self._shaped(answers))
        return self._task.quality(decided, self._truth, self._output)  # type: ignore[arg-type]

    def _shaped(self, answers: Floats) -> Floats:
        channels, *size = self._output
        return answers.reshape(-1, *size, channels)
