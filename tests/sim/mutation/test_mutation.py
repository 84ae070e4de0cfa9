"""A short run of mutation testing; `bench/mutation.py` is the long one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.rtl.build import load_build
from tabfab.sim.models.methods.table import codes
from tabfab.sim.models.parts import Source
from tabfab.sim.mutation.cut_values import cut_measures, image_counts, random_tensors
from tabfab.sim.mutation.cuts import cut_network
from tabfab.sim.mutation.mutate import KINDS
from tabfab.sim.mutation.mutation import MutationOptions, run_mutants
from tabfab.sim.mutation.script import CutTraffic, Flow, Script

from support.builds import write_haste_build, write_residual_build_of
from support.programs import ConvOptions, exact_conv, image_input, table_conv

DYADIC = "no inversion"
"""The kind of fault that only dyadic layers have a place for."""


def write_lively_build(directory: Path) -> None:
    """A small residual network whose layers clamp little: faults show in what they give."""
    rng = np.random.default_rng(3)
    image = image_input(rng, 2, 4, 4)
    options = ConvOptions(2, kernel=(3, 3), padding=(1, 1), type=ir.UINT8)
    table = table_conv(rng, "table", image, options, length=2)
    table = _wide(_reaching_its_bounds(table), image, shift=3)
    exact = _wide(exact_conv(rng, "exact", table, ConvOptions(2, type=ir.UINT8)), table, shift=7)
    write_residual_build_of(image, table, exact, directory)


def _wide(node: ir.Conv, source: ir.Node, shift: int) -> ir.Conv:
    """The layer with the widest clamp of its type, its sums moved into it."""
    shifts = np.full_like(node.shift, shift)
    wide = dataclasses.replace(node, low=node.type.low, high=node.type.high, shift=shifts)
    return ir.with_bounds(wide, source.type)


def _reaching_its_bounds(node: ir.TableConv) -> ir.TableConv:
    """The layer with such rows that opposite extremes of its two inputs give the extreme sums.

    The bench plays those extremes (`tabfab.sim.mutation.cut_values`), and a shortened sum shows in
    them.
    """
    extremes = np.array([[255, 0], [0, 255]], np.int16).reshape(2, 1, 1, 2)
    one, other = codes(node, Source(extremes, np.zeros(2, np.int16))).reshape(-1)
    assert one != other
    rows = np.sort(node.tables, axis=2)
    order = [n for n in range(rows.shape[2]) if n not in (one, other)]
    tables = np.empty_like(rows)
    tables[:, :, one], tables[:, :, other] = rows[:, :, -1], rows[:, :, 0]
    tables[:, :, order] = rows[:, :, 1:-1]
    return dataclasses.replace(node, tables=tables)


@pytest.mark.slow(
    "test_cuts.py and test_aimed.py test what it plays, test_component_mutation.py faults"
)
def test_the_bench_catches_planted_faults(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_lively_build(build)
    results = run_mutants(build, MutationOptions(mutants=24, seed=1))
    assert {result.mutant.kind for result in results} == set(KINDS) - {DYADIC}
    outcomes = [result.outcome for result in results]
    assert outcomes.count("caught") >= 20
    assert [result.mutant for result in results if result.outcome == "survived"] == []


def test_stages_are_measured_by_what_their_own_cut_offers(tmp_path: Path) -> None:
    write_haste_build(tmp_path / "build")
    build = load_build(tmp_path / "build")
    network = cut_network(build.network)
    traffic = CutTraffic(60, Flow(0.7), keeping=True)
    script = Script.of_traffic(build.program, network, traffic, seed=1)
    assert len(script.seen) == len(script.played)
    counts = image_counts(network, 60)
    fed = random_tensors(build.program, max(counts.values()), np.random.default_rng(1))
    made = cut_measures(build.program, network, fed, counts)
    assert list(made) == ["table.engine", "exact.engine"]
    assert set(made["table.engine"].tolist()) <= {1, 2} >= set(made["exact.engine"].tolist())


@pytest.mark.parametrize("options", [{"mutants": 0}, {"per_model": 0}])
def test_there_must_be_mutants(options: dict[str, int]) -> None:
    with pytest.raises(TabfabError, match="there must be mutants"):
        MutationOptions(**options)
