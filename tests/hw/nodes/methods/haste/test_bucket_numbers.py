from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from amaranth.sim import Simulator
from tabfab.hw.nodes.methods.haste.bucket_numbers import NUMBER_CLOCKS, BucketNumbers


def answers(numbers: BucketNumbers, units: list[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """(bucket, whether it is new, its size, buckets so far) of every code of every unit."""
    found: list[list[tuple[int, ...]]] = []

    async def testbench(ctx: Any) -> None:
        for codes in units:
            ctx.set(numbers.clear, 1)
            await ctx.tick()
            ctx.set(numbers.clear, 0)
            found.append([])
            for code in codes:
                ctx.set(numbers.code, code)
                ctx.set(numbers.ask, 1)
                for _ in range(NUMBER_CLOCKS):
                    await ctx.tick()
                    ctx.set(numbers.ask, 0)
                assert ctx.get(numbers.valid)
                found[-1].append(
                    tuple(
                        ctx.get(value)
                        for value in (numbers.bucket, numbers.is_new, numbers.size, numbers.count)
                    )
                )

    simulator = Simulator(numbers)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return found


def expected(codes: tuple[int, ...]) -> list[tuple[int, ...]]:
    buckets: dict[int, int] = {}
    sizes: dict[int, int] = {}
    rows = []
    for code in codes:
        is_new = code not in buckets
        bucket = buckets.setdefault(code, len(buckets))
        sizes[code] = sizes.get(code, 0) + 1
        rows.append((bucket, int(is_new), sizes[code], len(buckets)))
    return rows


def test_every_row_of_codes_behind_every_other() -> None:
    units = list(product(range(4), repeat=3))
    order = np.random.default_rng(0).permutation(np.repeat(np.arange(len(units)), 3))
    units = [units[n] for n in order]
    assert answers(BucketNumbers(2, 3), units) == [expected(codes) for codes in units]


@pytest.mark.parametrize(("bits", "channels"), [(1, 1), (1, 5), (9, 8), (4, 7)])
def test_numbers_buckets_by_their_first_channels(
    bits: int, channels: int, rng: np.random.Generator
) -> None:
    units = [tuple(row) for row in rng.integers(0, 1 << bits, (12, channels)).tolist()]
    assert answers(BucketNumbers(bits, channels), units) == [expected(codes) for codes in units]


@pytest.mark.parametrize("bits", [0, 17])
def test_refuses_codes_that_no_memory_has_rows_for(bits: int) -> None:
    with pytest.raises(ValueError, match="codes have 1 to 16 bits"):
        BucketNumbers(bits, 4)


def test_refuses_no_channels() -> None:
    with pytest.raises(ValueError, match="at least one channel"):
        BucketNumbers(3, 0)
