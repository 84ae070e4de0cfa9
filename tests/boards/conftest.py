"""A small build, and a simulated board with it, made once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tabfab.boards.simulated.board import SimulatedBoard
from tabfab.hw.rtl.build import Build, load_build
from tabfab.sim.models import golden

from support.builds import write_loadable_build

Expected = tuple[golden.Images, "np.ndarray[tuple[int, int], np.dtype[np.int16]]"]


@pytest.fixture(scope="session")
def small_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A build of one small layer, whose tables can be replaced."""
    return load_build(write_loadable_build(tmp_path_factory.mktemp("small") / "build"))


@pytest.fixture(scope="module")
def running_board(small_build: Build) -> Iterator[SimulatedBoard]:
    """A simulated board with it; it works as long as it runs, whether it is spoken to or not."""
    with SimulatedBoard(small_build) as board:
        yield board


@pytest.fixture
def images(small_build: Build) -> golden.Images:
    """Images for it, no two alike."""
    channels, height, width = small_build.program.input.shape
    shape = (60, height, width, channels)
    return np.random.default_rng(4).integers(0, 256, shape, np.uint8)
