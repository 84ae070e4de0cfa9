"""Which integers each tensor of a network becomes, and what one step of them is worth.

A convolution's output may have any scale, because scales are absorbed into tables and weights.
Other nodes tie the scales of their inputs and outputs: max pools, flattens, shortcuts and clamps
keep integers as they are, so both sides have the same scale; a residual sum only shifts, so its
three scales differ by powers of two; an average pool adds the integers under its window of N and
shifts, so its output's scale is its input's times a power of two over N, unless that contradicts
other ties (it is added to what was not averaged): then it multiplies by 1 / N. Tensors that are
tied by powers of two share the fraction of ``log2(scale)``; it is chosen for all of them together,
the power of two for each tensor, so that rounding and clipping lose the least over the
calibration data.

An activation function's table absorbs the scales of both its sides. That of its input is chosen by
what becomes of its output. Where all that reads its output can absorb a zero point too, the
output's integers reach from the least value to the greatest, wherever zero lies between them.

Where only the number of the largest answer is asked for, the answers' scale is the one at which
the two largest come out equal for the fewest images. Nothing here imports torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..graph import Activation, Conv, Graph, Input, Layer, Outputs
from ..program import INT8, MAX_SHIFT, UINT8, ActivationType
from ..store.errors import TabfabError
from .histogram import Histogram
from .operators.catalog import operator_of
from .tensor_scale import TensorScale, steps_agree

__all__ = ["TensorScale", "activation_types", "choose_scales", "undecided"]

_FRACTIONS = 16
"""Candidates for the fraction of ``log2(scale)`` that tied tensors share."""
_WHOLE_ENDS = range(64, 128, 8)
"""Steps from zero to the end of a clamp that are tried; so are their halves, quarters, eighths."""
_CLIPPED_BITS = 5
"""How many powers of two below the scale without clipping are tried."""


def choose_scales(
    graph: Graph,
    histograms: Mapping[str, Histogram],
    answers: NDArray[np.floating] | None = None,
) -> dict[str, TensorScale]:
    """The scale of every layer's output, by name.

    Parameters
    ----------
    graph: the network.
    histograms: of every layer's output but the input's, by name.
    answers: (N, values) real outputs of the last layer, if only the largest is asked for.

    Raises
    ------
    TabfabError: an operation needs scales that no choice gives.
    """
    types = activation_types(graph)
    image = _image_scale(graph.input)
    groups = _same_scale_groups(graph)
    _check_image_readers(graph, groups, image)
    fixed = {graph.input.name: math.log2(image.step)} if image.uniform else {}
    said = _said(graph, groups, fixed)
    fixed |= said
    ties = _ties(graph, groups, fixed)
    offset = _with_zero_point(graph, groups, types, ties)
    types |= {name: UINT8 for name, group in groups.items() if group in offset}
    exponents: dict[str, float] = {}
    for group in dict.fromkeys(groups.values()):
        if group not in exponents and (group != graph.input.name or image.uniform):
            component = _component(group, ties)
            choice = _Choice(graph, groups, types, histograms, answers, fixed, offset)
            exponents |= choice.of(component)
    _keep_computable(graph, groups, exponents, fixed)
    scales: dict[str, TensorScale] = {}
    for layer in graph:
        sources = [scales[name] for name in layer.inputs]
        joined = operator_of(layer).joined_scale(layer, types[layer.name], sources)
        if isinstance(layer, Input):
            scales[layer.name] = image
        elif joined is not None:
            scales[layer.name] = joined
        elif groups[layer.name] == graph.input.name and not image.uniform:
            scales[layer.name] = _image_kept(layer, scales[layer.inputs[0]])
        else:
            group = groups[layer.name]
            step = 2.0 ** exponents[group]
            zero = _zero_point(histograms[group], np.array(step)) if group in offset else 0.0
            ones = np.ones(layer.shape[0])
            scales[layer.name] = TensorScale(
                types[layer.name], ones * step, ones * zero, said=group in said
            )
    return scales


def undecided(
    answers: NDArray[np.floating], scales: NDArray[np.float64], kind: ActivationType
) -> NDArray[np.float64]:
    """Share of images whose two largest answers are expected to become the same integer.

    Two answers that are less than a step apart do if no border between two integers lies between
    them, and two that are clipped always do.

    Parameters
    ----------
    answers: (N, values) real, at least two values.
    scales: (candidates,) real value of one step.
    kind: the integers that they become.

    Returns
    -------
    (candidates,) in 0..1.
    """
    second, first = np.partition(answers.astype(np.float64), -2, axis=1)[:, -2:].T[..., None]
    clipped = (second >= kind.high * scales) | (first <= kind.low * scales)
    same = np.maximum(0, 1 - (first - second) / scales)
    share: NDArray[np.float64] = np.where(clipped, 1.0, same).mean(axis=0)
    return share


def activation_types(graph: Graph) -> dict[str, ActivationType]:
    """uint8 for tensors that cannot be negative, int8 for the others, by layer name."""
    types: dict[str, ActivationType] = {}
    for layer in graph:
        sources = [types[name] for name in layer.inputs]
        unsigned = operator_of(layer).is_unsigned(layer, sources)
        types[layer.name] = UINT8 if unsigned else INT8
    return types


def _said(graph: Graph, groups: Mapping[str, str], fixed: Mapping[str, float]) -> dict[str, float]:
    """log2 of the scale of every group for which the network says it.

    Raises
    ------
    TabfabError: it says two of one group.
    """
    said: dict[str, float] = {}
    for layer in graph:
        if layer.grid:
            group, exponent = groups[layer.name], math.log2(layer.grid)
            known = said.get(group, fixed.get(group, exponent))
            if abs(known - exponent) > 1e-9:
                raise TabfabError(
                    f"layer {layer.name!r}{layer.where} is quantized in steps of {layer.grid:g}, "
                    f"and what it reads in steps of {2.0**known:g}, which it hands on as they are: "
                    "quantize both alike, or put a convolution between them"
                )
            said[group] = exponent
    return said


# --------------------------------------------------------------------------- zero points


def _with_zero_point(
    graph: Graph,
    groups: Mapping[str, str],
    types: Mapping[str, ActivationType],
    ties: Sequence[Tie],
) -> set[str]:
    """Groups whose integers may have a zero other than 0.

    They are outputs of activation functions that fall below zero, and everything that reads them
    absorbs an offset. The network's answers have none, which whoever reads them would need.
    """
    tied = {group for a, b, _, _ in ties for group in (a, b)}
    return {
        layer.name
        for layer in graph
        if isinstance(layer, Activation)
        and not layer.grid
        and types[layer.name] == INT8
        and layer.name not in tied
        and groups[graph.layers[-1].name] != layer.name
        and _readers_absorb(graph, layer, pads=True)
    }


def _readers_absorb(graph: Graph, layer: Layer, pads: bool) -> bool:
    """Whether all that reads `layer`, and what keeps its integers, absorbs a zero point.

    Parameters
    ----------
    graph: the network.
    layer: whose readers are looked at.
    pads: whether what reads it may pad it with its zero point, and not with 0.
    """
    for reader in graph.consumers(layer.name):
        operator = operator_of(reader)
        if not operator.takes_normalized_image(reader):
            return False
        if isinstance(reader, Conv) and reader.is_padded and not pads:
            return False
        if operator.keeps_integers:
            still = pads and operator.keeps_zero
            if not _readers_absorb(graph, reader, still):
                return False
    return True


def _zero_point(histogram: Histogram, steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The integer that stands for zero where the least value becomes 0, for steps of any size."""
    zeros: NDArray[np.float64] = np.ceil(-histogram.least / steps).clip(UINT8.low, UINT8.high)
    return zeros


