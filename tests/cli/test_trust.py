"""A build of a stranger: its Verilog is what tabfab writes, or no tool is given it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.manifests import rewrite_file


@pytest.fixture
def stranger(small_build: Path, tmp_path: Path) -> Path:
    """A copy of a build whose Verilog runs a command, under checksums that fit it."""
    copy = tmp_path / "build"
    shutil.copytree(small_build, copy)
    verilog = copy / "top.v"
    text = verilog.read_text()
    command = f'initial $system("touch {tmp_path / "ran"}");'
    at = text.rindex("endmodule")
    changed = f"{text[:at]}{command}\n{text[at:]}"
    rewrite_file(copy / "plan.json", "top.v", changed.encode())
    return copy


@pytest.mark.parametrize(
    "verb",
    [
        ("simulate", "--images", 1),
        ("synth", "--family", "ice40"),
        ("run", "--port", "sim", "--images", 1),
        ("bitstream", "--board", "ulx3s-85f"),
        ("bitstream", "--board", "arty-a7-35t"),
    ],
)
def test_changed_verilog_is_refused_and_not_run(refusal, stranger: Path, verb) -> None:
    line = refusal(verb[0], stranger, *verb[1:])
    assert "top.v is not what this tabfab writes" in line
    assert "--trust" in line
    assert not (stranger.parent / "ran").exists()


def test_a_changed_memory_is_refused_too(refusal, small_build: Path, tmp_path: Path) -> None:
    copy = tmp_path / "build"
    shutil.copytree(small_build, copy)
    memory = next(copy.glob("*.mem"))
    rows = memory.read_text().split()
    changed = "\n".join(["0" * len(rows[0]), *rows[1:-1], "f" * len(rows[0])]) + "\n"
    rewrite_file(copy / "plan.json", memory.name, changed.encode())
    assert f"{memory.name} is not what" in refusal("simulate", copy, "--images", 1)


@pytest.mark.slow("tests/compiler/store/test_kept.py says whose files are kept")
def test_a_netlist_that_a_stranger_kept_is_made_anew(
    tabfab, small_build: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "build"
    shutil.copytree(small_build, copy)
    assert tabfab("synth", copy, "--family", "ice40").status == 0
    counts = copy / "synth-ice40.json"
    own = counts.read_bytes()
    counts.write_bytes(own.replace(b"SB_LUT4", b"MAGIC"))
    assert "SB_LUT4" in tabfab("synth", copy, "--family", "ice40", "--json").out
    assert counts.read_bytes() == own
