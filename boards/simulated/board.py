"""SimulatedBoard: a build on a board that exists in Verilator only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tty
from collections.abc import Sequence
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Self

from ...compiler.store.files import atomic_file, scratch_directory
from ...compiler.store.kept import KeptFiles
from ...compiler.store.progress import Progress, silent
from ...hw.rtl.build import DIRECTORY, Build
from ...hw.rtl.top import Top
from ...hw.rtl.verilog import VERILOG_FILE
from ...hw.synth.harness import HARNESS
from ...sim.bench.simulators import environment_of
from ...sim.bench.tools import SimulatorError
from ..clocks.clock import Oscillator
from ..design import link_settings
from ..pins import Pin
from ..top import BoardTop, board_verilog

BAUD = 1_000_000
MHZ = 8
SLOTS = 8
"""The simulated board has few clocks to a bit, so that bytes take little time to simulate."""

_PINS = {name: Pin("") for name in ("clk", "rx", "tx", "led0", "led1", "led2", "reset")}
_MAIN = "main.cpp"
_PROGRAM = "simulated-board"
_ARGUMENTS = (
    "--cc", "--exe", "--build", "-Wno-fatal", "-Wno-lint", "-O3", "--x-assign", "fast",
    "--x-initial", "unique", "--top-module", HARNESS, "--Mdir", "model", "-o", _PROGRAM,
)  # fmt: skip
_PATIENCE = 60.0
"""Seconds that a simulated board may take for what a real one does in a moment."""


class SimulatedBoard:
    """A board's top with a build, in Verilator, with its serial line on a pseudo-terminal.

    It is what a bitstream is made of, with a clock of its own instead of a board's PLL. The model
    is kept in the build.

    Parameters
    ----------
    build: what is on the board.
    progress: called with (steps done, steps in all, what is under way).

    Attributes
    ----------
    port: of the pseudo-terminal, while the board runs.
    patience: seconds to wait for it.

    Raises
    ------
    SimulatorError: Verilator is not installed or failed.
    """

    def __init__(self, build: Build, progress: Progress = silent) -> None:
        self.build = build
        self.patience = _PATIENCE
        network = build.network
        self.settings = link_settings(build, network, MHZ, BAUD, SLOTS)
        top = BoardTop(Top(network), self.settings, Oscillator(MHZ), _PINS)
        self._program = _model(build, board_verilog(top, HARNESS), progress)
        self._process: subprocess.Popen[bytes] | None = None
        self._ends: Sequence[int] = ()
        self.port = ""

    def __enter__(self) -> Self:
        board, host = os.openpty()
        tty.setraw(host)
        self._ends = (board, host)  # the host's end too: it stays when nobody has it open
        self.port = os.ttyname(host)
        self._process = subprocess.Popen(
            [self._program.resolve(), str(board), str(self.settings.divisor)],
            cwd=self.build.directory,  # where its memories are
            pass_fds=[board],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the host's; the board goes on
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        for end in self._ends:
            os.close(end)
        self._ends = ()

    def press_reset(self) -> None:
        """Press the reset button for a moment."""
        assert self._process is not None, "the board does not run"
        self._process.send_signal(signal.SIGUSR1)


def _model(build: Build, verilog: str, progress: Progress) -> Path:
    """The program that simulates the board; an earlier one of the same board is used again."""
    main = resources.files(__package__).joinpath(_MAIN).read_text()
    program = build.directory / _PROGRAM
    manifest = (build.directory / DIRECTORY.name).read_text()
    described = "\n".join([verilog, main, manifest, *_ARGUMENTS, _verilator_version()])
    kept = KeptFiles(build.directory, (_PROGRAM,), described.encode())
    if not kept.fit():
        progress(0, 1, "compiling the simulated board")
        with scratch_directory() as scratch:
            made = _compile(build, verilog, main, scratch)
            with atomic_file(program, within=build.directory) as temporary:
                shutil.copy2(made, temporary)
        kept.stamp()
        progress(1, 1, "compiled the simulated board")
    return program


def _compile(build: Build, verilog: str, main: str, scratch: Path) -> Path:
    (scratch / _MAIN).write_text(main)
    (scratch / "board.v").write_text(verilog)
    log = build.directory / f"{_PROGRAM}.log"
    sources = [scratch / "board.v", build.directory.resolve() / VERILOG_FILE, scratch / _MAIN]
    environment = environment_of("verilator")
    with log.open("w") as messages:
        done = subprocess.run(
            ["verilator", *_ARGUMENTS, *map(str, sources)],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise SimulatorError(
            f"Verilator did not compile the simulated board; its messages are in {log}"
        )
    return scratch / "model" / _PROGRAM


def _verilator_version() -> str:
    try:
        return version("verilator")
    except PackageNotFoundError:
        return ""
