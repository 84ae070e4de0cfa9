"""nextpnr's report in the build's own words."""

from __future__ import annotations

from typing import Any

import pytest
from tabfab.hw.pnr.critical_path import (
    component_of,
    critical_path,
    fmax_mhz,
    utilization,
)

STAGES = {"conv1_engine": "conv1.engine", "conv1": "conv1", "conv1_encoder": "conv1.encoder"}


@pytest.mark.parametrize(
    ("cell", "component"),
    [
        ("network.conv1_engine.core.requantizer.shifted0_TRELLIS_FF_Q", "conv1.engine requantizer"),
        ("build.network.conv1_engine.core.bank.bank0.memory.0.0", "conv1.engine bank"),
        ("network.conv1_engine.queue.memory.0.0$DPRAM_COMB1", "conv1.engine queue"),
        ("network.conv1_encoder.core.level0_x_TRELLIS_FF_Q", "conv1.encoder"),
        ("network.conv1_encoder_i__valid$1_LUT4_Z", "conv1.encoder"),
        ("build.guard.dropping_SB_DFF_Q", "top level guard"),
        ("folded_SB_DFF_Q_10", "top level"),
        ("$nextpnr_CCU2C_164$CCU2_COMB0", None),
    ],
)
def test_cells_belong_to_stages(cell: str, component: str | None) -> None:
    assert component_of(cell, STAGES) == component


def part(cell: str, delay: float, kind: str = "logic") -> dict[str, Any]:
    return {"delay": delay, "type": kind, "from": {"cell": "?"}, "to": {"cell": cell}}


def path(start: str, end: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"from": start, "to": end, "path": list(parts)}


def test_the_slowest_path_between_two_edges_counts() -> None:
    report = {
        "critical_paths": [
            path("<async>", "<async>", part("network.conv1.x", 90)),
            path("<async>", "posedge aclk", part("network.conv1.x", 80)),
            path("posedge aclk", "posedge aclk", part("network.conv1.x", 1)),
            path(
                "posedge aclk",
                "posedge aclk",
                part("network.conv1_encoder.core.a", 0.5, "clk-to-q"),
                part("network.conv1_encoder.core.b", 1.25, "routing"),
                part("$nextpnr_CCU2C_1$CCU2_COMB0", 0.5),
                part("network.conv1_engine.core.adder_tree.c", 1, "routing"),
            ),
        ]
    }
    found = critical_path(report, STAGES)
    assert found is not None
    assert found.clock == "aclk"
    assert found.delay_ns == 3.25
    assert found.routing_ns == 2.25
    assert found.parts == [("conv1.encoder", 2.25), ("conv1.engine adder_tree", 1.0)]


def test_a_design_without_a_clock_has_no_slowest_path() -> None:
    assert critical_path({"critical_paths": []}, STAGES) is None


def test_the_slowest_clock_counts() -> None:
    assert fmax_mhz({"fmax": {"a": {"achieved": 120.5}, "b": {"achieved": 99.5}}}) == 99.5


def test_only_used_resources_that_the_device_has_are_listed() -> None:
    counts = {
        "ICESTORM_LC": {"used": 3, "available": 10},
        "PLL": {"used": 0, "available": 1},
        "DUMMY_CELL": {"used": 4, "available": 0},
    }
    assert utilization({"utilization": counts}) == {"LC": (3, 10)}
