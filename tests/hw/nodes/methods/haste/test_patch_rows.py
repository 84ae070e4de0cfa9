from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.program import INT8
from tabfab.hw.nodes.methods.haste.patch_geometry import PatchGeometry
from tabfab.hw.nodes.methods.haste.patch_rows import PatchRows

from support.streams import FULL_SPEED, TRAFFIC, Beats, Traffic, check

GEOMETRIES = {
    "even": PatchGeometry(1, 1, 2, 1, (6, 6), (3, 3), (1, 1), (3, 3)),
    "ragged": PatchGeometry(1, 1, 2, 2, (5, 4), (2, 3), (1, 1), (3, 3)),
    "groups": PatchGeometry(1, 2, 1, 3, (4, 5), (3, 4), (1, 1), (3, 3)),
    "one pixel": PatchGeometry(1, 1, 3, 1, (1, 1), (3, 3), (1, 1), (1, 1)),
    "rows": PatchGeometry(1, 1, 1, 1, (5, 3), (1, 4), (1, 1), (1, 1)),
    "columns": PatchGeometry(1, 1, 1, 2, (3, 5), (4, 1), (1, 1), (1, 1)),
}


def check_rows(g: PatchGeometry, images: int, traffic: Traffic) -> None:
    blocks = g.groups * g.blocks
    rng = np.random.default_rng(2)
    pixels = rng.integers(-128, 128, (images, *g.positions, blocks, g.outputs))
    patches = []
    for image in pixels:
        for top in range(0, g.positions[0], g.patch[0]):
            for left in range(0, g.positions[1], g.patch[1]):
                part = image[top : top + g.patch[0], left : left + g.patch[1]]
                patches.append(part.transpose(2, 0, 1, 3).reshape(-1, g.outputs))
    check(
        PatchRows(g, INT8),
        {"i": Beats.of(np.concatenate(patches), image=g.beats)},
        {"o": Beats.of(pixels.reshape(-1, g.outputs), image=g.beats)},
        traffic,
    )


@pytest.mark.parametrize("kind", ["full speed", "random"])
@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_puts_patches_in_the_order_of_the_image(geometry: PatchGeometry, kind: str) -> None:
    check_rows(geometry, 3, TRAFFIC[kind])


def test_keeps_the_rules_under_any_traffic(traffic: Traffic) -> None:
    check_rows(GEOMETRIES["ragged"], 3, traffic)


def test_a_band_of_a_beat_is_read_before_it_is_written(traffic: Traffic) -> None:
    check_rows(PatchGeometry(1, 1, 1, 1, (3, 1), (2, 1), (1, 1), (1, 1)), 12, traffic)


def test_takes_and_gives_a_beat_on_nearly_every_clock() -> None:
    g = GEOMETRIES["even"]
    seen = check(
        PatchRows(g, INT8),
        {"i": Beats.of(np.zeros((8 * g.beats, 2)), image=g.beats)},
        {"o": Beats.of(np.zeros((8 * g.beats, 2)), image=g.beats)},
        FULL_SPEED,
    )
    ends = seen["o"].clocks.reshape(8, -1)[:, -1]
    assert ends[-1] - ends[-2] <= g.beats + 2
