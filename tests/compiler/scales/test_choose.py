"""Scales: types, ties by powers of two, and what cannot be tied."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from tabfab.compiler import graph as g
from tabfab.compiler.program import INT8, UINT8, AveragePool
from tabfab.compiler.scales.choose import (
    TensorScale,
    activation_types,
    choose_scales,
    undecided,
)
from tabfab.compiler.scales.histogram import Histogram
from tabfab.compiler.scales.quantize_nodes import plain_node
from tabfab.compiler.store.errors import TabfabError

SHAPE = (4, 6, 6)


def image(mean: float = 0.0, std: Sequence[float] = (1, 1, 1, 1)) -> g.Input:
    return g.Input(
        name="image", inputs=(), shape=SHAPE,
        mean=np.full(4, mean, np.float32), std=np.array(std, np.float32),
    )  # fmt: skip


def conv(name: str, source: str, shape: tuple[int, int, int] = SHAPE, **clamp: float) -> g.Conv:
    return g.Conv(
        name=name, inputs=(source,), shape=shape, kernel=(1, 1),
        weight=np.ones((shape[0], 4, 1, 1), np.float32), bias=np.zeros(shape[0], np.float32),
        **clamp,
    )  # fmt: skip


def average(name: str, source: str, size: int) -> g.AveragePool:
    shape = (4, 6 // size, 6 // size)
    return g.AveragePool(
        name=name, inputs=(source,), shape=shape, kernel=(size, size), stride=(size, size)
    )


def add(name: str, *sources: str, **clamp: float) -> g.Add:
    return g.Add(name=name, inputs=sources, shape=SHAPE, **clamp)


def scales_of(network: g.Graph, **spread: float) -> dict[str, TensorScale]:
    """Scales for normal activations of the given standard deviations (1 if not given)."""
    types = activation_types(network)
    histograms = {}
    for layer in network.layers[1:]:
        values = np.random.default_rng(0).normal(size=20_000) * spread.get(layer.name, 1.0)
        histograms[layer.name] = Histogram()
        histograms[layer.name].add(np.abs(values) if types[layer.name] == UINT8 else values)
    return choose_scales(network, histograms)


def test_types_follow_signs() -> None:
    network = g.Graph(
        (image(), conv("a", "image", low=0.0), conv("b", "image"), add("signed", "a", "b"),
         add("unsigned", "a", "a"), add("relu", "a", "b", low=0.0), average("pooled", "a", 2))
    )  # fmt: skip
    types = activation_types(network)
    assert {name for name, kind in types.items() if kind == INT8} == {"b", "signed"}


def test_scale_loses_little_and_clips_rare_values() -> None:
    network = g.Graph((image(), conv("a", "image", low=0.0), conv("b", "a")))
    scales = scales_of(network, a=3.0)
    assert scales["a"].type == UINT8
    assert 3.0 * 2.5 < scales["a"].step * 255 < 3.0 * 6
    assert 127 * scales["b"].step >= np.abs(np.random.default_rng(0).normal(size=20_000)).max()


def test_where_the_largest_answer_is_asked_for_few_images_have_two() -> None:
    """Where some answers are far larger than most, steps stay short and the largest are clipped."""
    random = np.random.default_rng(2)
    answers = random.normal(size=(2_000, 10)) * random.lognormal(sigma=1.0, size=(2_000, 1))
    histogram = Histogram()
    histogram.add(answers)
    network = g.Graph((image(), conv("a", "image", (10, 6, 6))))
    step = choose_scales(network, {"a": histogram}, answers)["a"].step
    assert 127 * choose_scales(network, {"a": histogram})["a"].step >= answers.max()

    def ties(step: float) -> float:
        integers = np.sort(np.clip(np.rint(answers / step), -128, 127), axis=1)
        return float((integers[:, -1] == integers[:, -2]).mean())

    whole = answers.max() / 127
    assert step < whole / 2
    assert ties(step) < 0.7 * ties(whole)
    assert ties(step) <= min(ties(step * 2), ties(step / 2))
    expected = undecided(answers, np.array([step, whole]), INT8)
    assert expected == pytest.approx([ties(step), ties(whole)], abs=0.01)


def test_a_single_answer_is_scaled_like_any_tensor() -> None:
    network = g.Graph((image(), conv("a", "image", (1, 6, 6))))
    histogram = Histogram()
    values = np.random.default_rng(0).normal(size=(5_000, 1))
    histogram.add(values)
    step = choose_scales(network, {"a": histogram}, values)["a"].step
    assert 2.5 < step * 127 < 6


@pytest.mark.parametrize("spread", [0.02, 1.0, 37.0])
def test_sums_tie_by_powers_of_two(spread: float) -> None:
    network = g.Graph(
        (image(), conv("a", "image", low=0.0), conv("b", "a"), add("sum", "a", "b", low=0.0),
         conv("c", "sum"), add("total", "c", "sum"))
    )  # fmt: skip
    scales = scales_of(network, b=spread)
    tied = [math.log2(scales[name].step) for name in ("a", "b", "sum", "c", "total")]
    assert all((x - tied[0]) % 1 == pytest.approx(0, abs=1e-9) for x in tied)


def test_average_pool_divides_in_its_scale() -> None:
    network = g.Graph((image(), conv("a", "image", low=0.0), average("mean", "a", 3)))
    scales = scales_of(network, mean=1e-6)
    ratio = scales["mean"].step * 9 / scales["a"].step
    assert ratio == pytest.approx(1.0)  # wants a finer step, but the sum of integers has none
    ratio = scales_of(network)["mean"].step * 9 / scales_of(network)["a"].step
    assert math.log2(ratio) == pytest.approx(round(math.log2(ratio)))


def test_layers_that_keep_integers_keep_the_scale() -> None:
    network = g.Graph((
        image(), conv("a", "image"),
        g.MaxPool(name="pool", inputs=("a",), shape=(4, 3, 3), kernel=(2, 2), stride=(2, 2)),
        g.Clamp(name="relu", inputs=("pool",), shape=(4, 3, 3), low=0.0),
        g.SlicePad(name="pad", inputs=("relu",), shape=(6, 3, 3), step=(1, 1), channels=(1, 1)),
        g.Flatten(name="flat", inputs=("pad",), shape=(54, 1, 1)),
    ))  # fmt: skip
    scales = scales_of(network)
    assert len({scale.step for name, scale in scales.items() if name != "image"}) == 1
    assert scales["relu"].type == UINT8
    assert scales["pool"].type == INT8
    assert len(scales["flat"].steps) == 54


def test_an_average_of_nine_is_multiplied_where_it_is_added_to_what_was_not_averaged() -> None:
    network = g.Graph((
        image(), conv("a", "image", low=0.0),
        g.AveragePool(name="mean", inputs=("a",), shape=SHAPE, kernel=(3, 3), padding=(1, 1)),
        add("sum", "a", "mean"),
    ))  # fmt: skip
    scales = scales_of(network)
    exponents = [math.log2(scales[name].step / scales["a"].step) for name in ("mean", "sum")]
    assert exponents == pytest.approx(np.rint(exponents).tolist())
    node = plain_node(network["mean"], scales["mean"], [scales["a"]])
    assert isinstance(node, AveragePool)
    assert node.factor * 2.0**-node.shift * 9 * 2.0 ** exponents[0] == pytest.approx(1, rel=1e-3)


def test_an_image_in_unit_range_is_an_ordinary_tensor() -> None:
    network = g.Graph((image(), conv("a", "image"), add("sum", "a", "image")))
    scales = scales_of(network)
    assert scales["image"].step == pytest.approx(1 / 255)
    assert math.log2(scales["a"].step * 255) == pytest.approx(
        round(math.log2(scales["a"].step * 255))
    )


def test_a_normalized_image_is_absorbed_by_convolutions_only() -> None:
    flat = g.Flatten(name="flat", inputs=("image",), shape=(144, 1, 1))
    scales = scales_of(g.Graph((image(0.5, (1, 2, 4, 8)), flat)))
    assert scales["flat"].steps[:5] * 255 == pytest.approx([1, 0.5, 0.25, 0.125, 1])
    assert (scales["flat"].zeros == 127.5).all()
    for reader in (average("mean", "image", 2), add("sum", "image", "image")):
        with pytest.raises(TabfabError, match="normalized image before any convolution"):
            scales_of(g.Graph((image(0.5), reader)))


def test_zero_activations_still_get_a_scale() -> None:
    network = g.Graph((image(), conv("a", "image", low=0.0), conv("b", "a"), add("s", "a", "b")))
    for scale in scales_of(network, a=0.0, b=0.0, s=0.0).values():
        assert (scale.steps > 0).all()
