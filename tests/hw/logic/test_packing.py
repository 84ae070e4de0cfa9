"""Packing: pieces that cover a memory, and counts that Yosys confirms."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.bank_geometry import BankGeometry
from tabfab.hw.logic.packing import HOPS, MemoryOptions, Packing, distinct_columns, logic_luts, pack
from tabfab.hw.nodes.methods.table.table_bank import TableBank
from tabfab.hw.plan import pricing
from tabfab.hw.synth.cell_counts import summarize
from tabfab.hw.synth.core_synth import synthesize_core

from support.synthesized import synthesize_cores


def owners(packing: Packing, port: int) -> np.ndarray:
    """How many pieces answer each bit of the rows that a port reaches."""
    count = np.zeros((packing.depth, packing.width), int)
    for piece in packing.pieces:
        if port in piece.ports:
            rows = slice(piece.first_row, piece.first_row + piece.rows)
            count[rows, piece.first_bit : piece.first_bit + piece.bits] += 1
    low, high = packing.reads[port]
    return count[low:high]


@given(
    family=st.sampled_from([None, *FAMILIES]),
    depth=st.integers(1, 5000),
    width=st.integers(1, 90),
    price=st.sampled_from([0.0, 50.0, 300.0, 1e9]),
    two=st.booleans(),
    loadable=st.booleans(),
)
def test_pieces_cover_every_row_and_fit_their_blocks(
    family: str | None, depth: int, width: int, price: float, two: bool, loadable: bool
) -> None:
    reads = ((0, depth), (depth, 2 * depth)) if two else None
    options = MemoryOptions(family, 1, price, loadable)
    packing = pack(depth * (1 + two), width, options, reads)
    for port in range(len(packing.reads)):
        assert (owners(packing, port) == 1).all()
    for piece in packing.pieces:
        if piece.style == "block":
            assert family is not None
            shared = len(piece.ports) == 2
            ways = FAMILIES[family].dual_port if shared else FAMILIES[family].block_ram
            assert any(piece.rows <= rows and piece.bits <= bits for rows, bits in ways)
    columns: dict[tuple[int, int], list[int]] = {}
    for piece in packing.pieces:
        for port in piece.ports:
            columns.setdefault((piece.first_bit, port), []).append(piece.first_row)
    for starts in columns.values():
        assert all(a < b for a, b in pairwise(starts))
    assert packing.stored_bits <= packing.occupied_bits or family is None


@given(
    family=st.sampled_from([*FAMILIES]),
    depth=st.integers(1, 2000),
    half=st.integers(2000, 5000),
    price=st.sampled_from([1.0, 50.0, 300.0, 1e9]),
)
def test_a_wide_memory_costs_no_more_than_its_halves(
    family: str, depth: int, half: int, price: float
) -> None:
    """Wide ones are cut in large part without trying every way to."""
    options = MemoryOptions(family, 1, price)

    def cost(width: int) -> float:
        packing = pack(depth, width, options)
        return packing.luts + packing.blocks * price

    pieces = pack(depth, 2 * half, options).pieces
    assert sum(piece.rows * piece.bits for piece in pieces) == depth * 2 * half
    assert cost(2 * half) <= 2 * cost(half) + 1  # LUTs are rounded


def test_a_higher_price_means_fewer_blocks() -> None:
    packings = [pack(700, 130, MemoryOptions("ecp5", 1, price)) for price in (10, 300, 1000, 1e9)]
    blocks = [packing.blocks for packing in packings]
    assert blocks == sorted(blocks, reverse=True)
    assert blocks[-1] == 0
    luts = [packing.luts for packing in packings]
    assert luts == sorted(luts)


def test_fills_blocks_where_the_geometry_allows() -> None:
    """128 bits are seven columns of 18 and two bits; a few rows or columns become logic."""
    for width, depth in ((256, 4608), (128, 4608), (64, 9216), (96, 3072)):
        packing = pack(depth, width, MemoryOptions("ecp5"))
        assert packing.stored_bits > 0.93 * packing.occupied_bits
        assert packing.luts < 1000


def test_the_tables_of_resnet8_waste_less_than_a_tenth() -> None:
    """4 channels a subspace, 16 prototypes, 28 thousand clocks per image, ECP5."""
    layers = [  # subspaces, taps, channels, lanes, outputs, ports, LUTs per block
        (4, 9, 16, 2, 16, 2, 200), (4, 9, 16, 2, 16, 2, 200), (4, 9, 32, 4, 4, 1, 400),
        (8, 9, 32, 4, 8, 2, 400), (4, 1, 32, 2, 1, 2, 100), (8, 9, 64, 2, 8, 2, 100),
        (16, 9, 64, 2, 16, 2, 200), (8, 1, 64, 2, 1, 1, 100), (16, 1, 10, 1, 1, 1, 400),
    ]  # fmt: skip
    stored = occupied = luts = 0
    for subspaces, taps, channels, lanes, outputs, ports, price in layers:
        geometry = BankGeometry(subspaces, channels, taps, lanes, outputs)
        depth = geometry.steps * 16
        reads = tuple((n * depth, (n + 1) * depth) for n in range(ports))
        packing = pack(ports * depth, 8 * outputs, MemoryOptions("ecp5", ports, price), reads)
        stored += packing.stored_bits * lanes // ports
        occupied += packing.occupied_bits * lanes // ports
        luts += packing.luts * lanes // ports
    assert stored > 0.9 * occupied
    assert luts < 6000


def test_logic_has_address_registers_every_so_many_columns() -> None:
    """One register for all columns of a wide memory would be far from most of them."""
    packing = pack(100, 90, MemoryOptions("ecp5", 1, 1e9))
    assert not packing.blocks
    columns = [
        sorted(
            bit for piece in site for bit in range(piece.first_bit, piece.first_bit + piece.bits)
        )
        for site in packing.sites
    ]
    assert columns == [list(range(36)), list(range(36, 72)), list(range(72, 90))]
    assert packing.address_bits == 3 * 7 * HOPS["logic"]


def test_two_lanes_share_blocks_where_there_is_a_second_port() -> None:
    reads = ((0, 512), (512, 1024))
    assert pack(1024, 18, MemoryOptions("ecp5"), reads).blocks == 1
    assert pack(1024, 16, MemoryOptions("ice40"), reads).blocks == 4
    assert pack(1024, 16, MemoryOptions("ice40", 1, inf), reads).blocks == 0


def test_without_a_family_synthesis_decides() -> None:
    packing = pack(100, 10, MemoryOptions())
    assert [piece.style for piece in packing.pieces] == ["auto"]
    assert packing.blocks == 0


def test_logic_grows_with_the_rows_reached() -> None:
    for family in FAMILIES.values():
        luts = [logic_luts(family, 0, rows) for rows in (1, 16, 64, 65, 200, 1000)]
        assert luts == sorted(luts)
        assert luts[0] == 1
    assert logic_luts(FAMILIES["ecp5"], 512, 528) == 1


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (2, 3), (3, 8), (6, 36), (6, 576), (9, 36)])
def test_of_few_rows_there_are_few_different_columns(
    rows: int, columns: int, rng: np.random.Generator
) -> None:
    drawn = rng.integers(0, 1 << rows, (2000, columns))
    counts = [len(set(each)) for each in drawn.tolist()]
    assert distinct_columns(rows, columns) == pytest.approx(np.mean(counts), abs=0.6)


def test_of_many_rows_all_columns_differ() -> None:
    assert distinct_columns(20, 1000) == 1000
    assert distinct_columns(4608, 36) == 36


@pytest.mark.parametrize(
    ("depth", "width", "reads"), [(0, 3, None), (3, 0, None), (3, 3, ((0, 1), (1, 2), (2, 3)))]
)
def test_refuses_what_is_no_memory(
    depth: int, width: int, reads: tuple[tuple[int, int], ...] | None
) -> None:
    with pytest.raises(ValueError, match="no memory has"):
        pack(depth, width, MemoryOptions(), reads)


@pytest.mark.parametrize(("ports", "price"), [(0, 1.0), (3, 1.0), (1, -1.0)])
def test_refuses_impossible_options(ports: int, price: float) -> None:
    with pytest.raises(ValueError, match=r"1 or 2 read ports|cannot be worth"):
        MemoryOptions("ecp5", ports, price)


LARGER = pytest.mark.slow("smaller banks are synthesized")


@pytest.mark.parametrize(
    ("family", "ports", "price"),
    [
        ("ecp5", 2, 300),
        pytest.param("ecp5", 1, 50, marks=LARGER),
        pytest.param("ice40", 1, 100, marks=LARGER),
    ],
)
def test_yosys_takes_the_predicted_blocks_for_loadable_tables(
    family: str, ports: int, price: float, tmp_path: Path, rng: np.random.Generator
) -> None:
    tables = rng.integers(-128, 128, (4, 9, 16, 8)).astype(np.int8)
    options = MemoryOptions(family, ports, price, loadable=True)
    bank = TableBank(tables, 2, 8, options=options)
    cells = summarize(synthesize_core(bank, family, tmp_path))
    packings = [memory.packing for memory in bank.demand().memories]
    assert cells["block_rams"] == sum(packing.blocks for packing in packings)
    logic = [piece for packing in packings for piece in packing.pieces if piece.style == "logic"]
    assert bool(cells["distributed_rams"]) == bool(logic)


@dataclass(frozen=True)
class Case:
    """A bank of tables: (subspaces, taps, K, M), how it is folded, and how its memory is packed."""

    shape: tuple[int, int, int, int]
    lanes: int
    outputs: int
    bits: int
    ports: int
    price: float


@pytest.mark.parametrize(
    ("family", "cases"),
    [
        # Full blocks, remainders of rows and of columns.
        (
            "ecp5",
            [
                Case((5, 9, 16, 8), 3, 8, 6, 2, 100),
                Case((8, 9, 16, 16), 2, 4, 5, 2, 300),
                Case((3, 1, 256, 8), 2, 8, 4, 2, 0),
                Case((2, 2, 16, 10), 1, 5, 7, 2, 300),
            ],
        ),
        ("ice40", [Case((4, 4, 16, 8), 2, 8, 6, 1, 100)]),
        pytest.param(
            "ecp5",
            [Case((4, 9, 16, 16), 2, 8, 8, 2, 300), Case((4, 9, 16, 16), 2, 8, 8, 1, 300)],
            marks=LARGER,
        ),
        pytest.param("xilinx", [Case((4, 9, 16, 16), 2, 8, 8, 2, 200)], marks=LARGER),
        pytest.param("gowin", [Case((6, 9, 16, 16), 3, 8, 7, 2, 300)], marks=LARGER),
    ],
)
def test_yosys_takes_the_predicted_blocks(
    family: str, cases: list[Case], tmp_path: Path, rng: np.random.Generator
) -> None:
    banks = []
    for case in cases:
        reach = 1 << (case.bits - 1)
        tables = rng.integers(-reach, reach, case.shape).astype(np.int8)
        options = MemoryOptions(family, case.ports, case.price)
        banks.append(TableBank(tables, case.lanes, case.outputs, options=options))
    counts = synthesize_cores(banks, family, tmp_path)
    for case, bank, counted in zip(cases, banks, counts, strict=True):
        packings = [memory.packing for memory in bank.demand().memories]
        cells = summarize(counted)
        assert cells["block_rams"] == sum(packing.blocks for packing in packings), case
        predicted = sum(packing.luts for packing in packings)
        assert 0.7 * predicted - 20 <= cells["luts"] <= 1.3 * predicted + 60, case
        said = pricing.price(bank.demand(), FAMILIES[family]).flip_flops
        assert said == pytest.approx(cells["flip_flops"], rel=0.1, abs=20), case
