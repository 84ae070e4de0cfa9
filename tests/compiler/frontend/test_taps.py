"""Kernels without the taps that only ever see padding compute the same."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import graph as g
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.taps import drop_dead_taps
from tabfab.compiler.graph import float_graph
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.networks import NetworkSettings, build
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program.cost import program_cost

from support.graphs import images_for


def network_of(
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
) -> g.Graph | None:
    """One convolution of two channels; None where it has no output."""
    random = np.random.default_rng(0)
    out = [
        (s + 2 * p - k) // st + 1 for s, k, st, p in zip(size, kernel, stride, padding, strict=True)
    ]
    if min(out) < 1:
        return None
    image = g.Input(
        name="image", inputs=(), shape=(2, *size),
        mean=np.array([0.4, 0.2], np.float32), std=np.array([0.3, 0.5], np.float32),
    )  # fmt: skip
    conv = g.Conv(
        name="conv", inputs=("image",), shape=(3, out[0], out[1]), kernel=kernel, stride=stride,
        padding=padding, weight=random.normal(size=(3, 2, *kernel)).astype(np.float32),
        bias=random.normal(size=3).astype(np.float32),
    )  # fmt: skip
    return g.Graph((image, conv))


pairs = st.tuples


@given(
    size=pairs(st.integers(1, 5), st.integers(1, 5)),
    kernel=pairs(st.integers(1, 5), st.integers(1, 5)),
    stride=pairs(st.integers(1, 3), st.integers(1, 3)),
    padding=pairs(st.integers(0, 3), st.integers(0, 3)),
)
def test_same_answers(size, kernel, stride, padding) -> None:
    network = network_of(size, kernel, stride, padding)
    if network is None:
        return
    images = torch.from_numpy(images_for(network, 3)).permute(0, 3, 1, 2)
    expected = float_graph.run(network, images)["conv"]
    cut = drop_dead_taps(network)
    torch.testing.assert_close(float_graph.run(cut, images)["conv"], expected, atol=1e-5, rtol=1e-5)
    assert all(a <= b for a, b in zip(cut.convs[0].kernel, kernel, strict=True))


@pytest.mark.parametrize(
    ("size", "stride", "kernel", "padding"),
    [((1, 1), (1, 1), (1, 1), (0, 0)), ((2, 2), (2, 2), (2, 2), (0, 0)),
     ((2, 2), (1, 1), (3, 3), (1, 1)), ((1, 4), (1, 1), (1, 3), (0, 1))],
)  # fmt: skip
def test_what_is_left_of_a_3x3_kernel(size, stride, kernel, padding) -> None:
    network = network_of(size, (3, 3), stride, (1, 1))
    assert network is not None
    layer = drop_dead_taps(network).convs[0]
    assert (layer.kernel, layer.padding) == (kernel, padding)
    assert layer.full_kernel == (None if kernel == (3, 3) else (3, 3))


def test_costs_are_compared_with_the_whole_kernel() -> None:
    network = network_of((1, 1), (3, 3), (1, 1), (1, 1))
    assert network is not None
    cut = drop_dead_taps(network)
    cost = METHODS["exact"].planned_cost(cut, cut.convs[0], CompileOptions())
    assert (cost.exact, cost.weight_bytes) == (3 * 2 * 9, 3 * 2 * 9)
    assert (cost.multiplications, cost.stored_bytes) == (3 * 2, 3 * 2)
    program = compile_graph(cut, images_for(cut), CompileOptions(mask="none")).program
    assert program_cost(program).operations_exact == 3 * 2 * 9
    assert program_cost(program).operations_program == 3 * 2
    assert program.convs[0].dropped_taps == 8


def test_last_stage_of_tabconvs_resnet() -> None:
    settings = NetworkSettings(3, (32, 32), 10, (0.5,) * 3, (0.2,) * 3)
    network = import_graph(build("resnet18", settings).eval(), (3, 32, 32))
    kernels = [layer.kernel for layer in network.convs if layer.shape == (512, 1, 1)]
    assert sorted(kernels) == [(1, 1)] * 4 + [(2, 2)]
