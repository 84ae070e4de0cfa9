"""What a mask would lose, predicted from what single layers lose.

Every way to compute a layer was tried by itself, and changed the network's answers to each judged
image by so much (`tabfab.compiler.mask.tries`). To first order changes add up: the predicted
answers of a mask are those of the network in integers, all layers exact, and the sum of its layers'
changes. The figure is counted on these answers as on real ones. What layers behind an approximate
one make up for is not in the sum; masks that were compiled say how much that is.
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

_SCALES = np.linspace(0.0, 2.0, 41)
"""Of the sum of changes, that are tried."""
_TRUST = 4.0
"""Layers by which a compiled mask may differ from another to count half for it."""
_FIRM = 0.02
"""What a scale's distance from 1 counts beside errors of the figure."""

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


@dataclass(frozen=True, eq=False)
class _Calibration:
    """What compiled masks say of predictions.

    Parameters
    ----------
    scale: of sums of changes.
    left: of each of these masks, what its figure was more than is predicted with that.
    """

    scale: float
    left: Sequence[tuple[ChosenMask, float]]


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
        self._compiled: dict[tuple[Choice, ...], float] = {}
        self._masks: dict[tuple[Choice, ...], ChosenMask] = {}
        self._lost: dict[tuple[str, Choice], float] = {}
        self._calibration: _Calibration | None = None
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
        if any(mask.get(layer) == choice for mask in self._masks.values()):
            self._calibration = None

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
        self._compiled = {tuple(mask.values()): figure for mask, figure in compiled}
        self._masks = {tuple(mask.values()): mask for mask, _ in compiled}
        self._calibration = None

    def predict(self, mask: ChosenMask) -> LossPrediction:
        """The figure that a mask should come to."""
        unknown = tuple(
            layer
            for layer, choice in mask.items()
            if not self._is_base(layer, choice) and (layer, choice) not in self._tried
        )
        if self._baseline is None or unknown:
            return LossPrediction(None, unknown)
        figure = self._scaled(self._change(mask), self._calibrated().scale)
        return LossPrediction(min(max(figure + self._correction(mask), 0.0), 1.0))

    # ------------------------------------------------------------------- what is behind it

    def _calibrated(self) -> _Calibration:
        """What compiled masks say of predictions, worked out once until there is more to know.

        Sums of changes are multiplied so that compiled masks come out best. One mask more would
        have it at 1, so that a single one does not decide alone.
        """
        if self._calibration is None:
            known = [(self._masks[key], figure) for key, figure in self._compiled.items()]
            known = [(mask, f) for mask, f in known if not self._missing(mask)]
            changes = [(self._change(mask), figure) for mask, figure in known]
            errors = [
                sum((self._scaled(change, scale) - figure) ** 2 for change, figure in changes)
                + (_FIRM * (scale - 1.0)) ** 2
                for scale in _SCALES
            ]
            scale = float(_SCALES[int(np.argmin(errors))]) if known else 1.0
            left = [figure - self._scaled(change, scale) for change, figure in changes]
            pairs = [(mask, rest) for (mask, _), rest in zip(known, left, strict=True)]
            self._calibration = _Calibration(scale, pairs)
        return self._calibration

    def _correction(self, mask: ChosenMask) -> float:
        """What compiled masks that are nearly the same say beside the scale."""
        total = weights = 0.0
        for other, left in self._calibrated().left:
            apart = sum(mask[layer] != choice for layer, choice in other.items())
            weight = 2.0 ** (-apart / _TRUST)
            total += weight * left
            weights += weight
        return total / max(weights, 1.0)

    def _missing(self, mask: ChosenMask) -> bool:
        return any(
            not self._is_base(layer, choice) and (layer, choice) not in self._tried
            for layer, choice in mask.items()
        )

    def _scaled(self, change: Floats, scale: float) -> float:
        assert self._baseline is not None
        return self._figure(self._baseline.exact_answers + scale * change)

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
