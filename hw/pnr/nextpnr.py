"""nextpnr, run in a process of its own: from PyPI as WebAssembly, or one that is installed.

The log goes to a file line by line, and what it says of the progress to a callback. Ctrl-C ends
the process.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from ...compiler.store.errors import TabfabError
from ...compiler.store.files import check_file
from ...compiler.store.progress import Progress, silent

STEPS = ("packing", "placing", "refining", "routing", "timing")
"""What nextpnr does, in order."""

PLACERS = ("heap", "static")
"""How cells find their places: ``heap`` draws them together and moves apart those that overlap;
``static`` spreads them like charges, evenly (Lu et al., "ePlace", 2015)."""
DEFAULT_PLACER = "heap"

_STARTS = {
    "Info: Creating initial": "placing",
    "Info: Running main analytical placer": "placing",
    "Info: Running Static placer": "placing",
    "Info: Running simulated annealing placer": "refining",
    "Info: Routing..": "routing",
    "Info: Running router2": "routing",
    "Info: Critical path report": "timing",
}
"""How the log line begins with which a step does."""

_DETAILS = (
    (re.compile(r"at iteration #(\d+)"), "iteration {}"),
    (re.compile(r"^Info: iter=(\d+) steplen="), "iteration {}"),
    (re.compile(r"^Info: +\d+ \|[^|]*\|[^|]*\| +(\d+)\|"), "{} arcs to go"),
    (re.compile(r"^Info: +iter=\d+ .* overused=(\d+) "), "{} wires used twice"),
)
"""What a line within a step says of how far it is."""

_UNLUCKY = "Unable to find legal placement"
"""What the log says where the cells fit the device, but the placer found no place for them all."""

_SEEDS = 4
"""Placements that are tried, each with the next seed, where the placer has no luck."""

_USED = re.compile(r"^Info:\s+(\w+): +(\d+)/ *(\d+) ", re.MULTILINE)
"""A line of the table of what is used of the device, and what it has."""


class NextpnrError(TabfabError):
    """nextpnr is not installed or ended with an error."""


def check_placer(placer: str) -> None:
    """Refuse a placer that nextpnr has not.

    Raises
    ------
    TabfabError: it is none of `PLACERS`.
    """
    if placer not in PLACERS:
        raise TabfabError(f"there is no placer {placer!r}; choose {' or '.join(PLACERS)}")


def command(tool: str) -> list[str]:
    """How to start `tool`: the program itself where it is installed, else its PyPI package.

    Raises
    ------
    NextpnrError: neither is there.
    """
    program = shutil.which(tool)
    if program is not None:
        return [program]
    package = f"yowasp_{tool}".replace("-", "_")
    if importlib.util.find_spec(package) is None:
        raise NextpnrError(
            f"{tool} is not installed; 'pip install yowasp-{tool}' or 'pip install tabfab[pnr]' "
            "brings it"
        )
    function = f"run_{tool}".replace("-", "_")
    start = f"import sys, {package}; sys.exit({package}.{function}(sys.argv[1:]))"
    return [sys.executable, "-c", start]


def run_nextpnr(
    tool: str,
    arguments: Sequence[str],
    seed: int,
    directory: Path,
    log: Path,
    progress: Progress = silent,
) -> int:
    """Run nextpnr; on a device that is nearly full again with the next seeds, if need be.

    Parameters
    ----------
    tool: which one: ``nextpnr-ecp5``.
    arguments: of the command line. File names must be relative to `directory`: the WebAssembly
        build sees another /tmp than its caller.
    seed: of the first placement.
    directory: where it runs.
    log: file for its messages.
    progress: called with (steps done, steps in all, what is under way).

    Returns
    -------
    The seed of the placement that came about: `seed`, or one of the three after it where the placer
    found no place for all cells before.

    Raises
    ------
    NextpnrError: it is not installed, or failed.
    TabfabError: `log` is no file.
    """
    check_file(log, within=log.parent)
    for tried in range(seed, seed + _SEEDS):
        status = _run([*command(tool), *arguments, "--seed", str(tried)], directory, log, progress)
        if not status:
            progress(len(STEPS), len(STEPS), "done")
            return tried
        if _UNLUCKY not in log.read_text():
            break
    raise NextpnrError(_failure(tool, status, log))


def _run(arguments: Sequence[str], directory: Path, log: Path, progress: Progress) -> int:
    """The exit status of a run that tells of its progress."""
    with (
        log.open("w") as messages,
        subprocess.Popen(
            arguments,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as child,
    ):
        assert child.stdout is not None
        try:
            for done, what in _steps(_copied(child.stdout, messages)):
                progress(done, len(STEPS), what)
        except BaseException:
            child.kill()
            raise
    return child.returncode


def _copied(lines: Iterable[str], copy: TextIO) -> Iterator[str]:
    for line in lines:
        copy.write(line)
        copy.flush()
        yield line


def _steps(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(steps done, what is under way) whenever the log says something new of it."""
    step = STEPS[0]
    yield 0, step
    for line in lines:
        for beginning, name in _STARTS.items():
            if line.startswith(beginning):
                step = name
                yield STEPS.index(step), step
        for pattern, text in _DETAILS:
            if found := pattern.search(line):
                yield STEPS.index(step), f"{step}, {text.format(found[1])}"


def _failure(tool: str, status: int, log: Path) -> str:
    """One sentence for a run that failed."""
    text = log.read_text()
    for name, used, available in _USED.findall(text):
        if int(used) > int(available):
            return (
                f"the build needs {used} {name} and the device has {available}; choose a larger "
                f"device or a smaller folding (all counts are in {log})"
            )
    error = re.search(r"^ERROR: (.*)", text, re.MULTILINE)
    return f"{tool} failed ({error[1] if error else f'status {status}'}); its messages are in {log}"
