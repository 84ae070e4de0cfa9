"""Operation counts against counting by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tabfab.compiler import program as p
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program.cost import layer_cost, program_cost

from support.graphs import images_for, residual


def image(channels: int, height: int, width: int) -> p.Input:
    return p.Input(
        name="image",
        inputs=(),
        shape=(channels, height, width),
        type=p.UINT8,
        zero=np.zeros(channels, np.int16),
    )


def table_program(layout: p.Layout, encoder: p.Encoder, groups: int = 1) -> p.Program:
    """A 3x3 layer from 8x6x5 to 12x4x3."""
    taps = 9 if layout == "pixel" else 1
    node = p.TableConv(
        name="conv",
        inputs=("image",),
        shape=(12, 4, 3),
        type=p.UINT8,
        kernel=(3, 3),
        groups=groups,
        low=0,
        high=255,
        bias=np.zeros(12, np.int32),
        shift=np.zeros(12, np.int8),
        layout=layout,
        encoder=encoder,
        tables=np.zeros((encoder.subspaces, taps, encoder.prototypes, 12 // groups), np.int8),
    )
    return p.Program((image(8, 6, 5), node))


def tree(subspaces: int, prototypes: int, length: int) -> p.TreeEncoder:
    zeros = np.zeros((subspaces, prototypes - 1), np.int16)
    return p.TreeEncoder(zeros, zeros, length)


def test_pixel_layout_codes_every_input_pixel_once() -> None:
    cost = program_cost(table_program("pixel", tree(2, 16, 4))).layers[0]
    assert cost.exact == 4 * 3 * 12 * 8 * 9
    assert cost.comparisons == 6 * 5 * 2 * 4
    assert cost.additions == 4 * 3 * 9 * 2 * 12
    assert cost.multiplications == 0
    assert cost.table_bytes == 2 * 9 * 16 * 12
    assert cost.weight_bytes == 12 * 8 * 9


def test_patch_layout_codes_every_output_position() -> None:
    cost = program_cost(table_program("patch", tree(8, 32, 9))).layers[0]
    assert cost.comparisons == 4 * 3 * 8 * 5
    assert cost.additions == 4 * 3 * 8 * 12


def test_groups_add_only_their_own_rows() -> None:
    cost = program_cost(table_program("pixel", tree(4, 16, 4), groups=4)).layers[0]
    assert cost.exact == 4 * 3 * 12 * 2 * 9
    assert cost.additions == 4 * 3 * 9 * 1 * 12


def test_nearest_encoder_multiplies() -> None:
    encoder = p.NearestEncoder(np.zeros((2, 16, 4), np.int16))
    cost = program_cost(table_program("pixel", encoder)).layers[0]
    assert (cost.comparisons, cost.multiplications) == (0, 6 * 5 * 2 * 16 * 4)


@pytest.mark.parametrize(
    ("layout", "encoder", "operations"),
    [
        # 30 pixels, 2 subspaces, 4 bits; 12 positions, 12 outputs, 18 rows in 5 levels of adders
        ("pixel", tree(2, 16, 4), 30 * 2 * 4 + 12 * 12 * 5),
        # 12 positions, 8 subspaces, 5 bits; 8 rows in 3 levels
        ("patch", tree(8, 32, 9), 12 * 8 * 5 + 12 * 12 * 3),
        # A nearest encoder counts like a tree; one subspace leaves nothing to add.
        ("patch", p.NearestEncoder(np.zeros((1, 1024, 72), np.int16)), 12 * 10),
    ],
)
def test_operations_as_tabconv_counts(
    layout: p.Layout, encoder: p.Encoder, operations: int
) -> None:
    program = table_program(layout, encoder)
    assert program_cost(program).layers[0].tabconv == operations
    assert program_cost(program).operations_tabconv == operations


@pytest.mark.parametrize("method", ["table", "exact"])
@pytest.mark.parametrize(
    "options",
    [
        CompileOptions(prototypes=8),
        CompileOptions(prototypes=8, tree_levels=5),
        CompileOptions(layout="patch", subspaces=3, prototypes=4),
        CompileOptions(layout="patch", subspaces=2, encoder="nearest", prototypes=32),
    ],
)
def test_what_is_planned_is_what_a_program_costs(options: CompileOptions, method: str) -> None:
    network = residual()
    options = dataclasses.replace(options, mask=method)
    program = compile_graph(network, images_for(network, 20), options).program
    for layer, cost in zip(network.convs, program_cost(program).layers, strict=True):
        planned = METHODS[method].planned_cost(network, layer, options)
        assert vars(planned).items() <= vars(cost).items()


@pytest.fixture
def exact_program() -> p.Program:
    node = p.ExactConv(
        name="conv",
        inputs=("image",),
        shape=(4, 5, 5),
        type=p.INT8,
        kernel=(1, 1),
        low=-128,
        high=127,
        bias=np.zeros(4, np.int32),
        shift=np.zeros(4, np.int8),
        weight=np.zeros((4, 3, 1, 1), np.int8),
    )
    return p.Program((image(3, 5, 5), node))


def test_exact_layer_costs_what_it_did(exact_program: p.Program) -> None:
    cost = layer_cost(exact_program, exact_program.convs[0])
    assert cost.exact == cost.operations == cost.multiplications == 25 * 12
    assert (cost.table_bytes, cost.weight_bytes, cost.stored_bytes) == (0, 12, 12)


def test_totals_are_sums(exact_program: p.Program) -> None:
    cost = program_cost(exact_program)
    assert cost.operations_exact == cost.operations_program == 300
    assert cost.stored_bytes == cost.weight_bytes == 12
