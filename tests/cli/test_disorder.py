"""`tabfab simulate` with packets of wrong lengths, resets under way and unknown beginnings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.manifest import read_manifest, write_manifest
from tabfab.hw.rtl.build import DIRECTORY
from tabfab.sim.bench.simulate import SimulateOptions

needs_icarus = pytest.mark.needs("iverilog")


def edited(build: Path, copy: Path, old: str, new: str) -> Path:
    """A build whose Verilog differs, with a manifest that agrees."""
    shutil.copytree(build, copy)
    document = read_manifest(DIRECTORY, copy)
    verilog = (copy / "top.v").read_text()
    assert verilog.count(old) == 1
    (copy / "top.v").write_text(verilog.replace(old, new))
    write_manifest(DIRECTORY, copy, document, document.pop("files"))
    return copy


def test_disorder_after_a_reset(tabfab, small_build: Path) -> None:
    outcome = tabfab(
        "simulate", small_build, "--images", 6, "--disorder", 0.6, "--stall", 0.2,
        "--reset-after", 333, "--seed", 2, "--json",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    report = json.loads(outcome.out)
    assert report["value_mismatches"] == report["clock_mismatches"] == 0
    assert 1 < report["frame_errors"] < 6


@needs_icarus
def test_nothing_unknown_is_left_after_a_reset(tabfab, small_build: Path) -> None:
    outcome = tabfab(
        "simulate", small_build, "--images", 3, "--disorder", 1, "--simulator", "icarus"
    )
    assert outcome.status == 0, outcome.err
    assert "too short or too long" in outcome.out


@needs_icarus
def test_a_design_that_is_not_reset_stays_unknown(
    refusal, small_build: Path, tmp_path: Path
) -> None:
    wrong = edited(small_build, tmp_path / "build", "assign rst = ~ aresetn;", "assign rst = 1'h0;")
    message = refusal("simulate", wrong, "--images", 1, "--simulator", "icarus", "--trust")
    assert "unknown bits (x or z)" in message


@needs_icarus
def test_a_missing_error_signal_is_found(refusal, small_build: Path, tmp_path: Path) -> None:
    start = (small_build / "top.v").read_text().index("module \\tabfab_top.guard ")
    module = (small_build / "top.v").read_text()[start:]
    line = next(line for line in module.splitlines() if " error <= " in line)
    wrong = edited(small_build, tmp_path / "build", line, "    error <= 1'h0;")
    message = refusal(
        "simulate", wrong, "--images", 3, "--disorder", 1, "--simulator", "icarus", "--trust"
    )  # fmt: skip
    assert "signal frame_error" in message
    assert "expected high, seen low" in message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"disorder": 1.5}, "--disorder is a probability, not 1.5"),
        ({"reset_after": -1}, "--reset-after is a number of clocks, not -1"),
    ],
)
def test_bad_options(options: dict[str, float], words: str) -> None:
    with pytest.raises(TabfabError, match=words):
        SimulateOptions(**options)
