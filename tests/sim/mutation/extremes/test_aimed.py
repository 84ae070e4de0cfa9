"""Images that take sums to their ends."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.sim.models import golden
from tabfab.sim.models.methods.table import codes
from tabfab.sim.models.parts import Source
from tabfab.sim.mutation.extremes.aimed import aimed

from support.programs import ConvOptions, dyadic_conv, exact_conv, image_input, table_conv

CHANNELS, SIZE = 4, (5, 6)
OPTIONS = [
    ConvOptions(4, kernel=(3, 3), padding=(1, 1)),
    ConvOptions(4, kernel=(3, 3), stride=(2, 2), padding=(1, 1)),
    ConvOptions(4, kernel=(2, 3), groups=2),
    ConvOptions(4, kernel=(1, 1), groups=4),
]


def _sums(layer: ir.Conv, images: NDArray[np.int16]) -> tuple[NDArray[np.int16], int]:
    """(images, rows, columns, M): sums, without so many of their lowest bits, nothing clamped."""
    least, most = ir.channel_bounds(layer, ir.UINT8)
    bits = max(int(np.abs([least, most]).max()).bit_length() - 7, 0)
    shift = np.full_like(layer.shift, bits)
    wide = dataclasses.replace(layer, low=-128, high=127, type=ir.INT8, shift=shift)
    # Bounds count what rounding adds: with as much of it in the bias they are those of one sum.
    bias = (layer.bias + layer.half - wide.half).astype(np.int32)
    wide = ir.with_bounds(dataclasses.replace(wide, bias=bias), ir.UINT8)
    source = image_input(np.random.default_rng(0), *np.roll(images.shape[1:], 1).tolist())
    program = ir.Program((source, wide))
    return golden.evaluate(program, wide, {source.name: images}), bits


def _met(layer: ir.Conv, rng: np.random.Generator) -> ir.Conv:
    """The layer with no entries for codes that no values have: random trees have such."""
    if not isinstance(layer, ir.TableConv):
        return layer
    x = rng.integers(0, 256, (2000, *SIZE, CHANNELS)).astype(np.int16)
    source = Source(x, np.zeros(CHANNELS, np.int16))
    code = codes(layer, source).reshape(-1, layer.encoder.subspaces)
    tables = layer.tables.copy()
    for subspace in range(layer.encoder.subspaces):
        met = np.unique(code[:, subspace])
        others = np.setdiff1d(np.arange(layer.encoder.prototypes), met)
        tables[subspace, :, others] = tables[subspace, :, met[0]]
    return dataclasses.replace(layer, tables=tables)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("kind", ["exact", "dyadic", "pixel", "patch"])
def test_every_channel_reaches_its_bounds(kind: str, options: ConvOptions) -> None:
    rng = np.random.default_rng(1)
    source = image_input(rng, CHANNELS, *SIZE)
    if kind == "exact":
        layer: ir.Conv = exact_conv(rng, "layer", source, options)
    elif kind == "dyadic":
        layer = dyadic_conv(rng, "layer", source, options, terms=2)
    else:
        layer = table_conv(rng, "layer", source, options, length=2, layout=kind)
    images = aimed(ir.Program((source, layer)), source.name, rng)
    outputs = layer.shape[0] // layer.groups
    assert images.shape == (2, outputs, *SIZE, CHANNELS)
    least, most = ir.channel_bounds(_met(layer, rng), source.type)
    channels = np.arange(layer.shape[0])
    for ends, end in ((images[0], most), (images[1], least)):
        found, bits = _sums(layer, ends)
        reached = found[channels % outputs, :, :, channels]
        wanted = (end >> bits)[:, None, None]
        assert (reached == wanted).any(axis=(1, 2)).all()


def test_what_no_layer_reads_is_near_the_ends() -> None:
    rng = np.random.default_rng(1)
    source = image_input(rng, 2, 4, 4)
    layer = exact_conv(rng, "layer", source, ConvOptions(2, type=ir.INT8))
    most, least = aimed(ir.Program((source, layer)), "layer", rng)
    assert np.unique(most).tolist() == [124, 125, 126, 127]
    assert np.unique(least).tolist() == [-128, -127, -126, -125]
