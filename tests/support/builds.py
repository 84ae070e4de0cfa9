"""Builds for tests of everything that is done with builds."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from tabfab.compiler import program as ir
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import write_build

from .programs import ConvOptions, dyadic_conv, exact_conv, haste_conv, image_input, table_conv


def write_residual_build(directory: Path) -> None:
    """A small residual network on 4 x 4 images of two channels, with a table and an exact layer."""
    rng = np.random.default_rng(3)
    image = image_input(rng, 2, 4, 4)
    options = ConvOptions(2, kernel=(3, 3), padding=(1, 1), type=ir.UINT8)
    table = table_conv(rng, "table", image, options, prototypes=4, length=2)
    exact = exact_conv(rng, "exact", table, ConvOptions(2, type=ir.UINT8))
    write_residual_build_of(image, table, exact, directory)


def write_dyadic_build(directory: Path) -> None:
    """The same with dyadic layers, of which the second one is unrolled."""
    rng = np.random.default_rng(4)
    image = image_input(rng, 2, 4, 4)
    options = ConvOptions(2, kernel=(3, 3), padding=(1, 1), type=ir.UINT8)
    folded = dyadic_conv(rng, "table", image, options, terms=2, finest_shift=5)
    second = ConvOptions(2, type=ir.UINT8)
    unrolled = dyadic_conv(rng, "exact", folded, second, terms=1, finest_shift=7)
    write_residual_build_of(image, folded, unrolled, directory, unroll=("exact",))


def write_haste_build(directory: Path) -> None:
    """The same with haste layers, of patches of 3x3 and of 2x3 positions."""
    rng = np.random.default_rng(6)
    image = image_input(rng, 2, 4, 4)
    options = ConvOptions(2, kernel=(3, 3), padding=(1, 1), type=ir.UINT8)
    first = haste_conv(rng, "table", image, options, planes=2)
    second = haste_conv(rng, "exact", first, ConvOptions(2, type=ir.UINT8), patch=(2, 3))
    write_residual_build_of(image, first, second, directory)


def write_residual_build_of(
    image: ir.Input,
    table: ir.Conv,
    exact: ir.Conv,
    directory: Path,
    unroll: tuple[str, ...] = (),
) -> None:
    """The network of `write_residual_build` with these layers: `table`, and `exact` added to it."""
    add = ir.Add(
        name="add", inputs=("exact", "table"), shape=(2, 4, 4), type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=1,
    )  # fmt: skip
    program = ir.Program((image, table, exact, add))
    options = PlanOptions(subspaces=1, outputs=2, unroll=unroll)
    write_build(program, make_plan(program, options), directory)


def write_layer_build(directory: Path) -> Path:
    """One table layer on 3 x 3 images of two channels, which synthesizes in seconds."""
    rng = np.random.default_rng(5)
    image = image_input(rng, 2, 3, 3)
    program = ir.Program((image, table_conv(rng, "table", image, ConvOptions(1), length=2)))
    plan = make_plan(program, PlanOptions(subspaces=1, outputs=1))
    return write_build(program, plan, directory).directory


def digits_program() -> ir.Program:
    """A table layer and an exact one: ten random scores for an 8 x 8 image of one channel.

    Of the layer names that the built-in network for digits has, as little as its images allow.
    """
    rng = np.random.default_rng(7)
    image = image_input(rng, 1, 8, 8)
    first = ConvOptions(2, kernel=(3, 3), stride=(3, 3), padding=(1, 1), type=ir.UINT8)
    table = table_conv(rng, "features", image, first, layout="patch", length=3)
    last = ConvOptions(10, kernel=(3, 3), type=ir.INT8)
    scores = exact_conv(rng, "classifier", table, last)
    return ir.Program((image, table, scores), tuple("0123456789"))


def loadable_program(change: int = 0) -> ir.Program:
    """A table layer and an exact one that sees all of it: five scores for a 5 x 5 image.

    The scores lie between their extremes, so that hardly two images get the same answer. Programs
    with another `change` differ in their tables only.
    """
    rng = np.random.default_rng(8)
    image = image_input(rng, 2, 5, 5)
    options = ConvOptions(3, kernel=(3, 3), type=ir.UINT8)
    table = table_conv(rng, "table", image, options, prototypes=4, length=2)
    exact = exact_conv(rng, "exact", table, ConvOptions(5, kernel=(3, 3), type=ir.INT8))
    table = dataclasses.replace(
        table,
        tables=np.roll(table.tables, change, axis=2),
        bias=np.full(3, 300, np.int32),
        shift=np.full(3, 1, np.int8),
    )
    exact = dataclasses.replace(exact, bias=np.zeros(5, np.int32), shift=np.full(5, 10, np.int8))
    return ir.Program((image, ir.with_bounds(table, image.type), ir.with_bounds(exact, table.type)))


def write_loadable_build(directory: Path) -> Path:
    """The build of `loadable_program`, whose tables can be replaced."""
    program = loadable_program()
    plan = make_plan(program, PlanOptions(subspaces=1, outputs=1, loadable=True))
    return write_build(program, plan, directory).directory
