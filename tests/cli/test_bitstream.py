"""`tabfab bitstream` and `program`, with stand-ins for nextpnr, packer and loader."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tabfab.boards import design
from tabfab.boards.identity import build_number
from tabfab.hw.device.cells import Cells
from tabfab.hw.rtl.build import load_build

from support.builds import write_layer_build
from support.fpga_tools import FpgaTools


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small layer's build."""
    return write_layer_build(tmp_path_factory.mktemp("layer") / "build")


@pytest.fixture
def layer(made: Path, tmp_path: Path) -> Path:
    """The same, for a test alone; netlists of others are kept."""
    import shutil

    return shutil.copytree(made, tmp_path / "build")


def test_a_bitstream_is_made_resumed_and_recorded(
    tabfab, layer: Path, tools: FpgaTools, tmp_path: Path
) -> None:
    top = tmp_path / "top.bit"
    outcome = tabfab(
        "bitstream", layer, "--board", "ulx3s-85f", "-o", top, "--seed", 7, "--placer", "static"
    )
    assert outcome.status == 0, outcome
    assert "top.bit: written" in outcome.out
    assert "50 MHz of 80.0 at most, 1,000,000 baud" in outcome.out
    assert top.read_text() == (layer / "board-ulx3s-85f.bit").read_text() == "bitstream\n"
    place, pack = tools.calls
    assert "--85k --package CABGA381 --speed 6" in place
    assert "--freq 50 " in place
    assert place.endswith("--seed 7")
    assert "--lpf board-ulx3s-85f.lpf" in place
    assert "--router router2" in place
    assert "--placer static" in place
    assert "--out-of-context" not in place
    assert "--compress --input board-ulx3s-85f-routed.config --bit" in pack
    record = json.loads((layer / "board-ulx3s-85f.json").read_text())
    assert record["build"] == f"{build_number(load_build(layer)):014x}"
    assert record["utilization"]["TRELLIS_COMB"] == {"used": 900, "available": 83640}
    netlist = json.loads((layer / "netlist-ulx3s-85f.json").read_text())
    cells = {cell["type"] for cell in netlist["modules"]["tabfab_harness"]["cells"].values()}
    assert "EHXPLLL" in cells

    # The same again places nothing; another seed does.
    outcome = tabfab(
        "bitstream", layer, "--board", "ulx3s-85f", "--seed", 7, "--placer", "static", "--json"
    )
    assert json.loads(outcome.out)["sha256"] == record["sha256"]
    assert [call.split()[0] for call in tools.calls] == ["nextpnr", "packer", "packer"]
    tabfab("bitstream", layer, "--board", "ulx3s-85f", "--seed", 8)
    assert [call.split()[0] for call in tools.calls[3:]] == ["nextpnr", "packer"]

    # A build that is too slow is refused, unless told otherwise.
    tools.reaches(42)
    outcome = tabfab("bitstream", layer, "--board", "ulx3s-85f", "-o", tmp_path / "slow.bit")
    assert outcome.status == 1
    assert "reaches 42.0 MHz on ulx3s-85f and should run at 50" in outcome.err
    assert "slowest path: table.engine queue 23.8 ns" in outcome.err
    assert not (tmp_path / "slow.bit").exists()
    allowed = ("--allow-slow", "-o", tmp_path / "slow.bit")
    assert tabfab("bitstream", layer, "--board", "ulx3s-85f", *allowed).status == 0

    # What the loader is told.
    outcome = tabfab("program", layer, "--board", "ulx3s-85f", "--flash", "--dry-run")
    assert outcome.status == 0, outcome
    assert outcome.out.rstrip().endswith(
        f"--board ulx3s --write-flash {layer / 'board-ulx3s-85f.bit'}"
    )


