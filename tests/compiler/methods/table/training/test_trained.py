"""Layers by lookup under training against sums of integer table entries."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
import torch
from tabfab.compiler.graph import Conv
from tabfab.compiler.methods.table.lookup import Slicing, look_up
from tabfab.compiler.methods.table.training.entries import tables_of_weight, weight_of_tables
from tabfab.compiler.methods.table.training.form import TrainedTables
from tabfab.compiler.methods.table.training.lookup import Lookup
from tabfab.compiler.methods.training.form import ScaledLayer
from tabfab.compiler.program import UINT8, TreeEncoder
from tabfab.compiler.scales.tensor_scale import TensorScale
from torch import Tensor

CHANNELS, OUTPUTS, LENGTH, STEP = 8, 6, 2, 0.25


def layer(layout: Literal["pixel", "patch"], groups: int, bits: int = 8) -> TrainedTables:
    """A 3x3 convolution of stride 2 by lookup, with random trees and tables."""
    random = np.random.default_rng(groups)
    source = TensorScale(UINT8, np.ones(CHANNELS), np.zeros(CHANNELS))
    target = TensorScale(UINT8, np.full(OUTPUTS, STEP), np.zeros(OUTPUTS))
    zero = np.full(CHANNELS, 3, np.int16)
    conv = Conv(
        name="conv",
        inputs=("image",),
        shape=(OUTPUTS, 4, 4),
        weight=np.zeros((OUTPUTS, CHANNELS // groups, 3, 3), np.float32),
        bias=np.zeros(OUTPUTS, np.float32),
        kernel=(3, 3),
        stride=(2, 2),
        padding=(1, 1),
        groups=groups,
    )
    slicing = Slicing((3, 3), (2, 2), (1, 1), ((1, 1), (1, 1)), groups, layout, LENGTH, zero)
    elements = CHANNELS if layout == "pixel" else CHANNELS * 9
    subspaces = elements // LENGTH
    encoder = TreeEncoder(
        random.integers(0, LENGTH, (subspaces, 7)).astype(np.int16),
        random.integers(0, 12, (subspaces, 7)).astype(np.int16),
        LENGTH,
    )
    tables = random.normal(size=(subspaces, slicing.taps, 8, OUTPUTS // groups))
    weight = weight_of_tables(tables, conv).float()
    scaled = ScaledLayer(conv, source, target, zero)
    lookup = Lookup(slicing, encoder, UINT8)
    return TrainedTables(scaled, lookup, weight, torch.arange(OUTPUTS) / 10, bits)


def images() -> Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randint(0, 12, (5, CHANNELS, 8, 8), generator=random)


def sums_of_entries(conv: TrainedTables, tables: Tensor, bias: Tensor, x: Tensor) -> Tensor:
    """(N, M, rows, columns): what the layer means, looked up row by row."""
    rows = conv.lookup.slicing.rows(conv.lookup.encoder, x.permute(0, 2, 3, 1).short())
    return (look_up(tables, rows) + bias).permute(0, 3, 1, 2)


CASES = pytest.mark.parametrize(
    ("layout", "groups"), [("pixel", 1), ("pixel", 2), ("patch", 1), ("patch", 2)]
)


@CASES
@pytest.mark.parametrize("bits", [2, 8])
@pytest.mark.parametrize("trained", [False, True])
def test_it_computes_with_the_integers_of_the_program(
    layout: Literal["pixel", "patch"], groups: int, bits: int, trained: bool
) -> None:
    conv, x = layer(layout, groups, bits).requires_grad_(trained), images()
    integers = conv.integers()
    entries = torch.from_numpy(integers.entries).double()
    unit = torch.from_numpy(np.exp2(-integers.shift.astype(float)))
    expected = sums_of_entries(conv, entries, torch.from_numpy(integers.bias), x)
    torch.testing.assert_close(
        conv.sums(x.float()).double(), expected * unit[:, None, None], rtol=0, atol=0
    )


@pytest.mark.parametrize("trained", [False, True])
def test_its_integers_follow_its_tables(trained: bool) -> None:
    conv, x = layer("pixel", 1).requires_grad_(trained), images().float()
    before = conv.sums(x)
    with torch.no_grad():
        conv.weight[0] *= 2
        conv.bias[1] += 10 * STEP
    after = conv.sums(x)
    assert not torch.equal(after[:, 0], before[:, 0])
    torch.testing.assert_close(after[:, 1], before[:, 1] + 10)
    torch.testing.assert_close(after[:, 2:], before[:, 2:], rtol=0, atol=0)


@CASES
def test_gradients_are_those_of_real_tables(layout: Literal["pixel", "patch"], groups: int) -> None:
    conv, x = layer(layout, groups), images()
    wanted = torch.randn(5, OUTPUTS, 4, 4, generator=torch.Generator().manual_seed(1))
    real = tables_of_weight(conv.weight.detach().double().numpy(), conv.scaled.layer, 8)
    tables = torch.from_numpy(real).float().requires_grad_()
    bias = conv.bias.detach().clone().requires_grad_()
    (sums_of_entries(conv, tables, bias, x) / STEP * wanted).sum().backward()
    (conv.sums(x.float()) * wanted).sum().backward()
    assert tables.grad is not None
    expected = weight_of_tables(tables.grad.numpy(), conv.scaled.layer)
    torch.testing.assert_close(conv.weight.grad, expected, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(conv.bias.grad, bias.grad, rtol=1e-4, atol=1e-3)
