"""What a build brings for those who put it into a design of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import Build, load_build, write_build
from tabfab.hw.rtl.integration.vectors import Vectors, memory_lines
from tabfab.hw.stream.streams import StreamFormat
from tabfab.sim.bench.simulators import environment_of
from tabfab.sim.models.vectors import random_vectors

from support.builds import loadable_program, write_layer_build

VERILATOR = (
    "verilator", "--binary", "--timing", "-CFLAGS", "-std=c++20", "-Wno-fatal", "-Wno-lint",
    "--top-module", "testbench",
    "-o", "testbench", "top.v", "testbench/testbench.v",
)  # fmt: skip


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    program = loadable_program()
    plan = make_plan(program, PlanOptions(subspaces=1, outputs=1, loadable=True))
    directory = tmp_path_factory.mktemp("integration") / "build"
    return write_build(program, plan, directory, vectors=random_vectors(program))


@pytest.fixture
def copy(build: Build, tmp_path: Path) -> Path:
    return shutil.copytree(build.directory, tmp_path / "build")


def change_a_table(directory: Path) -> None:
    """Plant a fault: another lowest bit in every row of every memory."""
    for memory in directory.glob("top-*.mem"):
        rows = memory.read_text().split()
        memory.write_text("".join(f"{int(row, 16) ^ 1:0{len(row)}x}\n" for row in rows))


def run_icarus(directory: Path) -> str:
    command = ["iverilog", "-g2005", "-o", "testbench.vvp", "top.v", "testbench/testbench.v"]
    subprocess.run(command, cwd=directory, check=True)
    done = subprocess.run(
        ["vvp", "-n", "testbench.vvp"], cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.needs("iverilog")
def test_the_testbench_passes_in_icarus_and_fails_on_a_fault(copy: Path) -> None:
    assert "PASSED: 2 images" in run_icarus(copy)
    change_a_table(copy)
    failed = run_icarus(copy)
    assert "FAILED" in failed
    assert re.search(r"answer 0, beat \d, clock \d+: expected [0-9a-f]{2} \(tlast", failed)


@pytest.mark.slow(
    "Verilator compiles a library with timing for it; tests/sim/bench plays builds without"
)
def test_the_testbench_passes_in_verilator_and_fails_on_a_fault(copy: Path) -> None:
    environment = environment_of("verilator")
    subprocess.run(VERILATOR, cwd=copy, env=environment, check=True, capture_output=True)
    for expected in ("PASSED: 2 images", "FAILED"):
        done = subprocess.run(
            ["obj_dir/testbench"], cwd=copy, capture_output=True, text=True, check=False
        )
        assert expected in done.stdout
        change_a_table(copy)


def test_fusesoc_resolves_the_core(copy: Path, tmp_path: Path) -> None:
    fusesoc = [sys.executable, "-m", "fusesoc.main", "--cores-root", str(copy)]
    done = subprocess.run(
        [*fusesoc, "run", "--setup", "--target=sim", "tabfab_top"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    work = next(tmp_path.glob("build/*/sim-icarus"))
    assert {path.name for path in copy.glob("*.mem")} <= {path.name for path in work.iterdir()}
    assert (work / "testbench" / "images.mem").is_file()


def test_the_readme_says_what_the_build_is(build: Build) -> None:
    text = (build.directory / "README.md").read_text()
    assert f"| clocks per image, images back to back | {build.plan.clocks_per_image:,} |" in text
    assert f"last beat out | {build.plan.first_answer + 1:,} clocks |" in text
    assert "An image is 25 beats on `s_axis`" in text
    assert "An answer is 5 beats on `m_axis`" in text
    assert "two's complement, 8 bits" in text
    assert "| `s_load_tdata` | input | 32 |" in text
    assert "testbench/testbench.v" in text


def test_templates_name_the_ports_of_the_verilog(build: Build) -> None:
    verilog = (build.directory / "top.v").read_text()
    header = re.search(r"^module tabfab_top\((.*?)\);", verilog, re.M | re.S)
    assert header is not None
    ports = set(re.findall(r"\w+", header[1]))
    for template, pattern in (
        ("instance.v", r"\.(\w+)\("),
        ("instance.vhd", r"(\w+) => "),
        ("litex_core.py", r"\b[io]_(\w+)="),
    ):
        text = (build.directory / template).read_text()
        assert set(re.findall(pattern, text)) == ports
    tcl = (build.directory / "add_to_vivado.tcl").read_text()
    assert all(path.name in tcl for path in build.directory.glob("top-*.mem"))


def test_the_litex_module_is_python_that_copies_every_memory(build: Build, tmp_path: Path) -> None:
    """LiteX itself is not needed: stand-ins for what the module takes of it."""
    instance: dict[str, object] = {}

    class Endpoint:
        def __init__(self, layout: list[tuple[str, int]]) -> None:
            self.data, self.valid, self.ready, self.last = layout, "valid", "ready", "last"

    def make(name: str, **ports: object) -> list[object]:
        instance.update(ports, name=name)
        return []

    parts = {
        "litex.gen": SimpleNamespace(LiteXModule=SimpleNamespace),
        "litex.soc.interconnect": SimpleNamespace(stream=SimpleNamespace(Endpoint=Endpoint)),
        "migen": SimpleNamespace(
            ClockSignal=str, ResetSignal=lambda domain: 0, Instance=make, Signal=object
        ),
    }
    text = (build.directory / "litex_core.py").read_text()
    found: dict[str, Any] = {"__file__": str(build.directory / "litex_core.py")}
    with pytest.MonkeyPatch.context() as patch:
        for name, part in parts.items():
            patch.setitem(sys.modules, name, part)
        exec(compile(text, "litex_core.py", "exec"), found)
    found["Network"].specials = []
    sources: list[str] = []
    found["Network"](SimpleNamespace(add_source=sources.append))
    assert instance["name"] == "tabfab_top"
    assert instance["i_s_axis_tdata"] == [("data", 8 * build.network.input.format.lanes)]
    assert sources == [str((build.directory / "top.v").resolve())]
    found["Network"].copy_memories(tmp_path)
    assert {path.name for path in build.directory.glob("top-*.mem")} == set(os.listdir(tmp_path))


def test_a_build_without_vectors_has_no_testbench(tmp_path: Path) -> None:
    directory = write_layer_build(tmp_path / "build")
    assert not (directory / "testbench").exists()
    assert "testbench" not in (directory / "README.md").read_text()
    assert "s_load" not in (directory / "instance.v").read_text()
    load_build(directory)


def test_beats_on_paper_have_the_lowest_byte_last() -> None:
    fmt = StreamFormat(bits=8, is_signed=True, lanes=2, elements=3, height=1, width=2)
    pixels = np.array([[[[1, 2, 3], [-1, 5, -128]]]], np.int16)
    assert memory_lines(pixels, fmt) == "0201\n0003\n05ff\n0080\n"


def test_vectors_have_an_answer_for_each_image() -> None:
    with pytest.raises(ValueError, match="not 1 for 2"):
        Vectors(np.zeros((2, 1, 1, 1), np.uint8), np.zeros((1, 1, 1, 1), np.int16))
