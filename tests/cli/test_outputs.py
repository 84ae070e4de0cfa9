"""What stands where a verb is told to write: it stays unless it is the verb's own."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

FILES: dict[str, Callable[[Path, Path], list[object]]] = {
    "train -o": lambda program, build: ["train", "--epochs", 1, "-o"],
    "plan -o": lambda program, build: ["plan", program, "-o"],
    "plan --plot": lambda program, build: ["plan", program, "--plot"],
    "evaluate --plot": lambda program, build: ["evaluate", program, "--plot"],
    "load -o": lambda program, build: ["load", build, program, "-o"],
    "simulate --waves": lambda program, build: ["simulate", build, "--images", 1, "--waves"],
    "prove --document": lambda program, build: ["prove", "Queue", "--document"],
}
"""Verbs that write a file, up to its name."""

DIRECTORIES: dict[str, Callable[[Path, Path], list[object]]] = {
    "compile -o": lambda program, build: ["compile", program / "float.pt2", "-o"],
    "finetune -o": lambda program, build: ["finetune", program, "-o"],
    "verilog -o": lambda program, build: ["verilog", program, "-o"],
    "prove -o": lambda program, build: ["prove", "Queue", "-o"],
    "demo -o": lambda program, build: ["demo", "-o"],
}
"""Verbs that write a directory, up to its name."""

SUFFIXES = {"plan --plot": ".png", "evaluate --plot": ".png", "simulate --waves": ".vcd"}


@pytest.mark.parametrize("verb", [*FILES, *DIRECTORIES])
def test_a_pipe_stays(refusal, program: Path, small_build: Path, tmp_path: Path, verb: str) -> None:
    pipe = tmp_path / f"pipe{SUFFIXES.get(verb, '')}"
    os.mkfifo(pipe)
    assert "is a pipe" in refusal(*(FILES | DIRECTORIES)[verb](program, small_build), pipe)
    assert stat.S_ISFIFO(os.lstat(pipe).st_mode)
    assert os.listdir(tmp_path) == [pipe.name]


@pytest.mark.parametrize("verb", [*FILES, *DIRECTORIES])
def test_what_is_in_a_program_stays(
    refusal, program: Path, small_build: Path, tmp_path: Path, verb: str
) -> None:
    copy = shutil.copytree(program, tmp_path / "program")
    before = {path: path.read_bytes() for path in copy.iterdir()}
    for name in ("program.json", "new"):
        place = (copy / name).with_suffix(SUFFIXES.get(verb, Path(name).suffix))
        words = refusal(*(FILES | DIRECTORIES)[verb](copy, small_build), place)
        assert "lies in the program" in words or "is a file" in words
    assert {path: path.read_bytes() for path in copy.iterdir()} == before


@pytest.mark.parametrize("verb", FILES)
def test_a_link_into_a_program_is_no_way_in(
    refusal, program: Path, small_build: Path, tmp_path: Path, verb: str
) -> None:
    link = tmp_path / f"link{SUFFIXES.get(verb, '')}"
    link.symlink_to(program / "program.json")
    assert "lies in the program" in refusal(*FILES[verb](program, small_build), link)
    assert os.readlink(link) == str(program / "program.json")


@pytest.mark.parametrize("verb", DIRECTORIES)
def test_a_directory_of_a_stranger_stays(
    refusal, program: Path, small_build: Path, tmp_path: Path, verb: str
) -> None:
    for name in ("report.json", "summary.txt", "model.pt2", "program.json"):
        (tmp_path / name).write_text("years of work")
    words = refusal(*DIRECTORIES[verb](program, small_build), tmp_path)
    assert "files that tabfab did not write" in words
    assert {path.read_text() for path in tmp_path.iterdir()} == {"years of work"}
    assert len(os.listdir(tmp_path)) == 4


def test_one_name_for_two_results(refusal, program: Path, tmp_path: Path) -> None:
    both = tmp_path / "plan.png"
    assert "name two files" in refusal("plan", program, "-o", both, "--plot", both)
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("name", ["simulate-build.log", "simulate-run.log"])
def test_links_in_a_build_lead_nowhere_else(
    refusal, small_build: Path, tmp_path: Path, name: str
) -> None:
    copy = shutil.copytree(small_build, tmp_path / "build")
    (tmp_path / "diary").write_text("years of work")
    (copy / name).unlink(missing_ok=True)
    (copy / name).symlink_to(tmp_path / "diary")
    assert f"{name} leads to" in refusal("simulate", copy, "--images", 1)
    assert (tmp_path / "diary").read_text() == "years of work"


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("simulated-board.log", ("run", "--port", "sim")),
        ("board-ulx3s-85f.lpf", ("bitstream", "--board", "ulx3s-85f")),
        ("board-ulx3s-85f.log", ("bitstream", "--board", "ulx3s-85f")),
        (".board-ulx3s-85f.bit", ("bitstream", "--board", "ulx3s-85f")),
        ("pnr-ecp5-85k.log", ("synth", "--pnr", "--device", "ecp5-85k")),
        ("program/notes", ("load",)),
    ],
)
def test_nothing_in_a_build_leads_out_of_it(
    refusal, small_build: Path, program: Path, tmp_path: Path, name: str, verb: tuple[str, ...]
) -> None:
    copy = shutil.copytree(small_build, tmp_path / "build")
    arguments = (*verb[1:], *([program] if verb == ("load",) else []))
    for target, message in (("diary", "leads to"), ("nothing", "leads to"), (None, "is a pipe")):
        (tmp_path / "diary").write_text("years of work")
        (copy / name).unlink(missing_ok=True)
        if target:
            (copy / name).symlink_to(tmp_path / target)
        else:
            os.mkfifo(copy / name)
        line = refusal(verb[0], copy, *arguments)
        assert Path(name).name in line
        assert message in line
        assert (tmp_path / "diary").read_text() == "years of work"
        assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("name", ["synth-ecp5.json", "synth-ecp5.log"])
def test_links_of_kept_netlists_lead_nowhere_else(
    refusal, small_build: Path, tmp_path: Path, name: str
) -> None:
    # Without what another test of the same build has kept.
    copy = shutil.copytree(
        small_build, tmp_path / "build", ignore=shutil.ignore_patterns("synth-*", "stages-*")
    )
    (tmp_path / "diary").write_text("years of work")
    (copy / name).symlink_to(tmp_path / "diary")
    assert f"{name} leads to" in refusal("synth", copy)
    assert (tmp_path / "diary").read_text() == "years of work"
