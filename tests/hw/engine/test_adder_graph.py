from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.program import signed_digits
from tabfab.hw.engine.adder_graph import AdderGraph, adder_graph

matrices = st.tuples(
    st.integers(1, 5), st.integers(1, 6), st.integers(0, 1 << 16), st.sampled_from([1, 7, 300])
)


def matrix(rows: int, columns: int, seed: int, most: int) -> np.ndarray:
    """Random weights, a third of them zero."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(-most, most + 1, (rows, columns))
    return np.where(rng.random(weight.shape) < 0.3, 0, weight)


def graph_of(weight: np.ndarray, low: int = 0, high: int = 255) -> AdderGraph:
    return adder_graph(weight, np.zeros(len(weight), np.int64), low, high)


@given(matrices, st.sampled_from([(0, 255), (-128, 127), (0, 3)]))
def test_computes_the_product_and_knows_its_ranges(drawn, ends: tuple[int, int]) -> None:
    weight = matrix(*drawn)
    rng = np.random.default_rng(drawn[2])
    bias = rng.integers(-1000, 1000, len(weight))
    graph = adder_graph(weight, bias, *ends)
    corners = np.where(rng.integers(0, 2, (8, weight.shape[1])) > 0, ends[1], ends[0])
    x = np.concatenate([corners, rng.integers(ends[0], ends[1] + 1, (8, weight.shape[1]))])
    assert (graph(x) == x @ weight.T + bias).all()
    for number, (low, high) in enumerate(graph.ranges[graph.inputs :], graph.inputs):
        assert low < high
        total = graph.sums[number - graph.inputs]
        assert max(total.left, total.right) < number
        assert total.shift >= 0
        assert graph.levels[number] >= 1


@given(matrices)
def test_never_takes_more_additions_than_digits(drawn) -> None:
    weight = matrix(*drawn)
    digits = sum(len(signed_digits(w)) for w in weight.ravel().tolist())
    assert len(graph_of(weight).sums) <= max(0, digits - np.any(weight, axis=1).sum())


def test_what_outputs_have_in_common_is_added_once() -> None:
    weight = np.array([[1, 2, 0, 4], [2, 4, 1, 0], [-4, -8, 0, 1]])
    graph = graph_of(weight)
    assert len(graph.sums) == 4  # x0 + 2 x1, and one more for each output
    assert graph.sums[0].left == 0


def test_a_pattern_within_an_output_is_added_once() -> None:
    assert len(graph_of(np.array([[17, 17 << 6]])).sums) == 2  # of four digits
    assert len(graph_of(np.array([[0b100010001]])).sums) == 2  # its two patterns overlap


def test_outputs_that_are_alike_share_all() -> None:
    row = np.array([3, -5, 9, 0, 64])
    graph = graph_of(np.stack([row, 4 * row, -row, 0 * row]))
    assert len(graph.sums) == len(graph_of(row[None]).sums)
    assert [(out.shift, out.sign) for out in graph.outputs[:3]] == [(0, 1), (2, 1), (0, -1)]
    assert graph.outputs[3].node is None


def test_large_matrices_look_near_for_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    weight = matrix(4, 30, 1, 127)
    monkeypatch.setattr("tabfab.hw.engine.adder_graph._MOST_PAIRS", 300)
    graph = graph_of(weight)
    x = np.random.default_rng(0).integers(0, 256, (20, 30))
    assert (graph(x) == x @ weight.T).all()
