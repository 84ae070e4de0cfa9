"""Layers and images with nothing in them, or far too much: they compile, or are refused by name."""

from __future__ import annotations

import dataclasses
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import graph as g
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.convert.similarity import cosine_similarity
from tabfab.compiler.methods.fitting.fit import fit_decoded, fit_weights
from tabfab.compiler.methods.fitting.sample import Sample
from tabfab.compiler.methods.fitting.target import Target
from tabfab.compiler.methods.mask import Mask
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden

from support.graphs import GraphSketch, Images, images_for

Array = NDArray[np.float32]


def depthwise() -> GraphSketch:
    sketch = GraphSketch((1, 4, 4)).conv("first", 4).conv("depth", 4, groups=4)
    return sketch.conv("point", 4, kernel=1).flatten().conv("last", 3, kernel=1, relu=False)


def residual() -> GraphSketch:
    sketch = GraphSketch((3, 4, 4)).conv("first", 4).conv("grouped", 4, groups=2)
    sketch.conv("project", 4, kernel=1, relu=False).add("sum", "first")
    return sketch.pool(g.AveragePool, "average", 4).conv("last", 4, kernel=1, relu=False)


def pooled() -> GraphSketch:
    sketch = GraphSketch((2, 4, 4), normalized=False).conv("first", 4, kernel=1)
    sketch.pool(g.MaxPool, "pool", 2).conv("second", 3).flatten()
    return sketch.conv("last", 2, kernel=1, relu=False)


NETWORKS = (depthwise, residual, pooled)


def first_of(values: Array) -> NDArray[np.bool_]:
    """True for the first filter or bias alone."""
    return np.arange(len(values)).reshape(-1, *[1] * (values.ndim - 1)) == 0


WEIGHTS: dict[str, Callable[[Array], Array]] = {
    "as it was": lambda w: w,
    "zero": np.zeros_like,
    "zero filter": lambda w: np.where(first_of(w), 0, w),
    "zero channel": lambda w: np.concatenate([0 * w[:, :1], w[:, 1:]], axis=1),
    "constant": lambda w: np.full_like(w, 0.3),
    "one weight": lambda w: np.where(np.arange(w.size).reshape(w.shape) == 0, 1, 0 * w),
    "huge": lambda w: w * 1e15,
    "huge filter": lambda w: np.where(first_of(w), 1e12 * w, w),
    "too large": lambda w: w * 1e33,
    "tiny": lambda w: w * 1e-20,
    "tiny filter": lambda w: np.where(first_of(w), 1e-30 * w, w),
    "denormal": lambda w: w * 1e-41,
}
BIASES: dict[str, Callable[[Array], Array]] = {
    "as it was": lambda b: b,
    "zero": np.zeros_like,
    "dead": lambda b: np.full_like(b, -1e3),
    "saturated": lambda b: np.full_like(b, 1e3),
    "one dead": lambda b: np.where(first_of(b), -1e4, b),
    "huge": lambda b: b * 1e25,
    "denormal": lambda b: b * 1e-41,
}
PICTURES: dict[str, Callable[[Images], Images]] = {
    "as they were": lambda x: x,
    "black": np.zeros_like,
    "white": lambda x: np.full_like(x, 255),
    "grey": lambda x: np.full_like(x, 102),
    "one": lambda x: x[:1],
    "one black": lambda x: np.zeros_like(x[:1]),
    "alike": lambda x: np.repeat(x[:1], 9, axis=0),
    "two": lambda x: np.repeat(x[:2], 9, axis=0),
    "one pixel": lambda x: np.where(np.arange(x.size).reshape(x.shape) == 0, x, 0).astype(np.uint8),
    "blank channel": lambda x: np.concatenate([0 * x[..., :1], x[..., 1:]], axis=-1),
}


def changed(network: g.Graph, changes: dict[str, tuple[str, str]]) -> g.Graph:
    """`network` with other weights and biases in some layers."""

    def change(layer: g.Layer) -> g.Layer:
        if not isinstance(layer, g.Conv) or layer.name not in changes:
            return layer
        weight, bias = changes[layer.name]
        return dataclasses.replace(
            layer,
            weight=WEIGHTS[weight](layer.weight).astype(np.float32),
            bias=BIASES[bias](layer.bias).astype(np.float32),
        )

    return g.Graph(tuple(map(change, network)))


