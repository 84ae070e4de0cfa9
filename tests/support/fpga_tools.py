"""Stand-ins for nextpnr and packers: programs that write down what they were asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

_NEXTPNR = """\
#!/bin/sh
echo "nextpnr $*" >> {calls}
echo "Info: Routing.."
while [ $# -gt 0 ]; do
  case "$1" in
    --report) cp {report} "$2" ;;
    --textcfg|--asc|--write) echo routed > "$2" ;;
  esac
  shift
done
"""
_PACKER = """\
#!/bin/sh
echo "packer $*" >> {calls}
for last; do :; done
echo bitstream > "$last"
"""


def report(mhz: float) -> dict[str, object]:
    """What nextpnr reports of a design that reaches so many MHz."""
    return {
        "fmax": {"clk": {"achieved": mhz, "constraint": 50.0}},
        "utilization": {"TRELLIS_COMB": {"used": 900, "available": 83640}},
        "critical_paths": [
            {
                "from": "posedge clk",
                "to": "posedge clk",
                "path": [
                    {
                        "delay": 1e3 / mhz,
                        "type": "logic",
                        "to": {"cell": "build.network.table_engine.queue.b"},
                    }
                ],
            }
        ],
    }


class FpgaTools:
    """nextpnr-ecp5 and ecppack that only pretend.

    Parameters
    ----------
    directory: where they are; first on PATH from now on.
    """

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        self.log = directory / "calls.txt"
        self.log.touch()
        self.reaches(80)
        for name, script in {"nextpnr-ecp5": _NEXTPNR, "ecppack": _PACKER}.items():
            self.install(name, script.format(calls=self.log, report=directory / "report.json"))
        monkeypatch.setenv("PATH", str(directory), prepend=":")

    def install(self, name: str, script: str) -> None:
        """Put a program there."""
        program = self.directory / name
        program.write_text(script)
        program.chmod(0o755)

    def reaches(self, mhz: float) -> None:
        """Report so many MHz from now on."""
        (self.directory / "report.json").write_text(json.dumps(report(mhz)))

    @property
    def calls(self) -> list[str]:
        """What was asked so far: name and arguments."""
        return self.log.read_text().splitlines()
