"""The benchmark of haste layers in hardware: clocks in step with buckets, and what it compares."""

from __future__ import annotations

import haste_hardware
import pytest


def test_clocks_are_in_step_with_buckets() -> None:
    layer = haste_hardware.program(8, 6, planes=4)
    built, _ = haste_hardware.network(layer, 1, 2)
    exact, _ = haste_hardware.network(haste_hardware.program(8, 6, None), 1, 2)
    base = haste_hardware.clocks(exact)
    assert haste_hardware.clocks(built) == haste_hardware.clocks(built, 8) == base
    assert haste_hardware.clocks(built, 6) == base * 6 // 8


def test_an_exact_layer_as_fast_has_the_fewest_multipliers() -> None:
    exact = haste_hardware.program(8, 6, None)
    built, _ = haste_hardware.network(exact, 1, 2)
    base = haste_hardware.clocks(built)
    fast = haste_hardware.as_fast(exact, base // 2)
    assert fast.lanes * fast.outputs == 4


def test_tells_what_the_parts_take() -> None:
    found = haste_hardware.parts(haste_hardware.program(8, 6, planes=4), 2)
    merger, sums = found["all of the merger"], found["sums of buckets"]
    assert merger.luts > found["buckets of codes"].luts + sums.luts
    alone = found["weights, as an exact layer has them"]
    assert found["weights, with their sums"].flip_flops > alone.flip_flops


def test_prints_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = "--channels 4 --size 4 --outputs 1 --hyperplanes 3"
    monkeypatch.setattr("sys.argv", ["haste_hardware.py", *options.split()])
    haste_hardware.main()
    rows = capsys.readouterr().out.splitlines()
    assert [row.split(",")[0] for row in rows[2:]] == ["| exact", "| haste", "| exact as fast"]
    assert len({row.count("|") for row in rows}) == 1
