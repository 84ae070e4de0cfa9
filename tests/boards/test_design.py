"""What becomes of builds on boards: images that come in large beats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.boards.board import BoardError
from tabfab.boards.design import link_settings
from tabfab.boards.host import Device
from tabfab.boards.simulated.board import SimulatedBoard
from tabfab.compiler import program as ir
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import Build, write_build
from tabfab.sim.models import golden

from support.programs import ConvOptions, dyadic_conv, image_input

RNG = np.random.default_rng(8)


def vector_build(width: int, directory: Path) -> Build:
    """A linear layer of all pixels of an image, each a bit of five scores on every clock."""
    image = image_input(RNG, 1, 4, width)
    flat = ir.Flatten(name="flat", inputs=("image",), shape=(4 * width, 1, 1), type=image.type)
    scores = dyadic_conv(RNG, "scores", flat, ConvOptions(5), terms=1, finest_shift=3)
    program = ir.Program((image, flat, scores))
    return write_build(program, make_plan(program, PlanOptions(unroll=("scores",))), directory)


def test_a_beat_that_no_frame_holds_is_refused(tmp_path: Path) -> None:
    build = vector_build(64, tmp_path / "build")
    assert build.network.input.format.lanes == 256
    with pytest.raises(BoardError, match=r"256 bytes of an image at a time, .* holds 248: .*--fps"):
        link_settings(build, build.network, 8, 1_000_000, 4)


def test_images_in_one_beat_each(tmp_path: Path) -> None:
    build = vector_build(6, tmp_path / "build")
    assert build.network.input.format.lanes == 24
    images = RNG.integers(0, 256, (6, 4, 6, 1)).astype(np.uint8)
    with SimulatedBoard(build) as board, Device(board.port, build, patience=60) as device:
        np.testing.assert_array_equal(device.classify(images), golden.logits(build.program, images))
