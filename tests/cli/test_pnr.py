"""`tabfab synth --pnr`, with a stand-in for nextpnr: what is asked of it and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tabfab.hw.rtl.build import load_build

from support.builds import write_layer_build

REPORT = {
    "fmax": {"aclk": {"achieved": 125.0, "constraint": 100.0}},
    "utilization": {"TRELLIS_FF": {"used": 2000, "available": 24288}},
    "critical_paths": [
        {
            "from": "posedge aclk",
            "to": "posedge aclk",
            "path": [
                {"delay": 0.5, "type": "clk-to-q", "to": {"cell": "network.table_encoder.core.a"}},
                {"delay": 7.5, "type": "routing", "to": {"cell": "network.table_engine.queue.b"}},
            ],
        }
    ],
}

SCRIPT = """\
#!/bin/sh
echo "Info: arguments $*"
while [ $# -gt 0 ]; do
  if [ "$1" = --report ]; then cp {report} "$2"; fi
  shift
done
"""


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small layer's build."""
    return write_layer_build(tmp_path_factory.mktemp("layer") / "build")


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that takes the place of nextpnr-ecp5 and always reports `REPORT`."""
    (tmp_path / "report.json").write_text(json.dumps(REPORT))
    program = tmp_path / "bin" / "nextpnr-ecp5"
    program.parent.mkdir()
    program.write_text(SCRIPT.format(report=tmp_path / "report.json"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return program


def test_clock_resources_and_slowest_path_are_told(tabfab, layer: Path, tool: Path) -> None:
    outcome = tabfab("synth", layer, "--pnr", "--device", "ecp5-25k", "--seed", 7, "--mhz", 80)
    assert outcome.status == 0, outcome
    clocks = load_build(layer).plan.clocks_per_image
    assert f"125.0 MHz at most: {125e6 / clocks:,.0f} images/s" in outcome.out
    assert "8.2%" in outcome.out
    assert "table.encoder" in outcome.out
    assert "table.engine queue" in outcome.out
    assert "7.50 ns of it wires" in outcome.out
    log = (layer / "pnr-ecp5-25k.log").read_text()
    assert "--25k" in log
    assert "--out-of-context" in log
    assert "--freq 80 " in log
    assert "--seed 7\n" in log


def test_the_report_is_kept_as_json(tabfab, layer: Path, tool: Path) -> None:
    outcome = tabfab("synth", layer, "--pnr", "--device", "ecp5-25k", "--json")
    document = json.loads(outcome.out)
    assert document == json.loads((layer / "pnr-ecp5-25k.json").read_text())
    assert document["fmax_mhz"] == 125.0
    assert document["utilization"] == REPORT["utilization"]
    assert document["path"]["components"] == [
        {"component": "table.encoder", "ns": 0.5},
        {"component": "table.engine queue", "ns": 7.5},
    ]


def test_what_a_killed_run_left_is_cleared_away(tabfab, layer: Path, tool: Path) -> None:
    left = layer / ".pnr-ecp5-25k"
    left.mkdir()
    (left / "report.json").write_text("{")
    assert tabfab("synth", layer, "--pnr", "--device", "ecp5-25k").status == 0
    assert not left.exists()


def test_a_failed_run_keeps_the_last_report(tabfab, refusal, layer: Path, tool: Path) -> None:
    tabfab("synth", layer, "--pnr", "--device", "ecp5-25k")
    report = (layer / "pnr-ecp5-25k.json").read_bytes()
    tool.write_text("#!/bin/sh\necho 'ERROR: no more wires'; exit 1\n")
    message = refusal("synth", layer, "--pnr", "--device", "ecp5-25k")
    assert "no more wires" in message
    assert (layer / "pnr-ecp5-25k.json").read_bytes() == report


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--family", "xilinx"], "no open tool places and routes family 'xilinx'"),
        (["--device", "artix7-35t"], "no open tool places and routes device 'artix7-35t'"),
        (["--device", "abacus"], "there is no device 'abacus'"),
        (["--family", "abacus"], "there is no family 'abacus'"),
        (["--device", "ecp5-25k", "--family", "ice40"], "belongs to family 'ecp5', not 'ice40'"),
        (["--mhz", "-5"], "--mhz must be above 0 MHz"),
    ],
)
def test_what_cannot_be_placed_is_refused(
    refusal, layer: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal("synth", layer, "--pnr", *arguments)
