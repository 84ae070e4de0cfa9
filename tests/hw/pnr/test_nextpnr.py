"""Running nextpnr: progress, errors, interruptions, with a stand-in for the tool."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from tabfab.hw.pnr.nextpnr import STEPS, NextpnrError, command, run_nextpnr

LOG = """\
Info: Packing constants..
Info: \t          TRELLIS_FF:    2055/  83640     2%
Info: \t              DP16KD:     {blocks}/    208     3%
Info: Creating initial analytic placement for 2809 cells, random placement wirelen = 349617.
Info:     at iteration #7, type ALL: wirelen solved = 343, spread = 59029, legal = 62749;
Info: Running simulated annealing placer for refinement.
Info: Routing..
Info:       2000 |      210       1789 |   95   905 |     18583|       1.29       3.29|
Info: Critical path report for clock 'aclk' (posedge -> posedge):
"""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program on the path that stands in for nextpnr."""
    program = tmp_path / "bin" / "nextpnr-stand-in"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return program


def write(program: Path, script: str) -> str:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program.name


def printing(log: str, then: str = "exit 0") -> str:
    return f"cat <<'END'\n{log}END\n{then}"


def test_progress_follows_the_log(tool: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    name = write(tool, printing(LOG.format(blocks=8)))
    log = tmp_path / "log"
    run_nextpnr(name, [], 1, tmp_path, log, lambda *now: seen.append(now))
    assert log.read_text() == LOG.format(blocks=8)
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert {total for _, total, _ in seen} == {len(STEPS)}
    assert [what for _, _, what in seen] == [
        "packing",
        "placing",
        "placing, iteration 7",
        "refining",
        "routing",
        "routing, 18583 arcs to go",
        "timing",
        "done",
    ]


def test_what_the_static_placer_says_is_progress(tool: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    log = "Info: Running Static placer...\nInfo: iter=20 steplen=1.1 a=2.1 penalty=[0.00, 0.00]\n"
    name = write(tool, printing(log))
    run_nextpnr(name, [], 1, tmp_path, tmp_path / "log", lambda *now: seen.append(now[2]))
    assert seen == ["packing", "placing", "placing, iteration 20", "done"]


def test_arguments_reach_the_tool(tool: Path, tmp_path: Path) -> None:
    name = write(tool, 'echo "$@"; pwd')
    assert run_nextpnr(name, ["--up5k"], 3, tmp_path, tmp_path / "log") == 3
    assert (tmp_path / "log").read_text() == f"--up5k --seed 3\n{tmp_path}\n"


def test_a_device_that_is_too_small_is_told_with_numbers(tool: Path, tmp_path: Path) -> None:
    error = "ERROR: Unable to place cell 'x', no BELs remaining to implement cell type 'DP16KD'\n"
    name = write(tool, printing(LOG.format(blocks=263) + error, "exit 255"))
    with pytest.raises(NextpnrError, match="needs 263 DP16KD and the device has 208; choose a"):
        run_nextpnr(name, [], 1, tmp_path, tmp_path / "log")


@pytest.mark.parametrize(
    ("script", "reason"),
    [("echo 'ERROR: no such package'; exit 1", "no such package"), ("exit 7", "status 7")],
)
def test_a_failure_names_its_log(tool: Path, tmp_path: Path, script: str, reason: str) -> None:
    name = write(tool, script)
    with pytest.raises(NextpnrError, match=rf"failed \({reason}\); its messages are in .*log"):
        run_nextpnr(name, [], 1, tmp_path, tmp_path / "log")


@pytest.mark.parametrize(("luck", "seed"), [(5, 5), (8, 8), (9, None)])
def test_where_the_placer_has_no_luck_three_more_seeds_are_tried(
    tool: Path, tmp_path: Path, luck: int, seed: int | None
) -> None:
    unlucky = "ERROR: Unable to find legal placement for all cells, design is probably at limit."
    name = write(tool, f"echo $2 >> tried; [ $2 -ge {luck} ] || {{ echo '{unlucky}'; exit 255; }}")
    run = partial(run_nextpnr, name, [], 5, tmp_path, tmp_path / "log")
    if seed is None:
        with pytest.raises(NextpnrError, match="Unable to find legal placement"):
            run()
    else:
        assert run() == seed
    tried = [int(each) for each in (tmp_path / "tried").read_text().split()]
    assert tried == list(range(5, (seed or 8) + 1))


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_an_interruption_ends_the_tool(
    tool: Path, tmp_path: Path, stop: type[BaseException]
) -> None:
    name = write(tool, f"echo $$ > {tmp_path}/id; echo 'Info: Routing..'; exec sleep 600")

    def interrupt(done: int, total: int, what: str) -> None:
        if what == "routing":
            raise stop

    with pytest.raises(stop):
        run_nextpnr(name, [], 1, tmp_path, tmp_path / "log", interrupt)
    assert not Path(f"/proc/{(tmp_path / 'id').read_text().strip()}").exists()


def test_a_missing_tool_says_what_to_install() -> None:
    with pytest.raises(NextpnrError, match=r"pip install yowasp-nextpnr-nothing.*tabfab\[pnr\]"):
        command("nextpnr-nothing")
