from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.program import INT8, UINT8, ActivationType, Interpolate, Pair
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.blend import Blend, blend_taps
from tabfab.hw.plan.pricing import price
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core
from tabfab.sim.models.operators.resize import interpolate, upsample
from tabfab.sim.models.parts import Source, pad

from support.streams import Beats, check_core


def columns_of(x: np.ndarray, factor: Pair, lanes: int) -> np.ndarray:
    """(beats, lanes * rows) of repeated pixels (images, height, width, channels)."""
    rows, columns = blend_taps(factor)
    edges = ((rows // 2, rows // 2), (columns // 2, columns // 2))
    padded = pad(x, edges, np.full(x.shape[3], 3, np.int16))  # which must not count
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), axis=(1, 2))
    words = windows.reshape(*windows.shape[:3], -1, lanes, rows, columns)
    return words.transpose(0, 1, 2, 3, 6, 4, 5).reshape(-1, lanes * rows)


@pytest.mark.parametrize("kind", [UINT8, INT8, ActivationType(3, signed=True)])
@pytest.mark.parametrize("factor", [(2, 2), (4, 1), (1, 2), (8, 4)])
@pytest.mark.parametrize(("channels", "lanes"), [(1, 1), (4, 2)])
def test_blends_repeated_pixels(
    kind: ActivationType, factor: Pair, channels: int, lanes: int, rng: np.random.Generator
) -> None:
    height, width = 3, 2
    size = (height * factor[0], width * factor[1])
    values = np.array([kind.low, kind.high, kind.low + 1, 0, 1])  # the greatest sums among them
    x = rng.choice(values, (2, height, width, channels)).astype(np.int16)
    node = Interpolate(name="up", inputs=("x",), shape=(channels, *size), type=kind, factor=factor)
    source = Source(x, np.zeros(channels, np.int16))
    beats = columns_of(upsample(node, source), factor, lanes)
    expected = interpolate(node, source).reshape(-1, lanes)
    core = Blend(kind, lanes, factor, size, channels // lanes)
    check_core(core, Beats.of(beats, image=len(beats) // 2), expected)


@pytest.mark.parametrize(("factor", "lanes"), [((2, 2), 4), ((4, 2), 1)])
@pytest.mark.slow("Yosys for each")
def test_takes_what_it_says(factor: Pair, lanes: int, tmp_path: Path) -> None:
    core = Blend(UINT8, lanes, factor, (32, 32), 8 // lanes)
    count = device_cells(synthesize_core(core, "ecp5", tmp_path))
    estimate = price(core.demand(), FAMILIES["ecp5"])
    assert estimate.luts == pytest.approx(count.luts, rel=0.15, abs=20)
    assert estimate.flip_flops == pytest.approx(count.flip_flops, rel=0.15, abs=10)
