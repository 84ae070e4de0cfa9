#!/usr/bin/env python3
"""How long `tabfab --help` takes beside Python that only loads the libraries which it needs.

Both are processes of their own, started in turns; a ratio of 2 means that tabfab's own part takes
as long as Typer, Rich, NumPy and the interpreter together. Processor time, so that other work on
the machine counts less. With a program, the same of `tabfab evaluate`, which needs torch too.

    bench/start_up.py --rounds 5
    bench/start_up.py --program program/
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from pathlib import Path

from in_turns import median_ratio

HELP = "import sys; sys.argv = ['tabfab', '--help']; from tabfab.cli.main import main; main()"
LIBRARIES = "import numpy, rich.console, typer"
EVALUATE = "import sys; sys.argv[1:1] = ['evaluate']; from tabfab.cli.main import main; main()"
LIBRARIES_OF_EVALUATE = LIBRARIES + ", torch"


def seconds(code: str, *arguments: str | Path) -> float:
    """Processor time of a Python process that runs `code`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure in turns and print each round and the median."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", type=Path, metavar="DIR", help="evaluate this one")
    arguments = parser.parse_args()
    code, libraries, told, given = HELP, LIBRARIES, "--help", []
    if arguments.program is not None:
        code, libraries, told = EVALUATE, LIBRARIES_OF_EVALUATE, "evaluate"
        given = [arguments.program]
    seconds(code, *given)  # the first run compiles and fills the disk's cache
    ratio = median_ratio(
        arguments.rounds,
        (f"tabfab {told}, s", lambda: seconds(code, *given)),
        ("libraries alone, s", lambda: seconds(libraries)),
    )
    print(f"median ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
