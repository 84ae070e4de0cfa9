"""Build directories: contents, repeatability, damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.plan import PlanError, make_plan
from tabfab.hw.rtl.build import Build, load_build, write_build

from support.manifests import rewrite
from support.programs import ConvOptions, image_input, table_conv

RNG = np.random.default_rng(4)
IMAGE = image_input(RNG, 1, 4, 4)
CONV = table_conv(
    RNG, "conv.1", IMAGE, ConvOptions(4, kernel=(3, 3), padding=(1, 1)), layout="patch", length=9
)
PROGRAM = ir.Program((IMAGE, CONV))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return write_build(PROGRAM, make_plan(PROGRAM), tmp_path_factory.mktemp("out") / "build")


def files(directory: Path) -> dict[str, bytes]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths}


def test_comes_back_as_it_was(build: Build) -> None:
    loaded = load_build(build.directory)
    assert loaded.plan == build.plan
    assert [node.name for node in loaded.program] == ["image", "conv.1"]
    names = [[link.name for link in each.network.links] for each in (loaded, build)]
    assert names[0] == names[1]


def test_a_plan_that_does_not_fit_the_program_is_refused(tmp_path: Path) -> None:
    """Even where the checksums say that it is what somebody wrote."""
    built = write_build(PROGRAM, make_plan(PROGRAM), tmp_path / "build")

    def other_folding(document: dict[str, Any]) -> None:
        document["plan"]["foldings"]["conv.1"]["outputs"] = 3  # of 4 channels

    rewrite(built.directory / "plan.json", other_folding)
    with pytest.raises(PlanError, match="a plan for another program"):
        load_build(built.directory)


def test_tables_are_in_memory_files(build: Build) -> None:
    contents = files(build.directory)
    verilog = contents["top.v"].decode()
    assert "$readmemh" in verilog
    table_bits = CONV.tables.size * 8
    in_files = sum(
        4 * len(text.split(b"\n")[0]) * text.count(b"\n")  # a hexadecimal digit holds 4 bits
        for name, text in contents.items()
        if name.endswith(".mem")
    )
    assert in_files >= table_bits


def test_ports_are_axi4_stream(build: Build) -> None:
    verilog = (build.directory / "top.v").read_text()
    top = verilog[verilog.index("module tabfab_top(") :].split(";")[0]
    for port in (
        "aclk",
        "aresetn",
        "s_axis_tdata",
        "s_axis_tready",
        "m_axis_tvalid",
        "m_axis_tlast",
    ):
        assert port in top


def test_same_bytes_again_and_nothing_of_this_machine(build: Build, tmp_path: Path) -> None:
    again = write_build(PROGRAM, make_plan(PROGRAM), tmp_path / "again")
    assert files(again.directory) == files(build.directory)
    assert str(tmp_path).encode() not in b"".join(files(again.directory).values())


def test_a_network_can_be_written_again(build: Build, tmp_path: Path) -> None:
    """Elaborating components leaves them as they were, so networks may share them."""
    network = build.network
    again = write_build(PROGRAM, build.plan, tmp_path / "again")
    assert again.network is network
    assert files(again.directory) == files(build.directory)


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    write_build(PROGRAM, make_plan(PROGRAM), tmp_path / "b", lambda *step: seen.append(step))
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize("name", ["top.v", "top-1.mem", "program/tensors.safetensors", "plan.json"])
def test_damage_is_noticed(build: Build, tmp_path: Path, name: str) -> None:
    copy = write_build(PROGRAM, build.plan, tmp_path / "copy").directory
    damaged = bytearray((copy / name).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (copy / name).write_bytes(damaged)
    with pytest.raises(TabfabError, match="damaged"):
        load_build(copy)


def test_missing_file(build: Build, tmp_path: Path) -> None:
    copy = write_build(PROGRAM, build.plan, tmp_path / "copy").directory
    (copy / "top-1.mem").unlink()
    with pytest.raises(TabfabError, match=r"top-1\.mem is missing; .*tabfab verilog"):
        load_build(copy)


def test_newer_build(build: Build, tmp_path: Path) -> None:
    copy = write_build(PROGRAM, build.plan, tmp_path / "copy").directory
    document = json.loads((copy / "plan.json").read_text())
    (copy / "plan.json").write_text(json.dumps({**document, "version": 99}))
    with pytest.raises(TabfabError, match="newer tabfab, format 99"):
        load_build(copy)