@pytest.mark.slow("tests/cli/test_outputs.py has results that stay")
def test_a_failed_packer_leaves_no_bitstream(
    refusal, layer: Path, tools: FpgaTools, tmp_path: Path
) -> None:
    tools.install("ecppack", "#!/bin/sh\necho no such cell; exit 3\n")
    message = refusal("bitstream", layer, "--board", "ulx3s-85f", "-o", tmp_path / "top.bit")
    assert "ecppack failed (status 3); its messages are in" in message
    assert "no such cell" in (layer / "board-ulx3s-85f.log").read_text()
    assert not (tmp_path / "top.bit").exists()
    assert not (layer / "board-ulx3s-85f.json").exists()
    assert "has no bitstream for ulx3s-85f" in refusal("program", layer, "--board", "ulx3s-85f")


def test_a_board_too_small_is_refused(
    refusal, layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(design, "OVERHEAD", Cells(luts=10_000))
    message = refusal("bitstream", layer, "--board", "icebreaker")
    assert "needs about 10,2" in message
    assert "icebreaker has 5,280; plan it for the board with" in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--board", "abacus"], "there is no board 'abacus'; choose one of ulx3s-12f"),
        (["--board", "ulx3s-85f", "--mhz", "-5"], "--mhz must be positive, not -5"),
        (["--board", "icebreaker", "--mhz", "20"], "nearest is --mhz 19.875"),
        (["--board", "icebreaker", "--baud", "7000000"], "too slow for 7,000,000 baud"),
        (["--board", "ulx3s-85f", "--baud", "11700000"], "cannot be divided from a clock of 50"),
        (["--board", "tang-primer-25k", "--mhz", "75"], "run at its oscillator's 50 MHz"),
    ],
)
def test_what_cannot_be_made_is_refused(
    refusal, layer: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal("bitstream", layer, *arguments)


def test_a_project_for_vivado(tabfab, refusal, layer: Path, tmp_path: Path) -> None:
    project = tmp_path / "arty"
    outcome = tabfab("bitstream", layer, "--board", "arty-a7-35t", "-o", project)
    assert outcome.status == 0, outcome
    assert "tabfab does not run it" in outcome.out
    script = (project / "vivado.tcl").read_text()
    assert "-part xc7a35ticsg324-1L" in script
    assert "read_verilog { top.v board.v }" in script
    assert "PACKAGE_PIN E3" in (project / "board.xdc").read_text()
    assert "tabfab_top build" in " ".join((project / "board.v").read_text().split())
    for memory in layer.glob("top-*.mem"):
        assert memory.name in script
        assert (project / memory.name).read_bytes() == memory.read_bytes()
    # A directory of other things stays.
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    message = refusal("bitstream", layer, "--board", "arty-a7-35t", "-o", tmp_path / "mine")
    assert "holds files that tabfab did not write" in message


@pytest.mark.parametrize(
    "options",
    [("--seed", 1), ("--placer", "static"), ("--flatten",), ("--allow-slow",), ("--json",)],
)
def test_a_project_has_nothing_of_routing(refusal, made: Path, tmp_path: Path, options) -> None:
    command = ("bitstream", made, "--board", "arty-a7-35t", "-o", tmp_path / "v")
    assert f"{options[0]} is about placing and routing" in refusal(*command, *options)
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize("record", ['{"build": "0"}', "[]", "{", "[" * 100_000, ""])
def test_a_bitstream_of_another_build_is_not_programmed(refusal, layer: Path, record: str) -> None:
    (layer / "board-ulx3s-85f.bit").write_text("old")
    (layer / "board-ulx3s-85f.json").write_text(record)
    message = refusal("program", layer, "--board", "ulx3s-85f")
    assert "is of another build, or not made here by you; make it with 'tabfab bits" in message


@pytest.mark.slow("tests/compiler/store/test_kept.py has files of strangers")
def test_a_bitstream_of_a_stranger_is_not_programmed(
    tabfab, refusal, layer: Path, tools: FpgaTools, tmp_path: Path
) -> None:
    assert tabfab("bitstream", layer, "--board", "ulx3s-85f").status == 0
    command = ("program", layer, "--board", "ulx3s-85f", "--dry-run")
    assert tabfab(*command).status == 0
    (layer / "board-ulx3s-85f.bit").write_text("another")
    record = json.loads((layer / "board-ulx3s-85f.json").read_text())
    record["sha256"] = hashlib.sha256(b"another").hexdigest()
    (layer / "board-ulx3s-85f.json").write_text(json.dumps(record))
    assert "not made here by you" in refusal(*command)
    own = ("--bitstream", layer / "board-ulx3s-85f.bit")
    assert tabfab(*command, *own).status == 0


def test_the_loader_is_run_and_its_failure_told(
    tabfab, refusal, layer: Path, tools: FpgaTools, tmp_path: Path
) -> None:
    bitstream = tmp_path / "own.bit"
    bitstream.write_text("x")
    arguments = ("program", layer, "--board", "icebreaker", "--bitstream", bitstream)
    tools.install("openFPGALoader", f'#!/bin/sh\necho "loader $*" >> {tools.log}\n')
    assert tabfab(*arguments).status == 0
    assert tools.calls == [f"loader --board ice40_generic {bitstream}"]
    tools.install("openFPGALoader", "#!/bin/sh\nexit 1\n")
    assert "openFPGALoader failed (status 1); is the board plugged in" in refusal(*arguments)
    tools.install("openFPGALoader", "#!/bin/sh\nexit 127\n")
    assert "apt install libusb-1.0-0" in refusal(*arguments)
    assert "there is no bitstream" in refusal(*arguments[:-1], tmp_path / "nowhere.bit")


def test_a_missing_loader_is_told(
    refusal, layer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tabfab.boards.loader.shutil.which", lambda name: None)
    monkeypatch.setattr("tabfab.boards.loader.find_spec", lambda name: None)
    bitstream = tmp_path / "own.bit"
    bitstream.write_text("x")
    message = refusal("program", layer, "--board", "icebreaker", "--bitstream", bitstream)
    assert "pip install tabfab[board]" in message


@pytest.mark.slow("nextpnr takes a minute or two; the others have a stand-in for it")
@pytest.mark.parametrize(
    ("board", "prototypes"), [("ulx3s-85f", 16), ("icebreaker", 8), ("tang-nano-9k", 16)]
)
def test_the_demos_program_becomes_a_bitstream_twice_the_same(
    tabfab, model: Path, tmp_path: Path, board: str, prototypes: int
) -> None:
    """The open tools themselves, for three families; the smallest has no room for 16 prototypes."""
    program, build = tmp_path / "program", tmp_path / "build"
    settings = ("--mask", "0,1,1", "--subspace-length", 2, "--prototypes", prototypes)
    assert tabfab("compile", model, *settings, "-o", program).status == 0
    assert tabfab("verilog", program, "--board", board, "--fps", 1000, "-o", build).status == 0
    outcome = tabfab("bitstream", build, "--board", board, "-o", tmp_path / "one")
    assert outcome.status == 0, outcome
    for kept in build.glob(f"board-{board}*"):
        kept.unlink()
    assert tabfab("bitstream", build, "--board", board, "-o", tmp_path / "two").status == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").stat().st_size > 10_000


@pytest.mark.slow("nextpnr takes half a minute for each; three boards have a whole network above")
@pytest.mark.parametrize(
    "board",
    ["ulx3s-12f", "orangecrab-25f", "icepi-zero", "colorlight-i5", "ice40-hx8k-b-evn",
     "tang-nano-20k"],
)  # fmt: skip
def test_a_layer_becomes_a_bitstream_of_other_boards(
    tabfab, layer: Path, tmp_path: Path, board: str
) -> None:
    """The open tools themselves: pins, clock and packer of each board."""
    outcome = tabfab("bitstream", layer, "--board", board, "-o", tmp_path / "top")
    assert outcome.status == 0, outcome
    assert "top: written" in outcome.out
    assert (tmp_path / "top").stat().st_size > 10_000
