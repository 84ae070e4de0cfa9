"""Every operator says what its integers are; one that does not is named with the room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import graph as g
from tabfab.compiler import program as p
from tabfab.compiler.graph.operators.catalog import FLOAT_OPERATORS
from tabfab.compiler.scales.calibrate import calibrate, check_graph
from tabfab.compiler.scales.operators.catalog import OPERATORS, operator_of
from tabfab.compiler.scales.operators.fields import clamp_fields, node_fields
from tabfab.compiler.scales.operators.operator import PlainOperator, SameIntegers, ShiftedScale
from tabfab.compiler.scales.quantize_nodes import plain_node
from tabfab.compiler.scales.tensor_scale import TensorScale
from tabfab.compiler.store.errors import TabfabError
from torch import Tensor

from support.graphs import GraphSketch, images_for

SCALE = TensorScale(p.INT8, np.full(4, 0.25), np.zeros(4))
PLACE: dict[str, object] = {"name": "here", "inputs": ("there",), "shape": (4, 3, 3)}
WINDOW = {"kernel": (2, 3), "stride": (1, 2)}
PLAIN: dict[str, g.Layer] = {
    "max_pool": g.MaxPool(**PLACE, **WINDOW),  # type: ignore[arg-type]
    "average_pool": g.AveragePool(**PLACE, **WINDOW, low=-2.0, high=5.0),  # type: ignore[arg-type]
    "add": g.Add(**{**PLACE, "inputs": ("there", "back")}, low=0.0),  # type: ignore[arg-type]
    "clamp": g.Clamp(**PLACE, low=-1.0, high=1.0),  # type: ignore[arg-type]
    "slice_pad": g.SlicePad(**PLACE, step=(1, 2), channels=(1, 0)),  # type: ignore[arg-type]
    "activation": g.Activation(**PLACE, function="tanh", low=0.0),  # type: ignore[arg-type]
    "concat": g.Concat(**{**PLACE, "inputs": ("there", "back")}, low=0.0),  # type: ignore[arg-type]
    "channel_select": g.ChannelSelect(**PLACE, channels=(1, 0, 3, 3)),  # type: ignore[arg-type]
    "upsample": g.Upsample(**PLACE, factor=(2, 1)),  # type: ignore[arg-type]
    "depth_to_space": g.DepthToSpace(**PLACE, block=(1, 2)),  # type: ignore[arg-type]
    "flatten": g.Flatten(**PLACE),  # type: ignore[arg-type]
}


def scale_of(step: float) -> TensorScale:
    """int8 of steps that are worth so much."""
    return TensorScale(p.INT8, np.full(4, step), np.zeros(4))


def test_what_is_computed_in_float_has_integers() -> None:
    assert OPERATORS.keys() == FLOAT_OPERATORS.keys()


@pytest.mark.parametrize(("kind", "layer"), PLAIN.items())
def test_a_node_is_of_its_layers_kind_and_has_its_fields(kind: str, layer: g.Layer) -> None:
    step = 0.25 / 6 if kind == "average_pool" else 0.25
    node = plain_node(layer, SCALE, [scale_of(step)] * len(layer.inputs))
    assert node.kind == layer.kind == kind
    assert (node.name, node.inputs, node.shape) == (layer.name, layer.inputs, layer.shape)
    assert (node.type, node.scale) == (SCALE.type, SCALE.step)
    operator = operator_of(layer)
    assert operator.clamps == isinstance(node, p.Requantized | p.ActivationTable)
    assert operator.keeps_integers == isinstance(operator, SameIntegers)
    if isinstance(node, p.Window):
        assert (node.kernel, node.stride, node.padding) == ((2, 3), (1, 2), (0, 0))
    if isinstance(node, p.Requantized):
        low, high = (round(max(-128, min(end * 4, 127))) for end in (layer.low, layer.high))
        assert (node.low, node.high) == (low, high)
    if node.keeps_type:
        assert operator.keeps_integers


@pytest.mark.parametrize(
    "kind", ["max_pool", "slice_pad", "flatten", "channel_select", "upsample", "depth_to_space"]
)
def test_layers_whose_nodes_do_not_clamp_are_refused_with_a_clamp(kind: str) -> None:
    layer = type(PLAIN[kind])(**{**vars(PLAIN[kind]), "high": 6.0, "source": "net.py:7"})
    with pytest.raises(TabfabError, match=rf"'here' \(net.py:7\) \({kind}\) cannot clamp"):
        check_graph(g.Graph((layer,)))


@given(
    source=st.integers(-12, 12),
    above=st.integers(0, 12),
    taps=st.sampled_from([(1, 1), (3, 3), (2, 5)]),
)
def test_least_scales_of_averages_can_be_shifted(source: int, above: int, taps: p.Pair) -> None:
    """The shift is 0 at the least scale, and one more at twice that."""
    layer = g.AveragePool(name="mean", inputs=("x",), shape=(1, 1, 1), kernel=taps)
    operator = operator_of(layer)
    least = operator.least_exponent(layer, [source])
    (tie,) = operator.ties(layer)
    assert source - least == pytest.approx(tie)
    scale = TensorScale(p.UINT8, np.array([2.0 ** (least + above)]), np.zeros(1))
    node = plain_node(layer, scale, [scale_of(2.0**source)])
    assert isinstance(node, p.AveragePool)
    assert node.shift == above


def test_a_convolutions_node_is_its_methods_business() -> None:
    (conv,) = GraphSketch((3, 6, 6)).conv("conv", 4).graph().convs
    with pytest.raises(TabfabError, match="layer 'conv' is of the kind 'conv', whose node is made"):
        plain_node(conv, SCALE, [scale_of(1.0)])


# ------------------------------------------------------------------ operators that a test adds


@dataclass(frozen=True, eq=False, kw_only=True)
class Half(g.Layer):
    """Half of every value."""

    kind: ClassVar[str] = "half"


@dataclass(frozen=True, eq=False, kw_only=True)
class HalfNode(p.Requantized):
    """``clamp(x >> shift)``."""

    kind: ClassVar[str] = "half"
    arity: ClassVar[int] = 1
    shift: int

    def output_shape(self, sources: Sequence[p.Node]) -> p.Shape:
        return sources[0].shape


class HalfOperator(ShiftedScale[Half]):
    """One bit to the right, or none and half the scale."""

    def ties(self, layer: Half) -> Sequence[float]:
        return (0.0,)

    def least_exponent(self, layer: Half, sources: Sequence[float]) -> float:
        return sources[0] - 1

    def node(self, layer: Half, scale: TensorScale, sources: Sequence[TensorScale]) -> HalfNode:
        shift = round(math.log2(scale.step / sources[0].step)) + 1
        return HalfNode(**node_fields(layer, scale), **clamp_fields(layer, scale), shift=shift)


def _half(layer: Half, sources: Sequence[Tensor]) -> Tensor:
    return sources[0] / 2


def halved() -> g.Graph:
    sketch = GraphSketch((3, 6, 6)).conv("conv", 4)
    half = Half(name="half", inputs=("conv",), shape=sketch.last.shape)
    return g.Graph((*sketch.graph().layers, half))


def test_a_test_may_add_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    network = halved()
    monkeypatch.setitem(FLOAT_OPERATORS, Half, _half)
    monkeypatch.setitem(OPERATORS, Half, HalfOperator())
    scales = calibrate(network, images_for(network, 20))
    source, target = scales["conv"], scales["half"]
    assert target.type == p.UINT8  # as its input, which a ReLU clamps
    assert math.log2(target.step / source.step) == pytest.approx(
        round(math.log2(target.step / source.step))
    )
    node = plain_node(network["half"], target, [source])
    assert isinstance(node, HalfNode)
    assert node.shift >= 0
    assert 2.0**node.shift == pytest.approx(2 * target.step / source.step)


def test_an_operator_that_scales_do_not_know_is_named_with_the_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = halved()
    monkeypatch.setitem(FLOAT_OPERATORS, Half, _half)
    message = "layer 'half' is of the kind 'half', which compiler/scales/operators/catalog.py does"
    with pytest.raises(TabfabError, match=message):
        calibrate(network, images_for(network, 20))


def test_an_operator_without_an_answer_is_named() -> None:
    for base, missing in (
        (PlainOperator, "takes_normalized_image"),
        (SameIntegers, "node"),
        (ShiftedScale, "ties"),
    ):
        with pytest.raises(TypeError, match=rf"Mute .*{missing}"):
            type("Mute", (base,), {})()