# --------------------------------------------------------------------------------- ties


def _same_scale_groups(graph: Graph) -> dict[str, str]:
    """The first tensor of the group with the same scale, by tensor."""
    groups: dict[str, str] = {}
    for layer in graph:
        same = operator_of(layer).keeps_integers
        groups[layer.name] = groups[layer.inputs[0]] if same else layer.name
    return groups


class Tie(NamedTuple):
    """Two groups whose scales differ by a constant and powers of two.

    Parameters
    ----------
    below, above: the groups of a layer's output and input.
    difference: log2 of the scale above less that below, up to whole numbers.
    layer: that ties them.
    """

    below: str
    above: str
    difference: float
    layer: Layer

    @property
    def can_be_dropped(self) -> bool:
        """Whether the layer can do without, and another power of two would not do."""
        return operator_of(self.layer).frees_scale and self.difference % 1 != 0


def _ties(graph: Graph, groups: dict[str, str], fixed: Mapping[str, float]) -> list[Tie]:
    """All ties, but those of layers that can free their scale where others contradict them.

    So may scales that are `fixed`.
    """
    ties: list[Tie] = []
    for layer in graph:
        differences = operator_of(layer).ties(layer)
        if differences:
            ties += [
                Tie(groups[layer.name], groups[name], difference, layer)
                for name, difference in zip(layer.inputs, differences, strict=True)
            ]
    for group in dict.fromkeys(groups.values()):
        contradicting = _offsets(group, ties)[1]
        if contradicting is not None:
            reached = _offsets(group, ties)[0]
            free = [tie for tie in ties if tie.above in reached and tie.can_be_dropped]
            if not free:
                raise TabfabError(
                    f"layer {contradicting.name!r}{contradicting.where} combines values whose "
                    "scales differ by no power of two, and only powers of two can be shifted; put "
                    "a convolution between them"
                )
            ties = [tie for tie in ties if tie not in free]
    for group, exponent in fixed.items():
        reached = _component(group, ties)
        if any(not steps_agree(fixed.get(each, exponent + reached[each]), exponent + reached[each])
               for each in reached):  # fmt: skip
            ties = [
                tie
                for tie in ties
                if tie.above not in reached or not operator_of(tie.layer).frees_scale
            ]
    return ties