@st.composite
def options(draw: st.DrawFn, layers: int) -> CompileOptions:
    encoder = draw(st.sampled_from(("tree", "nearest")))
    return CompileOptions(
        mask=draw(st.tuples(*[st.sampled_from(("table", "exact", "dyadic", "haste"))] * layers)),
        encoder=encoder,  # type: ignore[arg-type]
        layout=draw(st.sampled_from(("auto", "pixel", "patch"))),
        subspace_length=draw(st.integers(1, 5)),
        prototypes=draw(st.sampled_from((2, 4, 16))),
        tree_levels=draw(st.sampled_from((None, 5))) if encoder == "tree" else None,
        table_bits=draw(st.sampled_from((2, 4, 8))),
        refit=draw(st.booleans()),
        terms=draw(st.integers(1, 3)),
        finest_shift=draw(st.sampled_from((0, 3, 12))),
        distance=draw(st.sampled_from(("output", "moments", "weights"))),
        additions=draw(st.sampled_from((None, 0.0, 0.6, 5.0))),
        hyperplanes=draw(st.sampled_from((1, 3, 32))),
        patch=draw(st.sampled_from((1, 2, 64))),
        fraction_bits=draw(st.sampled_from((0, 2, 6))),
    )


def check(network: g.Graph, images: Images, chosen: CompileOptions) -> None:
    """The network compiles without an overflow, and the compiler computes as the golden model."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        compilation = compile_graph(network, images, chosen)
        answers = compilation.program_answers(images)
    np.testing.assert_array_equal(answers, golden.logits(compilation.program, images))
    for node in compilation.program.convs:
        # Nothing is like zeros: that is what NaN stands for.
        assert math.isnan(node.similarity) or abs(node.similarity) <= 1 + 1e-6
        assert math.isfinite(node.scale)
        assert node.scale > 0


@given(data=st.data())
def test_any_degenerate_network_compiles_or_is_refused(data: st.DataObject) -> None:
    network = data.draw(st.sampled_from(NETWORKS))().graph()
    changes = data.draw(
        st.dictionaries(
            st.sampled_from([layer.name for layer in network.convs]),
            st.tuples(st.sampled_from(list(WEIGHTS)), st.sampled_from(list(BIASES))),
            min_size=1,
        )
    )
    network = changed(network, changes)
    pictures = data.draw(st.sampled_from(list(PICTURES)))
    images = PICTURES[pictures](images_for(network, 30))
    chosen = data.draw(options(len(network.convs)))
    refusal = ""
    try:
        check(network, images, chosen)
    except TabfabError as error:
        refusal = str(error)
    if refusal:  # never for being small or all alike
        assert max(float(np.abs(layer.weight).max()) for layer in network.convs) > 1e10
        assert "has weights of up to" in refusal or "on the calibration images" in refusal


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("mask", [(0, 1, 0, 0), (1, 1, 1, 1), "dyadic", ("haste",) * 4])
def test_a_pruned_filter(seed: int, mask: Mask) -> None:
    network = depthwise().graph()
    conv = network["depth"]
    assert isinstance(conv, g.Conv)
    weight, bias = conv.weight.copy(), conv.bias.copy()
    weight[seed % 4] = bias[seed % 4] = 0
    pruned = dataclasses.replace(conv, weight=weight, bias=bias)
    layers = tuple(pruned if layer is conv else layer for layer in network)
    images = images_for(network, 50, seed)
    check(g.Graph(layers), images, CompileOptions(mask=mask, seed=seed))


@pytest.mark.parametrize("value", [np.float32(1e31), np.float32(-3e38)])
@pytest.mark.parametrize("field", ["weight", "bias"])
def test_weights_that_were_never_trained_are_refused(value: np.float32, field: str) -> None:
    network = pooled().graph()
    conv = network["second"]
    array = getattr(conv, field).copy()
    array.flat[0] = value
    layers = tuple(
        dataclasses.replace(layer, **{field: array}) if layer is conv else layer
        for layer in network
    )
    with pytest.raises(TabfabError, match=r"'second' has weights of up to [13]e"):
        compile_graph(g.Graph(layers), images_for(network, 5))


def test_a_zero_initialized_branch_costs_nothing() -> None:
    network = changed(residual().graph(), {"project": ("zero", "zero")})
    images = images_for(network, 50)
    compilation = compile_graph(network, images, CompileOptions(mask="none"))
    similarity = compilation.program.output.similarity  # type: ignore[union-attr]
    assert similarity > 0.999


@pytest.mark.parametrize("factor", [1e-28, 1e-12, 1e12, 1e28])
def test_a_network_in_another_unit_is_compiled_alike(factor: float) -> None:
    """Scales are absorbed: what a layer's activations are measured in makes no difference."""
    network = pooled().graph()
    images = images_for(network, 60)
    power = np.float32(2.0 ** round(math.log2(factor)))  # so that nothing is rounded otherwise

    def scaled(layer: g.Layer) -> g.Layer:
        if layer.name != "last" or not isinstance(layer, g.Conv):
            return layer
        return dataclasses.replace(layer, weight=layer.weight * power, bias=layer.bias * power)

    other = g.Graph(tuple(map(scaled, network)))
    one, two = (
        compile_graph(each, images, CompileOptions(mask=(1, 1, 0))).program
        for each in (network, other)
    )
    assert two.output.scale == pytest.approx(one.output.scale * float(power), rel=1e-12)
    similarities = [[node.similarity for node in each.convs] for each in (one, two)]
    assert similarities[0] == pytest.approx(similarities[1], abs=1e-3)


