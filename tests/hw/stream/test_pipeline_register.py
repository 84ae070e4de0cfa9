from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import signed
from tabfab.hw.stream.pipeline_register import PipelineRegister

from support.streams import Beats, check_core


@pytest.mark.parametrize("lanes", [1, 3])
def test_passes_every_beat_on(lanes: int, rng: np.random.Generator) -> None:
    beats = rng.integers(-4, 4, (20, lanes))
    check_core(PipelineRegister(signed(3), lanes), Beats.of(beats, image=5), beats)


def test_refuses_to_pass_nothing() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        PipelineRegister(signed(3), 0)
