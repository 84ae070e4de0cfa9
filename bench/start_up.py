#!/usr/bin/env python3
"""How long `tabfab --help` takes beside Python that only loads the libraries which it needs.

Both are processes of their own, started in turns; a ratio of 2 means that tabfab's own part takes
as long as Typer, Rich, NumPy and the interpreter together. Processor time, so that other work on
the machine counts less.

    bench/start_up.py --rounds 5
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys

from in_turns import median_ratio

HELP = "import sys; sys.argv = ['tabfab', '--help']; from tabfab.cli.main import main; main()"
LIBRARIES = "import numpy, rich.console, typer"


def seconds(code: str) -> float:
    """Processor time of a Python process that runs `code`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure in turns and print each round and the median."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    seconds(HELP)  # the first run compiles and fills the disk's cache
    ratio = median_ratio(
        rounds,
        ("tabfab --help, s", lambda: seconds(HELP)),
        ("libraries alone, s", lambda: seconds(LIBRARIES)),
    )
    print(f"median ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
