"""Large stages are synthesized apart, with the same cells as within the design."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.hw.rtl.verilog import memory_files
from tabfab.hw.synth import large_stages as module
from tabfab.hw.synth.cell_counts import summarize
from tabfab.hw.synth.large_stages import large_stages
from tabfab.hw.synth.synth import synthesize

from support.builds import write_residual_build

SMALL = 30_000
"""Bytes from which on a few stages of the test's build count as large."""


@pytest.fixture
def build(tmp_path: Path) -> Path:
    directory = tmp_path / "a build"
    write_residual_build(directory)
    return directory


def test_a_large_stage_comes_with_all_that_is_in_it(
    build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not large_stages(build)
    monkeypatch.setattr(module, "LARGE", 0)
    stages = large_stages(build)
    engine = stages["tabfab_top.network.table_engine"]
    assert engine.startswith("module \\tabfab_top.network.table_engine ")
    assert engine.count("\nendmodule\n") == engine.count("module \\") > 1
    assert "tabfab_top.network.exact_engine" not in engine
    assert memory_files(engine)
    assert "tabfab_top.network" not in stages


def test_memories_count_for_the_size(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 0)
    name, verilog = next((n, v) for n, v in large_stages(build).items() if memory_files(v))
    monkeypatch.setattr(module, "LARGE", len(verilog) + 1)
    assert name in large_stages(build)


@pytest.mark.parametrize("family", ["ecp5", "xilinx", "gowin"])
@pytest.mark.slow("test_counts_are_kept synthesizes stages apart")
def test_cells_are_the_same(build: Path, family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together = synthesize(build, family)
    monkeypatch.setattr(module, "LARGE", SMALL)
    apart = synthesize(build, family)
    assert len(list((build / f"stages-{family}").glob("*.il"))) > 1
    assert apart.components.keys() == together.components.keys()
    for counts, other in [
        (apart.total, together.total),
        *((apart.components[name], together.components[name]) for name in apart.components),
    ]:
        ours, theirs = summarize(counts), summarize(other)
        # Which of several equally good ways logic is mapped depends on the order of the cells.
        for kind in ("luts", "carries"):
            assert ours.pop(kind, 0) == pytest.approx(theirs.pop(kind, 0), rel=0.05, abs=4)
        assert ours == theirs


@pytest.mark.slow("test_counts_are_kept keeps all stages")
def test_what_is_done_is_kept(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", SMALL)
    seen: list[tuple[int, int, str]] = []

    def interrupt(done: int, total: int, what: str) -> None:
        seen.append((done, total, what))
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize(build, "ecp5", progress=interrupt)
    kept = {path: path.stat().st_mtime_ns for path in build.glob("stages-ecp5/*.stamp")}
    assert kept
    assert not (build / "synth-ecp5.json").exists()
    assert not list(build.rglob(".*.tabfab-new"))

    seen.clear()
    synthesize(build, "ecp5", progress=lambda *now: seen.append(now))
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert seen[0][0] == len(kept)
    assert seen[-1][0] == seen[-1][1]


def test_counts_are_kept(build: Path) -> None:
    first = synthesize(build, "ice40")
    seen: list[str] = []
    assert synthesize(build, "ice40", progress=lambda *now: seen.append(now[2])) == first
    assert not seen
