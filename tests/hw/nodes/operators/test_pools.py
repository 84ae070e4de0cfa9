"""Pools as stages of a network, at the ends of what they may hold."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.sim.models.cycles import Stalls, predict

from support.networks import check_network, network_of
from support.programs import Case, image_input

RNG = np.random.default_rng(0)
IMAGE = image_input(RNG, 1, 3, 4)


def check(images: NDArray[np.uint8], *nodes: ir.Node) -> None:
    """The network of these nodes gives what the golden model does."""
    case = Case(ir.Program((IMAGE, *nodes)), {}, {}, images)
    network = network_of(case)
    stalls = Stalls.none()
    check_network(case, network, stalls, predict(network, len(images), stalls))


@pytest.mark.parametrize("low", [-128, -7])
def test_padding_never_wins_a_maximum(low: int) -> None:
    negative = ir.Clamp(
        name="negative", inputs=("image",), shape=(1, 3, 4), type=ir.INT8, low=low, high=-3
    )
    pool = ir.MaxPool(
        name="pool", inputs=("negative",), shape=(1, 3, 4), type=ir.INT8, kernel=(3, 3),
        padding=(1, 1),
    )  # fmt: skip
    check(np.zeros((2, 3, 4, 1), np.uint8), negative, pool)


@pytest.mark.parametrize("shift", range(8))
@pytest.mark.parametrize("kernel", [(1, 2), (2, 2), (3, 1)])
def test_the_greatest_sum_can_be_rounded_up(kernel: ir.Pair, shift: int) -> None:
    """What rounding adds may take one bit more than the sum."""
    pool = ir.AveragePool(
        name="pool", inputs=("image",), shape=(1, 4 - kernel[0], 5 - kernel[1]), type=ir.UINT8,
        low=0, high=255, kernel=kernel, shift=shift,
    )  # fmt: skip
    check(np.full((1, 3, 4, 1), 255, np.uint8), pool)


@pytest.mark.parametrize(("factor", "shift"), [(57, 9), (455, 12), (4095, 20), (3, 0), (1, 4)])
@pytest.mark.parametrize("low", [-128, 0])
def test_sums_are_multiplied_by_shifts_and_additions(factor: int, shift: int, low: int) -> None:
    values = ir.Clamp(
        name="values", inputs=("image",), shape=(1, 3, 4), type=ir.ActivationType(8, low < 0),
        low=low, high=127,
    )  # fmt: skip
    pool = ir.AveragePool(
        name="pool", inputs=("values",), shape=(1, 3, 4), type=ir.INT8, low=-128, high=127,
        kernel=(3, 3), padding=(1, 1), shift=shift, factor=factor,
    )  # fmt: skip
    images = np.random.default_rng(0).integers(0, 256, (3, 3, 4, 1)).astype(np.uint8)
    images[0], images[1] = 255, 0
    check(images, values, pool)
