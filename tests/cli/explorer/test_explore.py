"""What `tabfab explore` refuses before it serves anything, each in a sentence."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tabfab.cli.float_network import read_float_network
from tabfab.compiler.data import load
from tabfab.compiler.store.errors import TabfabError

from support.command import Run

Refusal = Callable[..., str]


def test_a_network_that_does_not_load(refusal: Refusal, tmp_path: Path) -> None:
    where = ("-o", tmp_path / "out")
    assert "nothing.pt2" in refusal("explore", tmp_path / "nothing.pt2", *where)
    broken = tmp_path / "broken.pt2"
    broken.write_bytes(b"no network")
    assert "broken.pt2" in refusal("explore", broken, *where)


def test_a_program_that_is_damaged(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "program").mkdir()
    told = refusal("explore", tmp_path / "program", "-o", tmp_path / "out")
    assert "program" in told


def test_what_contradicts_itself(refusal: Refusal, model: Path, tmp_path: Path) -> None:
    where = ("-o", tmp_path / "out")
    told = refusal("explore", model, "--mask", "auto:operations=0.4", *where)
    assert "searched by 'tabfab compile'" in told
    assert "ecp5-85k" in refusal("explore", model, "--device", "none", *where)
    assert "the mask has 2 entries" in refusal("explore", model, "--mask", "1,0", *where)
    assert "power of two" in refusal("explore", model, "--prototypes", 12, *where)


def test_a_folder_of_others_is_left_alone(refusal: Refusal, model: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert "holds files that tabfab did not write" in refusal("explore", model, "-o", tmp_path)


def test_a_port_that_is_taken(refusal: Refusal, model: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refusal("explore", model, "--port", port, "-o", tmp_path / "out")
    assert f"port {port} cannot be listened on" in told


def test_a_program_is_taken_for_its_float_network(program: Path) -> None:
    network = read_float_network(program, load("digits", "train"))
    assert network.task.name == "classes"
    assert [layer.name for layer in network.graph.convs]
    with pytest.raises(TabfabError, match="leave --input-mean and --input-std away"):
        read_float_network(program, load("digits", "train"), mean="0.5")


def test_a_program_compiles_as_its_network_does(
    tabfab: Run, program: Path, model: Path, tmp_path: Path
) -> None:
    tensors = []
    for source in (model, program):
        output = tmp_path / source.stem
        options = ("--mask", "1,0,1", "--calibration-images", 100, "--held-out-images", 0)
        assert tabfab("compile", source, *options, "-o", output).status == 0
        tensors.append((output / "tensors.safetensors").read_bytes())
    assert tensors[0] == tensors[1]
