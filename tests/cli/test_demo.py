"""`tabfab demo`: the main job from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tabfab.compiler.store.files import MARKER

KEYS = {
    "accuracy_float",
    "accuracy_program",
    "images_simulated",
    "value_mismatches",
    "clock_mismatches",
    "clocks_per_image",
    "operations_exact",
    "operations_program",
    "resources",
    "seconds",
}


@pytest.mark.slow("tests/cli tests every verb that it is made of")
def test_the_whole_way(tabfab, tmp_path: Path) -> None:
    output = tmp_path / "demo"
    outcome = tabfab("demo", "-o", output)
    assert outcome.status == 0, outcome
    report = json.loads((output / "report.json").read_text())
    assert set(report) == KEYS
    assert report["accuracy_float"] > 0.97
    assert report["accuracy_program"] > report["accuracy_float"] - 0.02
    assert report["images_simulated"] >= 20
    assert report["value_mismatches"] == report["clock_mismatches"] == 0
    assert report["operations_program"] < report["operations_exact"]
    assert set(report["resources"]) == {"ecp5", "ice40"}
    assert all(sum(cells.values()) > 100 for cells in report["resources"].values())
    summary = (output / "summary.txt").read_text()
    assert "0 wrong values, 0 wrong clocks" in summary
    assert summary in outcome.out
    for name in ("model.pt2", "program/program.json", "build/top.v"):
        assert (output / name).is_file()
    assert f"to look at: {(output / 'report.html').as_uri()}" in outcome.out
    page = (output / "report.html").read_text()
    for section in ("accuracy", "plan", "timeline", "simulation", "synthesis"):
        assert f'<section id="{section}"' in page


def test_failure_leaves_no_report(refusal, tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text("demo\n")
    for name in ("report.json", "report.html"):
        (tmp_path / name).write_text("{}")
    assert "3 maskable layers" in refusal("demo", "-o", tmp_path, "--mask", "1,0")
    assert not list(tmp_path.glob("report.*"))


@pytest.mark.slow("tests/cli/test_compile.py refuses settings that cannot be")
@pytest.mark.parametrize("option", ["--prototypes", "--subspace-length"])
def test_zero_is_refused_and_not_taken_for_unset(refusal, tmp_path: Path, option: str) -> None:
    assert "not 0" in refusal("demo", "-o", tmp_path / "demo", option, 0)
