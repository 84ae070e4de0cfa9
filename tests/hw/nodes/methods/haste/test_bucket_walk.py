from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from amaranth.sim import Simulator
from tabfab.hw.nodes.methods.haste.bucket_walk import BucketWalk
from tabfab.hw.nodes.methods.haste.patch_geometry import PatchGeometry

GEOMETRIES = {
    "ragged": PatchGeometry(3, 1, 1, 2, (4, 5), (3, 3), (1, 1), (3, 3)),
    "strided groups": PatchGeometry(2, 2, 1, 1, (3, 2), (2, 2), (3, 2), (2, 1)),
    "one of all": PatchGeometry(1, 1, 1, 1, (1, 1), (2, 2), (1, 1), (1, 1)),
}


def steps(g: PatchGeometry, counts: list[int]) -> Iterator[tuple[int, ...]]:
    """(bucket, pixel, tap, position, block, unit and image end) of each step of an image."""
    units = iter(counts)
    for height in g.sizes(0).tolist():
        for width in g.sizes(1).tolist():
            for _ in range(g.groups):
                count = next(units)
                for block in range(g.blocks):
                    for row, column in np.ndindex(height, width):
                        for tap in range(g.taps):
                            y, x = divmod(tap, g.kernel[1])
                            pixel = (row * g.stride[0] + y) * g.halo[1] + column * g.stride[1] + x
                            for bucket in range(count):
                                ends = tap == g.taps - 1 and bucket == count - 1
                                last = ends and (row, column) == (height - 1, width - 1)
                                yield bucket, pixel, tap, ends, last, last and block == g.blocks - 1


@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_goes_over_every_bucket(geometry: PatchGeometry, rng: np.random.Generator) -> None:
    walk = BucketWalk(geometry)
    counts = rng.integers(1, geometry.channels + 1, (2, geometry.units)).tolist()
    expected = [step for image in counts for step in steps(geometry, image)]
    units = iter([count for image in counts for count in image])
    seen: list[tuple[int, ...]] = []
    names = ("bucket", "pixel", "tap", "position_end", "block_end", "unit_end")
    images = 0

    async def testbench(ctx: Any) -> None:
        nonlocal images
        ctx.set(walk.count, next(units))
        within = False
        while len(seen) < len(expected):
            ctx.set(walk.may, bool(rng.random() < 0.7))
            assert not within or ctx.get(walk.step)
            if ctx.get(walk.step):
                assert ctx.get(walk.first) == (not within)
                seen.append(tuple(ctx.get(getattr(walk, name)) for name in names))
                within = not ctx.get(walk.position_end)
                images += ctx.get(walk.image_end)
            unit_end = ctx.get(walk.unit_end)
            await ctx.tick()
            if unit_end:
                ctx.set(walk.count, next(units, 1))

    simulator = Simulator(walk)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    assert seen == [tuple(map(int, step)) for step in expected]
    assert images == 2
