from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.accumulator import accumulator_shape
from tabfab.hw.engine.adder_graph import adder_graph
from tabfab.hw.engine.constant_matrix import ConstantMatrix
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells

from support.profiles import examples
from support.streams import Beats, check_core
from support.synthesized import synthesize_cores


def constant_matrix(
    weight: np.ndarray, bias: np.ndarray, kind: ActivationType, levels: int
) -> ConstantMatrix:
    ends = np.sort(np.stack([weight * kind.low, weight * kind.high]), axis=0).sum(axis=2) + bias
    shape = accumulator_shape((int(ends[0].min()), int(ends[1].max())))
    return ConstantMatrix(adder_graph(weight, bias, kind.low, kind.high), kind, shape, levels)


types = st.builds(ActivationType, st.integers(2, 8), st.booleans())


@examples(25)
@given(
    kind=types,
    shape=st.tuples(st.integers(1, 4), st.integers(1, 5)),
    most=st.sampled_from([1, 9, 128]),
    levels=st.integers(1, 3),
    seed=st.integers(0, 1 << 16),
)
def test_adds_up_what_the_matrix_says(kind, shape, most: int, levels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.integers(-most, most + 1, shape)
    weight = np.where(rng.random(shape) < 0.3, 0, weight)
    bias = rng.integers(-500, 500, len(weight))
    core = constant_matrix(weight, bias, kind, levels)
    x = rng.choice([kind.low, 0, 1, kind.high], (6, shape[1]))
    check_core(core, Beats.of(x.tolist(), image=3), (x @ weight.T + bias).tolist())


def test_refuses_another_graphs_activations_and_no_levels() -> None:
    weight, bias = np.array([[1, 2]]), np.array([0])
    core = constant_matrix(weight, bias, UINT8, 1)
    with pytest.raises(ValueError, match=r"a graph of 0\.\.255 has no inputs of int8"):
        ConstantMatrix(core.graph, INT8, core.output[0])
    with pytest.raises(ValueError, match="at least one addition"):
        ConstantMatrix(core.graph, UINT8, core.output[0], 0)


@pytest.mark.parametrize(
    "shape", [(4, 10), pytest.param((6, 16), marks=pytest.mark.slow("a smaller matrix is counted"))]
)
@pytest.mark.parametrize("family", ["ecp5", "ice40"])
def test_takes_what_it_says_and_no_multiplier(
    family: str, shape: tuple[int, int], tmp_path: Path
) -> None:
    cases: list[tuple[ActivationType, int, int]] = [(UINT8, 4, 1), (INT8, 128, 2)]
    cores = []
    for kind, most, levels in cases:
        rng = np.random.default_rng(0)
        weight = rng.integers(-most, most + 1, shape)
        cores.append(constant_matrix(weight, rng.integers(-500, 500, shape[0]), kind, levels))
    cells = synthesize_cores(cores, family, tmp_path)
    for case, core, counts in zip(cases, cores, cells, strict=True):
        counted, said = device_cells(counts), price(core.demand(), FAMILIES[family])
        assert said.luts == pytest.approx(counted.luts, rel=0.1), case
        assert said.flip_flops == pytest.approx(counted.flip_flops, rel=0.1), case
        assert counted.multipliers == counted.block_rams == 0, case
