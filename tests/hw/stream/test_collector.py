from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from amaranth.hdl import signed, unsigned
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.plan.pricing import price
from tabfab.hw.stream.elastic import Elastic
from tabfab.hw.stream.lanes import Collector, Widen
from tabfab.hw.synth.cell_counts import device_cells

from support.streams import Beats, Traffic, check
from support.synthesized import synthesize_stages

SIZES = [
    # (narrow, wide, size)
    (1, 2, 2),
    (2, 6, 3),
    (1, 8, 8),
    (3, 12, 2),  # the second half stays empty
]


def wide_beats(narrow: Beats, wide: int, size: int) -> Beats:
    """Groups of narrow beats side by side, filled up with zeros."""
    rows = narrow.data.reshape(len(narrow) // size, -1)
    filled = np.zeros((len(rows), wide), np.int64)
    filled[:, : rows.shape[1]] = rows
    return Beats(filled, narrow.last[size - 1 :: size])


@pytest.mark.parametrize(("narrow", "wide", "size"), SIZES)
def test_collects_each_group(
    narrow: int, wide: int, size: int, traffic: Traffic, rng: np.random.Generator
) -> None:
    beats = Beats.of(rng.integers(-8, 8, (6 * size, narrow)), image=3 * size)
    component = Collector(signed(4), narrow, wide, size)
    check(component, {"i": beats}, {"o": wide_beats(beats, wide, size)}, traffic)


@pytest.mark.parametrize("size", [2, 5])
def test_keeps_up_with_a_beat_on_every_clock(size: int, rng: np.random.Generator) -> None:
    beats = Beats.of(rng.integers(0, 8, (4 * size, 1)), image=size)
    component = Collector(unsigned(3), 1, size, size)
    seen = check(component, {"i": beats}, {"o": wide_beats(beats, size, size)})
    assert seen["o"].clocks.tolist() == [size * (n + 1) for n in range(4)]


@pytest.mark.parametrize(("narrow", "wide", "size"), [(1, 4, 1), (2, 4, 3), (2, 3, 2)])
def test_refuses_groups_that_are_none(narrow: int, wide: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"beats of {narrow} lanes make one of {wide}"):
        Collector(unsigned(1), narrow, wide, size)


@pytest.mark.slow("test_flat_encoder.py compares prices of single components too")
def test_takes_what_it_says_and_less_than_a_queue(tmp_path: Path) -> None:
    sizes = [(8, 2), (8, 4), (4, 8)]  # bits, beats
    collectors = [Collector(unsigned(bits), 1, size, size) for bits, size in sizes]
    queues = [Elastic(Widen(unsigned(bits), size, 1, size)) for bits, size in sizes]
    counts = synthesize_stages([*collectors, *queues], "ecp5", tmp_path)
    counted = [device_cells(each) for each in counts]
    for stage, found in zip(collectors, counted, strict=False):
        said = price(stage.demand(), FAMILIES["ecp5"])
        assert said.luts == pytest.approx(found.luts, abs=6)
        assert said.flip_flops == pytest.approx(found.flip_flops, abs=4)
    for found, other in zip(counted, counted[len(sizes) :], strict=False):
        assert found.luts < other.luts / 2
        assert found.flip_flops < other.flip_flops
