"""What nodes without a window refuse."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir

from support.programs import image_input

RNG = np.random.default_rng(6)


def numbered(channels: int, type_: ir.ActivationType) -> ir.Program:
    image = image_input(RNG, channels, 1, 1)
    answer = ir.Argmax(name="argmax", inputs=("image",), shape=(1, 1, 1), type=type_)
    return ir.Program((image, answer))


def test_argmax_can_number_its_channels() -> None:
    numbered(256, ir.UINT8)
    with pytest.raises(ir.ProgramError, match="numbers 257 channels, too many for uint8"):
        numbered(257, ir.UINT8)
    with pytest.raises(ir.ProgramError, match="numbers 5 channels, too many for uint2"):
        numbered(5, ir.ActivationType(2, signed=False))


def test_argmax_reads_one_pixel() -> None:
    image = image_input(RNG, 3, 1, 2)
    answer = ir.Argmax(name="argmax", inputs=("image",), shape=(1, 1, 1), type=ir.UINT8)
    with pytest.raises(ir.ProgramError, match="needs a 1x1 image"):
        ir.Program((image, answer))


def test_sums_add_equal_shapes() -> None:
    image = image_input(RNG, 3, 4, 4)
    pool = ir.MaxPool(name="pool", inputs=("image",), shape=(3, 3, 3), type=ir.UINT8, kernel=(2, 2))
    total = ir.Add(
        name="sum", inputs=("image", "pool"), shape=image.shape, type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=0,
    )  # fmt: skip
    with pytest.raises(ir.ProgramError, match=r"adds shapes \(3, 4, 4\) and \(3, 3, 3\)"):
        ir.Program((image, pool, total))