def _component(start: str, ties: Sequence[Tie]) -> dict[str, float]:
    """log2 of the scale of every group tied to `start`, less that of `start`, in 0..1."""
    return _offsets(start, ties)[0]


def _offsets(start: str, ties: Sequence[Tie]) -> tuple[dict[str, float], Layer | None]:
    """The same, and a layer whose tie contradicts the others, if one does."""
    offsets = {start: 0.0}
    contradicting: Layer | None = None
    waiting = [start]
    while waiting:
        group = waiting.pop()
        for a, b, difference, layer in ties:
            for here, there, step in ((a, b, difference), (b, a, -difference)):
                if here != group:
                    continue
                offset = (offsets[group] + step) % 1.0
                if there not in offsets:
                    offsets[there] = offset
                    waiting.append(there)
                elif not steps_agree(offsets[there], offset):
                    contradicting = layer
    return offsets, contradicting


def _keep_computable(
    graph: Graph, groups: dict[str, str], exponents: dict[str, float], fixed: Mapping[str, float]
) -> None:
    """Raise scales that their layers could not compute, in place.

    Shifts have 0 to `MAX_SHIFT` bits: a sum shows nothing of an operand that is smaller by more,
    and has no more digits itself than its operands have.
    """
    while True:
        raised: dict[str, float] = {}
        for layer in graph:
            for name, least in _least_exponents(layer, groups, exponents):
                group = groups[name]
                if group not in fixed and least > raised.get(group, exponents[group]) + 1e-9:
                    # By a whole number, so that ties stay as they are.
                    raised[group] = exponents[group] + math.ceil(least - exponents[group] - 1e-9)
        if not raised:
            return
        exponents |= raised


