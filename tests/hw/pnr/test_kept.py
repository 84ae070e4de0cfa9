"""Reports of place and route that are kept in a build are read as they were written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.pnr.critical_path import CriticalPath, Step
from tabfab.hw.pnr.kept import kept_reports
from tabfab.hw.pnr.nextpnr import DEFAULT_PLACER
from tabfab.hw.pnr.place_and_route import PnrReport, report_file

STEPS = (
    Step("conv1.engine", "clk-to-q", 0.5, "network.conv1.a"),
    Step("conv1.engine", "routing", 1.25, "network.conv1.b"),
    Step("conv2.encoder", "logic", 0.75, "network.conv2.c"),
)


def report(device: str, path: CriticalPath | None) -> PnrReport:
    return PnrReport(device, 3, 123.45, {"TRELLIS_FF": (20, 24288)}, path, 1152, 4.5)


def keep(directory: Path, kept: PnrReport) -> Path:
    file = directory / report_file(kept.device)
    file.write_text(json.dumps(kept.document()))
    return file


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = [
        report("ecp5-25k", CriticalPath("aclk", STEPS)),
        report("ice40-hx8k", None),
    ]
    for each in written:
        keep(tmp_path, each)
    assert sorted(kept_reports(tmp_path), key=lambda each: each.device) == written


def test_nothing_is_kept(tmp_path: Path) -> None:
    assert kept_reports(tmp_path) == []


def test_who_kept_no_placer_had_no_choice(tmp_path: Path) -> None:
    file = keep(tmp_path, report("ecp5-25k", None))
    file.write_text(
        json.dumps({k: v for k, v in report("ecp5-25k", None).document().items() if k != "placer"})
    )
    assert [each.placer for each in kept_reports(tmp_path)] == [DEFAULT_PLACER]


@pytest.mark.parametrize(
    ("field", "value"),
    [("fmax_mhz", 0), ("fmax_mhz", "fast"), ("clocks_per_image", 0), ("utilization", []),
     ("path", {"clock": "aclk"}), ("placer", "lucky"), ("extra", 1)],
)  # fmt: skip
def test_what_no_run_wrote_is_refused(tmp_path: Path, field: str, value: object) -> None:
    file = keep(tmp_path, report("ecp5-25k", CriticalPath("aclk", STEPS)))
    file.write_text(json.dumps({**json.loads(file.read_text()), field: value}))
    with pytest.raises(TabfabError, match=r"pnr-ecp5-25k\.json .*; remove it and run"):
        kept_reports(tmp_path)