# ------------------------------------------------------------------------------ least squares


def sample_of(inputs: NDArray[Any], values: Array) -> Sample:
    return Sample(np.arange(len(values)), inputs[:, None], Target(torch.from_numpy(values)))


@pytest.mark.parametrize("rows", [4, 64_000])
def test_what_never_changes_is_nothing_to_fit_to(rows: int) -> None:
    """All codes stand for the same activations: the weights stay what they were.

    In single precision the mean of so many equal numbers is not quite that number, nor are sums
    of so many equal products what they should be.
    """
    random = np.random.default_rng(0)
    decoded = np.broadcast_to(random.uniform(-99, 99, 9), (1, 4, 9))
    weights = random.normal(size=(1, 1, 9, 1))
    values = random.normal(size=(rows, 1)).astype(np.float32)
    sample = sample_of(random.integers(0, 4, (rows, 1)), values)
    np.testing.assert_array_equal(fit_decoded(sample, decoded, weights), weights)


@pytest.mark.parametrize("rows", [4, 64_000])
def test_weights_of_activations_that_never_change_stay(rows: int) -> None:
    random = np.random.default_rng(0)
    x = np.broadcast_to(random.integers(0, 256, 9), (rows, 9))
    prior = random.normal(size=(1, 9, 1, 1))
    values = random.normal(size=(rows, 1)).astype(np.float32)
    weight, bias = fit_weights(sample_of(x, values), prior, np.full((1, 9), 0.1))
    np.testing.assert_array_equal(weight, prior)
    assert (x[0] * 0.1) @ prior.reshape(-1) + bias == pytest.approx(values.mean(), abs=1e-3)


@pytest.mark.parametrize("change", [1, 4])
def test_changes_of_large_activations_are_fitted(change: int) -> None:
    """Beside 16,000 nothing is left of the square of 1 in single precision."""
    random = np.random.default_rng(0)
    x = 16_000 + change * random.integers(0, 2, (50_000, 2))
    values = ((x - 16_000) @ [[2.0], [-3.0]] + 5).astype(np.float32)
    weight, bias = fit_weights(sample_of(x, values), np.zeros((1, 2, 1, 1)), np.ones((1, 2)))
    np.testing.assert_allclose(weight.reshape(-1), [2, -3], rtol=0.05)
    assert 16_000 * weight.sum() + bias == pytest.approx(5, abs=0.2)


def test_dependent_features_are_fitted() -> None:
    """Copies of one activation share its weight, however small the penalty beside rounding."""
    random = np.random.default_rng(0)
    x = random.integers(-100, 100, (400, 1)).repeat(40, axis=1)
    values = (x[:, :1] * 2.0 + 1).astype(np.float32)
    weight, bias = fit_weights(sample_of(x, values), np.zeros((1, 40, 1, 1)), np.ones((1, 40)))
    assert weight.sum() == pytest.approx(2, rel=1e-3)
    assert bias == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("unit", [1e-25, 1.0, 1e25])
@pytest.mark.parametrize("step", [1e-25, 1.0, 1e25])
def test_any_unit_is_fitted(unit: float, step: float) -> None:
    random = np.random.default_rng(0)
    x = random.integers(-100, 100, (300, 3))
    true = np.array([0.5, -2.0, 0.25])
    values = (x @ true[:, None] * unit).astype(np.float32)
    prior = np.zeros((1, 3, 1, 1))
    weight, _ = fit_weights(sample_of(x, values), prior, np.full((1, 3), step))
    np.testing.assert_allclose(weight.reshape(-1), true * unit / step, rtol=1e-2)


def test_numbers_too_far_apart_leave_what_was_given() -> None:
    x = np.zeros((50, 2), np.int64)
    x[0, 0] = 1
    values = np.full((50, 1), 1e-30, np.float32)
    prior = np.full((1, 2, 1, 1), 1e30)
    weight, bias = fit_weights(sample_of(x, values), prior, np.full((1, 2), 1e25))
    assert np.isfinite(weight).all()
    assert np.isfinite(bias).all()


@pytest.mark.parametrize("factor", [1e-30, 1e-22, 1.0, 1e18, 1e35])
def test_similarity_of_any_size(factor: float) -> None:
    random = np.random.default_rng(0)
    a, b = (torch.from_numpy(random.normal(size=100).astype(np.float32)) for _ in range(2))
    expected = cosine_similarity([(a, b)])
    assert cosine_similarity([(a * factor, b * factor)]) == pytest.approx(expected, rel=1e-4)
    assert cosine_similarity([(a * factor, b)]) == pytest.approx(expected, rel=1e-4)