def _least_exponents(
    layer: Layer, groups: Mapping[str, str], exponents: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    """(tensor, log2 of the least scale with which `layer` can be computed), as things are."""
    operator = operator_of(layer)
    ties = (0.0, *operator.ties(layer))
    if len(ties) > 1:
        tied = (layer.name, *layer.inputs)
        own, *sources = (exponents[groups[name]] for name in tied)
        yield layer.name, operator.least_exponent(layer, sources)
        most = max(each - tie for each, tie in zip((own, *sources), ties, strict=True))
        yield from ((name, most + tie - MAX_SHIFT) for name, tie in zip(tied, ties, strict=True))
    elif operator.limits_scale:
        sources = [exponents[groups[name]] for name in layer.inputs]
        yield layer.name, operator.least_exponent(layer, sources)


# ------------------------------------------------------------------------------ the choice


@dataclass(frozen=True)
class _Choice:
    """What choosing the scales of one component needs."""

    graph: Graph
    groups: dict[str, str]
    types: dict[str, ActivationType]
    histograms: Mapping[str, Histogram]
    answers: NDArray[np.floating] | None
    fixed: dict[str, float]
    offset: set[str]

    def of(self, component: dict[str, float]) -> dict[str, float]:
        """log2 of the scale of every group of a component.

        Parameters
        ----------
        component: offsets from `_component`.
        """
        fixed = [(group, self.fixed[group]) for group in component if group in self.fixed]
        if fixed:
            group, exponent = fixed[0]
            fractions = np.array([(exponent - component[group]) % 1.0])
            for other, also in fixed:
                if not steps_agree(also - component[other], fractions[0]):
                    raise TabfabError(
                        f"the scales of {group!r} and {other!r}, which the network says, differ by "
                        "no power of two, and a sum or an average of them can only be shifted; put "
                        "a convolution between them"
                    )
        else:
            fractions = np.array([*np.arange(_FRACTIONS) / _FRACTIONS, *self._at_clamps(component)])
        full = {group: self._without_clipping(group) for group in component}
        fallback = max(full.values()) if max(full.values()) > 0 else 1.0 / UINT8.high
        total = np.zeros(len(fractions))
        chosen: dict[str, NDArray[np.float64]] = {}
        for group, offset in component.items():
            top = math.ceil(math.log2(full[group] or fallback))
            whole = top - np.arange(_CLIPPED_BITS + 1)
            exponents = whole + (fractions[:, None] + offset) % 1.0
            errors = self._error(group, 2.0 ** exponents.reshape(-1)).reshape(exponents.shape)
            best = errors.argmin(axis=1)
            chosen[group] = np.take_along_axis(exponents, best[:, None], axis=1)[:, 0]
            total += np.take_along_axis(errors, best[:, None], axis=1)[:, 0]
        fraction = int(total.argmin())
        return {
            group: self.fixed.get(group, float(exponents[fraction]))
            for group, exponents in chosen.items()
        }

    def _at_clamps(self, component: dict[str, float]) -> set[float]:
        """Fractions at which the end of a clamp is a whole number of steps.

        What is clamped lies there in part, and would all be rounded to the same side: errors that
        add up in the layer behind, as others do not.
        """
        fractions = set()
        for group, offset in component.items():
            for name in self._members(group):
                for end in {abs(self.graph[name].low), abs(self.graph[name].high)} - {0, math.inf}:
                    for whole in (self.types[name].high, *_WHOLE_ENDS):
                        fractions.add((math.log2(end / whole) - offset) % 1.0)
        return fractions

    def _members(self, group: str) -> list[str]:
        return [name for name, owner in self.groups.items() if owner == group]

    def _without_clipping(self, group: str) -> float:
        """The least scale at which no value of the group is clipped; 0 if all are zero."""
        if group in self.offset:
            reach = self.histograms[group].most - self.histograms[group].least
            return reach / (UINT8.high - 1)  # the zero point takes up to one more
        return max(
            max(self.histograms[name].most / self.types[name].high,
                self.histograms[name].least / min(self.types[name].low, -1))
            if name in self.histograms else 0.0
            for name in self._members(group)
        )  # fmt: skip

    def _error(self, group: str, scales: NDArray[np.float64]) -> NDArray[np.float64]:
        members, last = self._members(group), self.graph.layers[-1].name
        ends = {last, *(self.graph[last].inputs if isinstance(self.graph[last], Outputs) else ())}
        if last in members and self.answers is not None and self.answers.shape[1] > 1:
            return undecided(self.answers, scales, self.types[last])
        error = np.zeros(len(scales))
        for name in members:
            if name not in self.histograms:
                continue
            histogram = self.histograms[name]
            zeros = _zero_point(self.histograms[group], scales) if group in self.offset else None
            readers = self._functions(name)
            if readers:
                errors = [
                    histogram.relative_error(scales, self.types[name], zeros, reader)
                    for reader in readers
                ]
                error += np.mean(errors, axis=0)
            else:
                error += histogram.relative_error(scales, self.types[name], zeros)
            if name in ends:
                # Clipped answers would tie, and the largest one is what is mostly asked for.
                error[scales < self._without_clipping(group)] += 1.0
        return error

    def _functions(self, name: str) -> list[Callable[[NDArray[np.float64]], NDArray[np.float64]]]:
        """The activation functions that read a tensor, if nothing else does."""
        readers = self.graph.consumers(name)
        functions = [r for r in readers if isinstance(r, Activation) and r.is_shared]
        if len(functions) < len(readers):
            return []
        return [partial(_of_any_shape, function) for function in functions]


def _of_any_shape(function: Activation, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a function that all channels share makes of values of any shape."""
    return function.values(values.reshape(1, -1)).reshape(values.shape)


# ------------------------------------------------------------------------------ the image


def _image_scale(layer: Input) -> TensorScale:
    steps = 1.0 / (255.0 * layer.std.astype(np.float64))
    return TensorScale(UINT8, steps, 255.0 * layer.mean.astype(np.float64))


def _image_kept(layer: Layer, source: TensorScale) -> TensorScale:
    """Scale of a layer that keeps the image's integers."""
    repeats = layer.shape[0] // len(source.steps)
    return TensorScale(UINT8, np.tile(source.steps, repeats), np.tile(source.zeros, repeats))


def _check_image_readers(graph: Graph, groups: dict[str, str], image: TensorScale) -> None:
    """Raise unless only layers that can absorb the input normalization read the image."""
    if image.uniform:
        return
    for layer in graph:
        reads = any(groups[name] == graph.input.name for name in layer.inputs)
        if reads and not operator_of(layer).takes_normalized_image(layer):
            raise TabfabError(
                f"layer {layer.name!r}{layer.where} ({layer.kind}) reads the normalized image "
                "before any convolution, and only a convolution can absorb the normalization's "
                "mean and std; put a convolution before it or train without normalization"
            )
